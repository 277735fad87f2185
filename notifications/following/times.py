"""How long schools took to open a notice, day by day and beside what was sent before.

Always of all schools that were asked: those that have not opened it count as longer than any
other, so that a half which nobody has reached yet is said to be so, and not flattered.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import clock
from notifications.models import Delivery, DeliveryState, Notice

MOST_SCHOOLS: Final = 30_000
EARLIER: Final = 50
"""With so many items that were sent before it is compared."""
MOST_DAYS: Final = 90
HALF: Final = 0.5


@dataclass(frozen=True)
class Day:
    """At how many schools it had been opened, and done, when a day ended."""

    on: date
    read: int
    done: int


@dataclass(frozen=True)
class Course:
    """How it went on: each day, and after how long a quarter, a half and three quarters had it."""

    days: Sequence[Day]
    quarters: tuple[timedelta | None, timedelta | None, timedelta | None]
    """None where so many have not opened it yet."""


@dataclass(frozen=True)
class Compared:
    """Items sent before: how many, and after how long half of their schools had opened one.

    The middle one of them; None when there are none, or in most half have never opened it.
    """

    items: int
    half: timedelta | None


def course(session: Session, notice: Notice, *, now: datetime) -> Course:
    """Return how a notice was opened and done over time: one statement, a row for each school."""
    read = sa.func.min(Delivery.read_at)
    rows = session.execute(
        sa.select(read, sa.func.min(Delivery.done_at))
        .where(
            Delivery.authority_id == notice.authority_id,
            Delivery.notice_id == notice.id,
            _counts(),
        )
        .group_by(Delivery.school_id)
        .order_by(Delivery.school_id)
        .limit(MOST_SCHOOLS)
    ).all()
    opened = sorted(row[0] for row in rows if row[0] is not None)
    done = sorted(row[1] for row in rows if row[1] is not None)
    quarters = [_after(opened, len(rows), part, notice.sent_at) for part in (1, 2, 3)]
    return Course(_days(notice, opened, done, now), (quarters[0], quarters[1], quarters[2]))


def compared(
    session: Session,
    notice: Notice,
    sources: sa.Select[tuple[int]] | None = None,
) -> Compared:
    """Compare with the last items sent before: of these sources, or of the whole authority.

    One statement over the deliveries of ``EARLIER`` items at most.
    """
    last = (
        sa.select(Notice.id)
        .where(
            Notice.authority_id == notice.authority_id,
            Notice.sent_at < notice.sent_at,
            Notice.withdrawn_at.is_(None),
        )
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(EARLIER)
    )
    if sources is not None:
        last = last.where(Notice.source_id.in_(sources))
    earlier = last.subquery("earlier")
    # grouped as the index of a notice's deliveries lies: nothing need be sorted for it
    first = (
        sa.select(Delivery.notice_id, sa.func.min(Delivery.read_at).label("read_at"))
        .where(
            Delivery.authority_id == notice.authority_id,
            Delivery.notice_id.in_(sa.select(earlier.c.id)),
            _counts(),
        )
        .group_by(Delivery.notice_id, Delivery.school_id)
        .subquery("first")
    )
    # the share of schools that had opened it by then; who has not stands last, all alike
    share = sa.func.cume_dist().over(
        partition_by=first.c.notice_id,
        order_by=(first.c.read_at.is_(None), first.c.read_at),
    )
    ranked = sa.select(first, share.label("share")).subquery("ranked")
    half = (
        sa.select(ranked.c.notice_id, sa.func.min(ranked.c.read_at).label("read_at"))
        .where(ranked.c.share >= HALF)
        .group_by(ranked.c.notice_id)
        .subquery("half")
    )
    rows = session.execute(
        sa.select(Notice.sent_at, half.c.read_at)
        .join(half, half.c.notice_id == Notice.id)
        .order_by(Notice.id)
        .limit(EARLIER)
    ).all()
    halves = sorted(row.read_at - row.sent_at for row in rows if row.read_at is not None)
    middle = (len(rows) + 1) // 2
    return Compared(len(rows), halves[middle - 1] if 0 < middle <= len(halves) else None)


def _counts() -> sa.ColumnElement[bool]:
    """Leave out who need not open it any more and never did."""
    return sa.or_(Delivery.state != DeliveryState.CLOSED, Delivery.read_at.is_not(None))


def _after(
    opened: Sequence[datetime], schools: int, quarters: int, sent_at: datetime
) -> timedelta | None:
    needed = -(-schools * quarters // 4)
    return opened[needed - 1] - sent_at if 0 < needed <= len(opened) else None


def _days(
    notice: Notice, opened: Sequence[datetime], done: Sequence[datetime], now: datetime
) -> list[Day]:
    """Return the ends of the days until nothing happened any more, or until today."""
    first = clock.local_date(notice.sent_at)
    last = max((clock.local_date(at) for at in (*opened[-1:], *done[-1:])), default=first)
    last = min(max(last, first), clock.local_date(now), first + timedelta(days=MOST_DAYS))
    read_on = [clock.local_date(at) for at in opened]
    done_on = [clock.local_date(at) for at in done]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [Day(on, bisect_right(read_on, on), bisect_right(done_on, on)) for on in days]
