"""The dates that everybody at a school should know: holidays, days off, what keeps it busy."""

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.calendars import Busy, busy_between
from directory.keepers import Keeper
from directory.kinds import phases_of
from directory.models import School
from directory.models_calendar import TermDates
from directory.school_days import later, years_between

LONGEST_HOLIDAY = timedelta(days=70)
"""A wider gap between two terms means that one was not entered: nothing is said of it."""
MOST_TERMS = 500
AROUND = 130


class DateKind(enum.StrEnum):
    """What a key date is."""

    HOLIDAY = "holiday"
    DAY_OFF = "day_off"
    BUSY = "busy"


@dataclass(frozen=True)
class KeyDate:
    """A run of days, both ends included."""

    starts_on: date
    ends_on: date
    what: str
    kind: DateKind
    approximate: bool = False
    """The year's own date is not published yet; this is what is usual."""


@dataclass(frozen=True)
class _Term:
    starts_on: date
    ends_on: date
    days_off: tuple[date, ...]


def key_dates(
    session: Session, authority_id: int, school_id: int, start: date, end: date
) -> list[KeyDate]:
    """Return what a school should know of the days from ``start`` to ``end``: three statements.

    By the school's own term dates, else its trust's, else the authority's, for each school year.
    What keeps only schools of other phases busy is left out.
    """
    school = session.execute(
        sa.select(School.trust_id, School.phase_code).where(
            School.authority_id == authority_id, School.id == school_id
        )
    ).first()
    if school is None:
        return []
    years = years_between(later(start, -AROUND), later(end, AROUND))
    terms = _terms(session, authority_id, Keeper("", school_id, school.trust_id), years)
    busy = busy_between(session, authority_id, start, end)
    phases = set(phases_of(school.phase_code))
    found = [*_holidays(terms), *_days_off(terms), *_busy(busy, phases)]
    near = [each for each in found if each.starts_on <= end and each.ends_on >= start]
    return sorted(near, key=lambda each: (each.starts_on, each.ends_on, each.what))


def _terms(session: Session, authority_id: int, place: Keeper, years: Sequence[str]) -> list[_Term]:
    places = [
        sa.and_(TermDates.school_id.is_(None), TermDates.trust_id.is_(None)),
        TermDates.school_id == place.school_id,
    ]
    if place.trust_id is not None:
        places.append(TermDates.trust_id == place.trust_id)
    rows = session.scalars(
        sa.select(TermDates)
        .where(
            TermDates.authority_id == authority_id,
            TermDates.school_year.in_(years),
            sa.or_(*places),
        )
        .order_by(TermDates.starts_on, TermDates.id)
        .limit(MOST_TERMS)
    ).all()
    return [
        _Term(row.starts_on, row.ends_on, tuple(date.fromisoformat(off) for off in row.days_off))
        for row in _nearest(rows)
    ]


def _nearest(rows: Sequence[TermDates]) -> Iterator[TermDates]:
    """Leave of each school year the terms of whoever stands nearest to the school."""
    best: dict[str, int] = {}
    for row in rows:
        best[row.school_year] = max(_nearness(row), best.get(row.school_year, 0))
    yield from (row for row in rows if _nearness(row) == best[row.school_year])


def _nearness(row: TermDates) -> int:
    if row.school_id is not None:
        return 2
    return 1 if row.trust_id is not None else 0


def _holidays(terms: Sequence[_Term]) -> Iterator[KeyDate]:
    day = timedelta(days=1)
    for before, after in pairwise(terms):
        gap = after.starts_on - before.ends_on
        if day < gap <= LONGEST_HOLIDAY:
            yield KeyDate(
                before.ends_on + day, after.starts_on - day, "School holiday", DateKind.HOLIDAY
            )


def _days_off(terms: Sequence[_Term]) -> Iterator[KeyDate]:
    for off in sorted({off for term in terms for off in term.days_off}):
        yield KeyDate(off, off, "No school for pupils", DateKind.DAY_OFF)


def _busy(busy: Iterable[Busy], phases: set[str]) -> Iterator[KeyDate]:
    for one in busy:
        # A school whose phase says nothing (special schools, say) is told of everything.
        if not one.phases or not phases or phases & set(one.phases):
            yield KeyDate(one.starts_on, one.ends_on, one.what, DateKind.BUSY, one.approximate)
