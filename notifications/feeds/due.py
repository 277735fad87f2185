"""The days that a reader's calendar shows: what is due, and what is not due any more."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.key_dates import KeyDate, key_dates
from directory.school_days import later
from notifications.bulletin.composing import still_due
from notifications.models import Delivery, Notice
from notifications.reading.inbox import Reader, readable

MOST: Final = 1000
OVERDUE: Final = timedelta(days=90)
"""What has been overdue for longer is not shown any more."""
CANCELLED: Final = timedelta(days=30)
"""For so long calendars are told that something is off, so that they take it out."""
SCHOOL_DATES_BEFORE, SCHOOL_DATES_AFTER = 30, 366


@dataclass(frozen=True)
class DueItem:
    """Something that is due on a day, or was until it was done, withdrawn or stopped."""

    notice_id: int
    school_id: int
    delivery_id: int
    title: str
    sender: str
    reference: str
    due_on: date
    changed_at: datetime
    is_off: bool

    @property
    def key(self) -> str:
        """What it is known by in calendars: the same for as long as it is the same task."""
        return f"due-{self.notice_id}-{self.school_id}"


def due_items(session: Session, reader: Reader, *, at: datetime, today: date) -> list[DueItem]:
    """Return what is due of what the reader may see, each notice once, by day: one statement."""
    ended = sa.or_(
        Delivery.done_at >= at - CANCELLED,
        Notice.withdrawn_at >= at - CANCELLED,
        Notice.replaced_at >= at - CANCELLED,
        # when it was stopped or closed is not kept with it
        sa.and_(Notice.due_on >= today - CANCELLED, sa.not_(sa.and_(*still_due()))),
    )
    rows = session.execute(
        _select()
        .where(
            readable(reader),
            Notice.due_on >= today - OVERDUE,
            sa.or_(sa.and_(*still_due()), ended),
        )
        .order_by(Notice.due_on, Delivery.id)
        .limit(MOST)
    ).all()
    same: dict[int, list[sa.Row[tuple[object, ...]]]] = defaultdict(list)
    for row in rows:
        same[row.notice_id].append(row)
    return [_item(several, reader) for several in same.values()]


def due_item(session: Session, reader: Reader, delivery: Delivery) -> DueItem | None:
    """Return what is due of one item that was opened for this reader; None when nothing is."""
    row = session.execute(
        _select().where(
            readable(reader), Delivery.id == delivery.id, Notice.due_on.is_not(None), *still_due()
        )
    ).first()
    return _item([row], reader) if row else None


def school_dates(session: Session, reader: Reader, *, today: date) -> Sequence[KeyDate]:
    """Return the school's key dates from a month ago to a year ahead."""
    start, end = later(today, -SCHOOL_DATES_BEFORE), later(today, SCHOOL_DATES_AFTER)
    return key_dates(session, reader.authority_id, reader.school_id, start, end)


def _select() -> sa.Select[tuple[object, ...]]:
    return sa.select(
        *(Delivery.id, Delivery.notice_id, Delivery.school_id, Delivery.person_id),
        *(Delivery.delivered_at, Delivery.done_at, Notice.title, Notice.sender),
        *(Notice.reference, Notice.due_on, Notice.amended_at, Notice.withdrawn_at),
        Notice.replaced_at,
        sa.case((sa.and_(*still_due()), 1), else_=0).label("is_open"),
    ).join(Notice, Notice.id == Delivery.notice_id)


def _item(rows: Sequence[sa.Row[tuple[object, ...]]], reader: Reader) -> DueItem:
    """Make one of the deliveries of a notice: it is on for as long as one of them is open."""
    row = min(rows, key=lambda each: (each.person_id != reader.person_id, each.id))
    changes = [
        moment
        for each in rows
        for moment in (
            *(each.delivered_at, each.done_at, each.amended_at),
            *(each.withdrawn_at, each.replaced_at),
        )
        if moment
    ]
    return DueItem(
        notice_id=row.notice_id,
        school_id=row.school_id,
        delivery_id=row.id,
        title=row.title,
        sender=row.sender,
        reference=row.reference,
        due_on=row.due_on,
        changed_at=max(changes),
        is_off=not any(each.is_open for each in rows),
    )
