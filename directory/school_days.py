"""Counting school days: plain values of one school's calendar, no database.

Days that a calendar does not know are counted as working days (Monday to Friday, no bank holiday,
not in August, not between Christmas and New Year), so that missing term dates never make too
little of a period. ``is_known`` tells which days those are.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from directory.bank_holidays import is_bank_holiday

SATURDAY = 5
AUGUST, DECEMBER = 8, 12
CHRISTMAS = 25
YEAR_TURNS = 9  # a school year begins in September
TERM_MISSING = timedelta(days=28)
"""No holiday inside a school year is longer; a wider gap means that a term was not entered."""
LATE_ENOUGH = (7, 1)
"""A year whose last term ends from this day on is known to its end."""
EARLY_ENOUGH = (9, 30)
"""A year whose first term begins by this day is known from its beginning."""
FURTHEST = 800
"""No calendar is searched further than so many days."""


class Term(NamedTuple):
    """A term as the calendar counts it; ``days_off`` are days inside it."""

    school_year: str
    starts_on: date
    ends_on: date
    days_off: tuple[date, ...] = ()


class Closure(NamedTuple):
    """A run of days without school, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Return its length in calendar days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Calendar:
    """The school days of one or more schools: ``open`` within the ``known`` stretches of time."""

    open: frozenset[date]
    known: tuple[tuple[date, date], ...]

    @property
    def known_from(self) -> date | None:
        """Return the first day that it knows; None when it knows nothing."""
        return self.known[0][0] if self.known else None

    @property
    def known_to(self) -> date | None:
        """Return the last day that it knows; None when it knows nothing."""
        return self.known[-1][1] if self.known else None

    def is_known(self, day: date) -> bool:
        """Tell whether term dates say what this day is."""
        place = bisect_right(self.known, (day, date.max)) - 1
        return place >= 0 and day <= self.known[place][1]

    def is_school_day(self, day: date) -> bool:
        """Tell whether pupils are at school; where term dates are missing, on working days."""
        return day in self.open if self.is_known(day) else _likely(day)

    def school_days_after(self, start: date, end: date) -> int:
        """Return how many school days lie after ``start`` up to and including ``end``."""
        return sum(self.is_school_day(day) for day in days_after(start, end))

    def unknown_from(self, start: date, end: date) -> date | None:
        """Return the first day after ``start`` up to ``end`` that term dates do not tell."""
        return next((day for day in days_after(start, end) if not self.is_known(day)), None)

    def add_school_days(self, start: date, count: int) -> date | None:
        """Return the day that is the ``count``-th school day after ``start``.

        None when it lies more than ``FURTHEST`` days ahead. With 0, ``start`` itself.
        """
        left = count
        if left <= 0:
            return start
        for day in days_after(start, later(start, FURTHEST)):
            left -= self.is_school_day(day)
            if not left:
                return day
        return None

    def next_school_day(self, day: date) -> date | None:
        """Return the day itself when it is a school day, else the next one."""
        return self.add_school_days(later(day, -1), 1)

    def closure_before(self, day: date, *, days: int, length: int) -> Closure | None:
        """Return the closure after which ``day`` is one of the first ``days`` school days.

        Only closures of at least ``length`` calendar days count. None when the day is no school
        day or no such closure lies so close before it.
        """
        if not self.is_school_day(day):
            return None
        last = day
        for _ in range(days):
            gap = self._gap_before(last)
            if gap is not None and gap.days >= length:
                return gap
            last = gap.first if gap else last
            last = later(last, -1)
        return None

    def first_days_after_closure(self, closure: Closure, count: int) -> tuple[date, ...]:
        """Return the first ``count`` school days after a closure, fewer where none are in sight."""
        found = (self.add_school_days(closure.last, number) for number in range(1, count + 1))
        return tuple(day for day in found if day is not None)

    def _gap_before(self, school_day: date) -> Closure | None:
        """Return the days without school right before this school day."""
        last = first = later(school_day, -1)
        if self.is_school_day(last):
            return None
        for _ in range(FURTHEST):
            before = later(first, -1)
            if before == first or self.is_school_day(before):
                break
            first = before
        return Closure(first, last)


def days_after(start: date, end: date) -> Iterator[date]:
    """Yield the days after ``start`` up to and including ``end``."""
    for number in range(start.toordinal() + 1, end.toordinal() + 1):
        yield date.fromordinal(number)


def later(day: date, days: int) -> date:
    """Return the day so many days later (or sooner), at most the last (or first) day there is."""
    number = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(number)


def school_year_of(day: date) -> str:
    """Return the school year that a day lies in, from September to August, as 2026/27."""
    return year_label(day.year if day.month >= YEAR_TURNS else day.year - 1)


def year_label(first: int) -> str:
    """Write the school year that begins in September of ``first``: 2026/27."""
    return f"{first}/{(first + 1) % 100:02}"


def years_between(start: date, end: date) -> tuple[str, ...]:
    """Return the school years from the one that holds ``start`` to the one that holds ``end``."""
    first, last = (int(school_year_of(day)[:4]) for day in (start, end))
    return tuple(year_label(year) for year in range(first, last + 1))


@lru_cache(maxsize=512)
def calendar_of(terms: tuple[Term, ...]) -> Calendar:
    """Return the calendar of these terms, in whatever order they are given.

    Bank holidays and weekends are no school days, whether or not a term names them as days off.
    """
    in_order = sorted(terms, key=lambda term: term.starts_on)
    return Calendar(
        frozenset(day for term in in_order for day in _school_days(term)),
        tuple(_joined(_known(in_order))),
    )


def _school_days(term: Term) -> Iterator[date]:
    off = set(term.days_off)
    for day in days_after(later(term.starts_on, -1), term.ends_on):
        if day.weekday() < SATURDAY and day not in off and not is_bank_holiday(day):
            yield day


def _known(terms: Iterable[Term]) -> Iterator[tuple[date, date]]:
    """Yield the stretches of time that the terms of each school year speak of."""
    years: dict[str, list[Term]] = {}
    for term in terms:
        years.setdefault(term.school_year, []).append(term)
    for label in sorted(years):
        first, year = int(label[:4]), years[label]
        start, end = year[0].starts_on, year[0].ends_on
        if start <= date(first, *EARLY_ENOUGH):
            start = min(start, date(first, YEAR_TURNS, 1))
        for term in year[1:]:
            if term.starts_on - end > TERM_MISSING:
                yield start, end
                start = term.starts_on
            end = max(end, term.ends_on)
        if end >= date(first + 1, *LATE_ENOUGH):
            end = max(end, date(first + 1, AUGUST, 31))
        yield start, end


def _joined(stretches: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """Yield the stretches in order, those that touch or overlap as one."""
    current: tuple[date, date] | None = None
    for start, end in sorted(stretches):
        if current is None:
            current = (start, end)
        elif start <= later(current[1], 1):
            current = (current[0], max(current[1], end))
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current


def _likely(day: date) -> bool:
    """Tell whether a day of which no term dates are known is taken for a school day."""
    holiday = day.month == AUGUST or (day.month == DECEMBER and day.day >= CHRISTMAS)
    return day.weekday() < SATURDAY and not holiday and not is_bank_holiday(day)
