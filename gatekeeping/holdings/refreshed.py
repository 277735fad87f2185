"""When a held data set was last refreshed, worked out from the words of the catalogue."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = "january february march april may june july august september october november december"
MONTHS = tuple(_MONTHS.split())
_WEEK = "monday tuesday wednesday thursday friday saturday sunday"
_DAYS = tuple(_WEEK.split())
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 5}
_TERMLY = ((9, 30), (1, 31), (4, 30))
"""Where the words say no more than "termly"."""
_OF_MONTH = re.compile(
    rf"\b({'|'.join(_ORDINALS)})(?:\s+({'|'.join(_DAYS)}))?\s+of\s+"
    rf"((?:{'|'.join(MONTHS)})(?:\s+and\s+(?:{'|'.join(MONTHS)}))*)"
)
_DAY_OF_MONTH = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(MONTHS)})\b")
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})\b")
_SUMMER_ENDS = (8, 31)


@dataclass(frozen=True)
class Rhythm:
    """How often: ``a_year`` times, the days between two refreshes, whether it is never behind."""

    a_year: int
    days: int


FRESH = 190
"""Refreshes a year, from which on a data set is never more than a few days behind."""
_RHYTHMS = (
    ("live", Rhythm(366, 1)),
    ("within one school day", Rhythm(366, 3)),
    ("daily", Rhythm(366, 3)),
    ("weekly", Rhythm(52, 7)),
    ("monthly", Rhythm(12, 31)),
    ("termly", Rhythm(3, 140)),
    ("yearly", Rhythm(1, 366)),
)


def rhythm(words: str) -> Rhythm | None:
    """Return how often the words say that it is refreshed; None when they do not say."""
    plain = words.casefold()
    return next((known for start, known in _RHYTHMS if plain.startswith(start)), None)


def always_fresh(words: str) -> bool:
    """Tell whether it is never more than a few days behind."""
    how = rhythm(words)
    return how is not None and how.a_year >= FRESH


def last_refresh(words: str, on: date) -> date | None:
    """Return the last refresh on or before a day; None when the words do not tell one.

    Never later than the truth: what is refreshed "daily" is known as at the evening before, a
    window ("July to October") is over before it counts.
    """
    how = rhythm(words)
    if how is None:
        return None
    plain = words.casefold()
    if plain.startswith("live"):
        return on
    if how.a_year >= FRESH:
        return on - timedelta(days=1)
    if plain.startswith("weekly"):
        return on - timedelta(days=on.weekday() + 1)
    if plain.startswith("monthly"):
        return on.replace(day=1) - timedelta(days=1)
    return max((day for day in _refreshes(plain, on.year) if day <= on), default=None)


def next_refresh(words: str, after: date) -> date | None:
    """Return the first refresh after a day; None for what is refreshed daily or nobody knows when.

    Rather a refresh too late than one that has not come: on its own day it is not counted yet.
    """
    how = rhythm(words)
    plain = words.casefold()
    if how is None or how.a_year >= FRESH:
        return None
    if plain.startswith("weekly"):
        return after + timedelta(days=6 - after.weekday() or 7)
    if plain.startswith("monthly"):
        tomorrow = after + timedelta(days=1)
        return _month_end(tomorrow.year, tomorrow.month)
    return min((day for day in _refreshes(plain, after.year) if day > after), default=None)


def _refreshes(plain: str, year: int) -> Iterator[date]:
    """Yield the refreshes of a year, the one before and the one after."""
    for each in (year - 1, year, year + 1):
        yield from _of_year(plain, each)


def _of_year(plain: str, year: int) -> Iterator[date]:
    weekday = "thursday"
    counted = list(_OF_MONTH.finditer(plain))
    for match in counted:
        ordinal, day_name, months = match.groups()
        weekday = day_name or weekday
        for month in _MONTH.findall(months):
            yield _nth(year, MONTHS.index(month) + 1, _DAYS.index(weekday), _ORDINALS[ordinal])
    if counted:
        return
    if dated := _DAY_OF_MONTH.search(plain):
        yield date(
            year,
            MONTHS.index(dated[2]) + 1,
            min(int(dated[1]), 28 if dated[2] == "february" else 31),
        )
    elif months_named := _MONTH.findall(plain):
        yield _month_end(year, MONTHS.index(months_named[-1]) + 1)
    elif "summer" in plain:
        yield date(year, *_SUMMER_ENDS)
    elif plain.startswith("termly"):
        for month, last in _TERMLY:
            yield date(year, month, last)


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return day if day.month == month else day - timedelta(days=7)


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
