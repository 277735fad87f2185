"""What the things found have in common, counted: to narrow a search with one click."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy.orm import Session

from foundation.clock import local_date
from notifications.models import Attention
from portal.library.facts import Facts
from portal.library.narrowing import Filters
from portal.library.rows import headings_of, parted

MOST_OPTIONS: Final = 8
ATTENTION: Final = {
    Attention.URGENT.value: "Urgent",
    Attention.ACTION.value: "Action",
    Attention.INFORMATION.value: "Information",
}
HEADINGS: Final = {
    "attention": "What it asks",
    "state": "How far it is",
    "category": "Category",
    "sender": "From",
    "month": "Sent in",
    "files": "Files",
}
"""In the order in which they are shown."""
Counts = Sequence[tuple[str, int]]
STATES: Final = {"unread": "Unread", "open": "To do", "done": "Done or closed"}


@dataclass(frozen=True)
class Option:
    """One value that things found have, and how many have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facet:
    """One way to narrow: the filter's name in the address, and its commonest values."""

    name: str
    heading: str
    options: tuple[Option, ...]


def facets(session: Session, found: Facts, filters: Filters) -> list[Facet]:
    """Count what was found, each notice once for each value; leave out what would not narrow.

    One statement, for the headings of the commonest categories.
    """
    by_year = len(filters.month) != len("2026")
    months = Counter(map(_month, (seconds // HOUR for seconds in found.seconds)))
    counted = {
        "attention": Counter(found.attention),
        "state": _states(found),
        "category": _categories(found),
        "sender": Counter(found.sender),
        "month": _years(months) if by_year else months,
        "files": Counter({"1": sum(found.has_files)}),
    }
    chosen, total = _chosen(filters), len(found.ids)
    best = {name: _best(name, counts) for name, counts in counted.items() if name not in chosen}
    narrowing = {
        name: counts
        for name, counts in best.items()
        if any(0 < count < total for _, count in counts)
    }
    labels = _labels(session, narrowing, by_year=by_year)
    return [
        Facet(
            name,
            HEADINGS[name],
            tuple(Option(value, labels[name](value), count) for value, count in counts if count),
        )
        for name, counts in narrowing.items()
    ]


def _labels(
    session: Session, counted: Mapping[str, Counts], *, by_year: bool
) -> dict[str, Callable[[str], str]]:
    """Return how to write the values of each facet."""
    ids = [int(value) for value, _ in counted.get("category", ())]
    headings = headings_of(session, ids)
    return {
        "attention": ATTENTION.__getitem__,
        "state": STATES.__getitem__,
        "category": lambda value: headings[int(value)],
        "sender": str,
        "month": str if by_year else month_in_words,
        "files": lambda _: "With files",
    }


def _chosen(filters: Filters) -> set[str]:
    return {
        name
        for name, value in {
            "attention": filters.attention,
            "state": filters.state,
            "category": filters.category_id,
            "sender": filters.sender,
            "month": "-" in filters.month,
            "files": filters.has_files,
        }.items()
        if value
    }


def _best(name: str, counts: Mapping[str, int]) -> Counts:
    if name == "month":
        return sorted(counts.items(), reverse=True)[:DATES]
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_OPTIONS]


DATES: Final = 12


def _categories(found: Facts) -> dict[str, int]:
    counts: Counter[int] = Counter()
    for categories, count in Counter(found.categories).items():
        counts.update(dict.fromkeys(parted(categories), count))
    return {str(category_id): count for category_id, count in counts.items()}


def _states(found: Facts) -> dict[str, int]:
    numbers = Counter(number & 3 for number in found.first)
    unread, read, *ended = (numbers[number] for number in range(4))
    counts = {"unread": unread, "open": unread + read, "done": sum(ended)}
    return {name: count for name, count in counts.items() if count}


@lru_cache(maxsize=200_000)
def _month(hours: int) -> str:
    """Return the month in England, as in ``Filters``, of an hour since 1970."""
    return f"{local_date(datetime.fromtimestamp(hours * HOUR, UTC)):%Y-%m}"


HOUR: Final = 3600


def _years(months: Mapping[str, int]) -> dict[str, int]:
    years: Counter[str] = Counter()
    for month, count in months.items():
        years[month.partition("-")[0]] += count
    return years


def month_in_words(value: str) -> str:
    """Write a month such as 2026-11: November 2026."""
    year, _, number = value.partition("-")
    return f"{date(int(year), int(number), 1):%B %Y}"
