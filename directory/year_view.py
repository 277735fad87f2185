"""A school year as a page shows it: months of weeks of days, from September to August."""

from calendar import Calendar as Weeks
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory.bank_holidays import is_bank_holiday
from directory.calendars import Busy
from directory.school_days import AUGUST, SATURDAY, YEAR_TURNS, Calendar

MONTHS = 12


@dataclass(frozen=True)
class Day:
    """One day: its number in the month, what it is, and what schools are busy with on it.

    ``kind`` is ``school``, ``weekend``, ``bank`` (a bank holiday), ``closed`` or ``unknown``.
    """

    number: int
    kind: str
    busy: tuple[str, ...] = ()


@dataclass(frozen=True)
class Month:
    """A month: its name, its school days, and its weeks from Monday; None is another month's."""

    name: str
    school_days: int
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True)
class TermLine:
    """A term as a table lists it, with its school days; ``id`` is of its row."""

    id: int
    term: str
    starts_on: date
    ends_on: date
    days_off: tuple[date, ...]
    school_days: int


def first_and_last(year: str) -> tuple[date, date]:
    """Return the first of September and the last of August of a school year (2026/27)."""
    first = int(year[:4])
    return date(first, YEAR_TURNS, 1), date(first + 1, AUGUST, 31)


def months_of(year: str, calendar: Calendar, busy: Sequence[Busy]) -> tuple[Month, ...]:
    """Return the twelve months of a school year."""
    first = int(year[:4])
    start = YEAR_TURNS - 1
    places = [divmod(start + number, MONTHS) for number in range(MONTHS)]
    return tuple(_month(first + turn, number + 1, calendar, busy) for turn, number in places)


def _month(year: int, number: int, calendar: Calendar, busy: Sequence[Busy]) -> Month:
    weeks = tuple(
        tuple(_day(day, calendar, busy) if day.month == number else None for day in week)
        for week in Weeks().monthdatescalendar(year, number)
    )
    count = sum(day is not None and day.kind == "school" for week in weeks for day in week)
    return Month(f"{date(year, number, 1):%B %Y}", count, weeks)


def _day(day: date, calendar: Calendar, busy: Sequence[Busy]) -> Day:
    if day.weekday() >= SATURDAY:
        return Day(day.day, "weekend")
    what = tuple(one.what for one in busy if one.starts_on <= day <= one.ends_on)
    if is_bank_holiday(day):
        kind = "bank"
    elif not calendar.is_known(day):
        kind = "unknown"
    else:
        kind = "school" if calendar.is_school_day(day) else "closed"
    return Day(day.day, kind, what)


def school_days_between(calendar: Calendar, starts_on: date, ends_on: date) -> int:
    """Return the school days from one day to another, both included."""
    return calendar.school_days_after(starts_on - timedelta(days=1), ends_on)
