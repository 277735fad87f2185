"""Putting items away until a day: out of the reader's own list, and nowhere else.

It changes no state and stops no due date; whoever else sees the item sees it as open.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.dates import day
from foundation.errors import Refusal
from notifications.models import Delivery, Notice
from notifications.reading.inbox import WAITING, Reader
from notifications.reading.marking import MOST_AT_ONCE, NotOpenError, own_of

LONGEST = timedelta(days=366)
WEEK = timedelta(days=7)


class BadDayError(Refusal):
    """Only a day to come, within a year, brings anything back."""

    sentence = "Choose a day after today and within a year."


class PastDueError(Refusal):
    """It would come back after it is due; the reader is to know that."""


@dataclass(frozen=True)
class Snoozed:
    """What was put away: ids; and how many stay because they are due before that day."""

    ids: list[int]
    due_before: int


def tomorrow(today: date) -> date:
    """Return the day after."""
    return today + timedelta(days=1)


def next_monday(today: date) -> date:
    """Return the first Monday after today."""
    return today + timedelta(days=7 - today.weekday())


def week_before(due_on: date | None, today: date) -> date | None:
    """Return the day a week before something is due; None when that is no day to come."""
    if due_on is None or due_on - WEEK <= today:
        return None
    return due_on - WEEK


def snooze(
    session: Session,
    ids: Collection[int],
    *,
    reader: Reader,
    until: date,
    today: date,
    past_due: bool = False,
) -> Snoozed:
    """Put the reader's own open items away until a day: at most two statements.

    What is due before that day, or overdue, stays, unless ``past_due`` says that the reader knows.
    Raises BadDayError.
    """
    if not today < until <= today + LONGEST:
        raise BadDayError(field="until")
    asked = sorted(set(ids))[:MOST_AT_ONCE]
    own = (*own_of(reader), Delivery.id.in_(asked), WAITING)
    late = sa.exists().where(
        Notice.id == Delivery.notice_id, Notice.due_on < until, sa.not_(Notice.stopped)
    )
    moved = session.scalars(
        sa.update(Delivery)
        .where(*own, sa.true() if past_due else sa.not_(late))
        .values(snoozed_until=until)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    stay = 0
    if not past_due and len(moved) < len(asked):
        stay = session.scalar(sa.select(sa.func.count(Delivery.id)).where(*own, late)) or 0
    session.expire_all()
    return Snoozed(sorted(moved), stay)


def snooze_one(
    session: Session,
    delivery: Delivery,
    *,
    reader: Reader,
    until: date,
    today: date,
    past_due: bool = False,
) -> None:
    """Put one item away. Raises BadDayError, NotOpenError, and PastDueError unless ``past_due``."""
    done = snooze(
        session, [delivery.id], reader=reader, until=until, today=today, past_due=past_due
    )
    if done.due_before:
        due = delivery.notice.due_on
        how = f"It was due on {day(due)}." if due and due < today else f"It is due on {day(due)}."
        message = f"{how} Tick the box if you want to put it away until {day(until)} all the same."
        raise PastDueError(message, field="past_due")
    if not done.ids:
        raise NotOpenError("This item is not open any more, so it cannot be snoozed.")


def bring_back(session: Session, ids: Collection[int], *, reader: Reader) -> int:
    """Bring the reader's own items back into the list; return how many."""
    back = session.scalars(
        sa.update(Delivery)
        .where(
            *own_of(reader),
            Delivery.id.in_(sorted(set(ids))[:MOST_AT_ONCE]),
            Delivery.snoozed_until.is_not(None),
        )
        .values(snoozed_until=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire_all()
    return len(back)
