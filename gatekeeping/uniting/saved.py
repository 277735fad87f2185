"""What joining saved schools in a school year, by month; what was taken back is subtracted (4.13).

A saving counts in the month in which the two were joined, and is taken back in the month in which
that was undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import clock
from gatekeeping.models import Joining

SEPTEMBER = 9
MOST = 20_000
MINUTES = 60


@dataclass(frozen=True)
class Month:
    """What was saved in a month, by its first day: minutes and pence, below zero if taken back."""

    first: date
    joined: int = 0
    undone: int = 0
    minutes: int = 0
    pence: int = 0

    @property
    def hours(self) -> int:
        """Return whole hours."""
        return round(self.minutes / MINUTES)


@dataclass(frozen=True)
class Year:
    """A school year's months up to today, and their sums."""

    first: date
    months: Sequence[Month]

    @property
    def minutes(self) -> int:
        """Return all minutes."""
        return sum(month.minutes for month in self.months)

    @property
    def pence(self) -> int:
        """Return all pence."""
        return sum(month.pence for month in self.months)

    @property
    def joined(self) -> int:
        """Return how many were joined."""
        return sum(month.joined for month in self.months)

    @property
    def undone(self) -> int:
        """Return how many were taken apart again."""
        return sum(month.undone for month in self.months)


def saved_in(session: Session, authority_id: int, on: date) -> Year:
    """Return what joining saved in the school year of a day: one statement."""
    first = date(on.year - (on.month < SEPTEMBER), SEPTEMBER, 1)
    begin, end = _midnight(first), _midnight(first.replace(year=first.year + 1))
    made = sa.select(
        Joining.at.label("at"),
        Joining.saving_minutes.label("minutes"),
        Joining.saving_pence.label("pence"),
        sa.literal(1).label("sign"),
    ).where(Joining.authority_id == authority_id, Joining.at >= begin, Joining.at < end)
    undone = sa.select(
        Joining.undone_at, Joining.saving_minutes, Joining.saving_pence, sa.literal(-1)
    ).where(
        Joining.authority_id == authority_id, Joining.undone_at >= begin, Joining.undone_at < end
    )
    both = sa.union_all(made, undone).subquery()
    rows = session.execute(sa.select(both).order_by(both.c.at).limit(MOST)).all()
    months = {each: Month(each) for each in _months(first)}
    for row in rows:
        key = clock.local_date(row.at).replace(day=1)
        months[key] = _added(months[key], row.sign, row.minutes, row.pence)
    return Year(first, list(months.values()))


def _added(month: Month, sign: int, minutes: int, pence: int) -> Month:
    return Month(
        month.first,
        month.joined + (sign > 0),
        month.undone + (sign < 0),
        month.minutes + sign * minutes,
        month.pence + sign * pence,
    )


def _months(first: date) -> list[date]:
    return [
        date(first.year + (first.month + step - 1) // 12, (first.month + step - 1) % 12 + 1, 1)
        for step in range(12)
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL)
