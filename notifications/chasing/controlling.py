"""What a sender may do about reminders: call them off, let them go on, send one now."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.calendars import kept_apart
from directory.models import School
from foundation import audit, clock
from foundation.errors import Refusal
from notifications.chasing.letters import write_reminders
from notifications.chasing.open_items import why_not
from notifications.chasing.working import chased_since, newest_chase, remind, take_turns
from notifications.models import Delivery, Notice
from notifications.models_reaching import Chase, ChaseStep

AROUND: Final = timedelta(days=30)


class NoReminderError(Refusal):
    """No reminder can be sent now; the sentence says why."""


def stop_reminders(session: Session, notice: Notice, *, by: int, at: datetime) -> None:
    """Call off all further reminders and escalations; twice keeps the first time."""
    if notice.reminders_stopped_at is None:
        notice.reminders_stopped_at = at
        _record(session, notice, "notice.reminders_stopped", by, at)


def go_on_reminding(session: Session, notice: Notice, *, by: int, at: datetime) -> None:
    """Let reminders go on; those whose day has gone by meanwhile are not made up for."""
    if notice.reminders_stopped_at is not None:
        notice.reminders_stopped_at = None
        _record(session, notice, "notice.reminders_resumed", by, at)


def remind_now(session: Session, notice: Notice, *, by: int, at: datetime) -> int:
    """Remind everybody who has not acted, today; return how many. It counts among those allowed.

    Raises NoReminderError: at most one a day, never on a day without school, and never more often
    than was approved.
    """
    today = clock.local_date(at)
    why = why_not(notice, today)
    if why:
        raise NoReminderError(why)
    take_turns(session, notice.authority_id)
    session.refresh(notice, ["reminders_stopped_at"])
    if notice.reminders_stopped_at is not None:
        raise NoReminderError("Reminders are stopped. Let them go on first.")
    begins = clock.local_time(at).replace(hour=0, minute=0, second=0, microsecond=0)
    _refuse_twice_a_day(session, notice, begins)
    last = newest_chase(session, notice.authority_id)
    open_today = _schools_open(session, notice, at)
    remind(session, notice, open_today, since=begins, at=at)
    count = chased_since(session, notice.authority_id, last)
    if not count:
        raise NoReminderError(
            "There is nobody to remind now: everybody who still has to act was reminded today of "
            "something else, or as often as was approved, or has no school today."
        )
    write_reminders(session, notice.authority_id, after=last, at=at)
    _record(session, notice, "notice.reminded", by, at, reader=count)
    return count


def _refuse_twice_a_day(session: Session, notice: Notice, begins: datetime) -> None:
    today = sa.exists().where(
        Chase.authority_id == notice.authority_id,
        Chase.notice_id == notice.id,
        Chase.step == ChaseStep.READER,
        Chase.at >= begins,
    )
    if session.scalar(sa.select(today)):
        raise NoReminderError("A reminder went out today. You can send another one tomorrow.")


def _schools_open(session: Session, notice: Notice, at: datetime) -> sa.ColumnElement[bool]:
    """Return the condition on ``School`` that holds for those that have school today."""
    today = clock.local_date(at)
    schools = sa.select(Delivery.school_id).where(
        Delivery.authority_id == notice.authority_id, Delivery.notice_id == notice.id
    )
    apart = kept_apart(session, notice.authority_id, schools, today - AROUND, today + AROUND)
    rows = session.execute(
        sa.select(apart.own, apart.trust)
        .where(School.authority_id == notice.authority_id, School.id.in_(schools))
        .distinct()
        .order_by(apart.own, apart.trust)
    ).all()
    return sa.or_(
        sa.false(),
        *(
            apart.keeps(own, trust)
            for own, trust in rows
            if apart.calendar(own, trust).is_school_day(today)
        ),
    )


def _record(
    session: Session, notice: Notice, action: str, by: int, at: datetime, **detail: int
) -> None:
    audit.record(
        session,
        authority_id=notice.authority_id,
        action=action,
        subject="notice",
        subject_id=notice.id,
        by=by,
        at=at,
        detail=detail,
    )
