"""Writing the reminders and escalations that are due: rows and mail in one transaction.

A chase is written once for each delivery, step and number, with its mail; a second run, a second
worker or one that was killed changes nothing. What should have been written longer than ``GRACE``
ago, because nobody worked, is left out: only the latest moment counts.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from directory.authorities import authority_ids
from directory.calendars import Apart, kept_apart
from directory.models import AuthorityProfile, School
from foundation import audit, clock
from foundation.bulk import batches
from foundation.db import EVERY_AUTHORITY, Database
from notifications.chasing.escalating import tell_deputies, tell_heads
from notifications.chasing.letters import write_reminders
from notifications.chasing.open_items import chased, reminded, waiting
from notifications.chasing.rule import Asked, Step, asked_of, steps
from notifications.models import Attention, Delivery, Notice
from notifications.models_mail import Mail, Occasion
from notifications.models_reaching import Chase, ChaseStep

log = logging.getLogger(__name__)

GRACE: Final = timedelta(days=3)
MOST_NOTICES: Final = 20_000
IN_ONE_GO: Final = 500
ASKED: Final = (
    *(Notice.attention, Notice.acknowledge, Notice.sent_at, Notice.due_on),
    *(Notice.reminders, Notice.deputy_after, Notice.head_after),
)
"""The columns of an ``Asked``, in its order."""
Group = tuple[sa.ColumnElement[bool], int | None, int | None]


def chase_due(
    database: Database, *, at: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Write what is due now, an authority in each transaction; return how many were chased."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authorities = authority_ids(session)
    done = 0
    for authority_id in authorities:
        if stopping():
            break
        try:
            with database.transaction(authority=authority_id) as session:
                done += chase_authority(session, authority_id, at=at)
        except IntegrityError:
            # most likely somebody else has just written them; what is left comes in five minutes
            log.warning("reminders could not be written", extra={"authority_id": authority_id})
    return done


def chase_authority(session: Session, authority_id: int, *, at: datetime) -> int:
    """Write what is due now in one authority; the caller commits. Returns how many were chased."""
    rows = session.execute(
        sa.select(Notice.id, *ASKED)  # thousands, of which hardly any is due just now
        .where(*chased(authority_id, at))
        .order_by(Notice.id)
        .limit(MOST_NOTICES)
    ).all()
    if not rows:
        return 0
    asked = {row.id: Asked(*row[1:]) for row in rows}
    apart, groups = _groups(session, authority_id, asked.values(), at)
    found = [
        (notice_id, condition, step)
        for notice_id, each in asked.items()
        for condition, own, trust in groups
        for step in due_now(each, steps(each, apart.calendar(own, trust)), at)
    ]
    notices = _notices(session, authority_id, {notice_id for notice_id, _, _ in found})
    due = [(notices[notice_id], condition, step) for notice_id, condition, step in found]
    if not due:
        return 0
    take_turns(session, authority_id)
    last = newest_chase(session, authority_id)
    for notice, condition, step in due:
        _take(session, notice, condition, step, at)
    write_reminders(session, authority_id, after=last, at=at)
    return _record(session, authority_id, last, at)


def _notices(session: Session, authority_id: int, ids: Collection[int]) -> dict[int, Notice]:
    """Return notices without their long texts."""
    found: dict[int, Notice] = {}
    for some in batches(sorted(ids), IN_ONE_GO):
        query = (
            sa.select(Notice)
            .options(defer(Notice.body), defer(Notice.changed))
            .where(Notice.authority_id == authority_id, Notice.id.in_(some))
            .order_by(Notice.id)
        )
        found.update((notice.id, notice) for notice in session.scalars(query))
    return found


def due_now(asked: Asked, planned: Sequence[Step], at: datetime) -> list[Step]:
    """Return what is to be written now: of reminders the latest alone, each escalation."""
    grace = timedelta(hours=4) if asked.attention is Attention.URGENT else GRACE
    come = [step for step in planned if at - grace < step.at <= at]
    reminders = [step for step in come if step.step is ChaseStep.READER]
    return [*reminders[-1:], *(step for step in come if step.step is not ChaseStep.READER)]


def take_turns(session: Session, authority_id: int) -> None:
    """Keep others from chasing in this authority until the commit."""
    session.execute(
        sa.select(AuthorityProfile.authority_id)
        .where(AuthorityProfile.authority_id == authority_id)
        .with_for_update(key_share=True)
    ).all()


def newest_chase(session: Session, authority_id: int) -> int:
    """Return the id after which those come that this transaction writes."""
    newest = sa.select(sa.func.max(Chase.id)).where(Chase.authority_id == authority_id)
    return session.scalar(newest) or 0


def chased_since(session: Session, authority_id: int, last: int) -> int:
    """Return how many chases came after an id."""
    newer = sa.select(sa.func.count()).where(Chase.authority_id == authority_id, Chase.id > last)
    return session.scalar(newer) or 0


def remind(
    session: Session,
    notice: Notice,
    schools: sa.ColumnElement[bool],
    *,
    since: datetime,
    at: datetime,
) -> None:
    """Write a reminder for each reader at these schools who has not acted: one statement.

    Left out are who was reminded of it since then, who had as many as the notice allows, and,
    unless it is urgent, who got a mail with reminders today: they are tried again tomorrow.
    """
    asked = asked_of(notice)
    before = sa.exists().where(
        Chase.delivery_id == Delivery.id, Chase.step == ChaseStep.READER, Chase.at >= since
    )
    chosen = (
        sa.select(
            sa.literal(notice.authority_id),
            sa.literal(notice.id),
            Delivery.id,
            sa.literal(ChaseStep.READER.value),
            reminded() + 1,
            Delivery.person_id,
            sa.literal(at, Chase.at.type),
        )
        .join(School, School.id == Delivery.school_id)
        .where(
            *waiting(notice.id, asked),
            Delivery.authority_id == notice.authority_id,
            Delivery.delivered_at < since,
            schools,
            ~before,
            reminded() < notice.reminders,
        )
        .order_by(Delivery.id)
    )
    if asked.attention is not Attention.URGENT:
        chosen = chosen.where(~_reminded_today(notice.authority_id, at))
    columns = ("authority_id", "notice_id", "delivery_id", "step", "number", "person_id", "at")
    session.execute(
        sa.insert(Chase.__table__).from_select(columns, chosen, include_defaults=False)  # type: ignore[arg-type]
    )


def _reminded_today(authority_id: int, at: datetime) -> sa.ColumnElement[bool]:
    """Tell of a delivery whether its reader, or the school's mailbox, was reminded today."""
    begins = clock.local_time(at).replace(hour=0, minute=0, second=0, microsecond=0)
    other = sa.orm.aliased(Delivery)
    person = sa.exists().where(
        Mail.authority_id == authority_id,
        Mail.person_id == Delivery.person_id,
        Mail.occasion == Occasion.REMINDER,
        Mail.created_at >= begins,
        Mail.created_at < at,
    )
    office = sa.exists().where(
        Chase.authority_id == authority_id,
        Chase.delivery_id == other.id,
        Chase.step == ChaseStep.READER,
        Chase.at >= begins,
        Chase.at < at,
        other.person_id.is_(None),
        other.school_id == Delivery.school_id,
    )
    return sa.or_(person, sa.and_(Delivery.person_id.is_(None), office))


def _groups(
    session: Session, authority_id: int, asked: Iterable[Asked], at: datetime
) -> tuple[Apart, list[Group]]:
    """Return the authority's schools by the calendar that they keep: two statements."""
    earliest = clock.local_date(min(each.sent_at for each in asked))
    today = clock.local_date(at)
    every = sa.select(School.id).where(School.authority_id == authority_id)
    apart = kept_apart(
        session, authority_id, every, earliest, max(today, earliest) + timedelta(days=60)
    )
    own, trust = apart.own, apart.trust
    rows = session.execute(
        sa.select(own, trust)
        .where(School.authority_id == authority_id)
        .distinct()
        .order_by(own, trust)
    )
    return apart, [
        (
            apart.keeps(row.own, row.trust),
            row.own,
            row.trust,
        )
        for row in rows
    ]


def _take(
    session: Session,
    notice: Notice,
    schools: sa.ColumnElement[bool],
    step: Step,
    at: datetime,
) -> None:
    if step.step is ChaseStep.READER:
        remind(session, notice, schools, since=step.at, at=at)
    elif step.step is ChaseStep.DEPUTY:
        tell_deputies(session, notice, schools, at=at)
    else:
        tell_heads(session, notice, schools, at=at)


def _record(session: Session, authority_id: int, last: int, at: datetime) -> int:
    """Put one entry for each notice on the audit trail: how many were told at each step.

    Returns how many that are.
    """
    rows = session.execute(
        sa.select(Chase.notice_id, Chase.step, sa.func.count().label("people"))
        .where(Chase.authority_id == authority_id, Chase.id > last)
        .group_by(Chase.notice_id, Chase.step)
        .order_by(Chase.notice_id, Chase.step)
    ).all()
    counts: dict[int, dict[str, int]] = {}
    for notice_id, step, people in rows:
        counts.setdefault(notice_id, {})[step.value] = people
    for notice_id, detail in counts.items():
        audit.record(
            session,
            authority_id=authority_id,
            action="notice.chased",
            subject="notice",
            subject_id=notice_id,
            by=None,
            at=at,
            detail=detail,
        )
    return sum(sum(detail.values()) for detail in counts.values())
