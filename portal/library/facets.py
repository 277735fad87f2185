"""What the things found have in common, counted: to narrow a search with one click."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.clock import local_date
from notifications.models import Attention, DeliveryState
from portal.library.narrowing import Filters
from portal.library.rows import Item

MOST_OPTIONS: Final = 8
ATTENTION: Final = {
    Attention.URGENT.value: "Urgent",
    Attention.ACTION.value: "Action",
    Attention.INFORMATION.value: "Information",
}
STATES: Final = {"unread": "Unread", "open": "Not done", "done": "Done or closed"}


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


def facets(found: Sequence[Item], filters: Filters) -> list[Facet]:
    """Count what was found, each notice once for each value; leave out what would not narrow."""
    labels: dict[str, str] = {}

    def categories(item: Item) -> Iterable[str]:
        for category_id, heading in item.categories.items():
            labels[str(category_id)] = heading
            yield str(category_id)

    by_year = len(filters.month) != len("2026")
    ways: tuple[tuple[str, str, Callable[[Item], Iterable[str]], Callable[[str], str]], ...] = (
        ("attention", "What it asks", lambda item: [item.attention], ATTENTION.__getitem__),
        ("state", "How far it is", _state, STATES.__getitem__),
        ("category", "Category", categories, labels.__getitem__),
        ("sender", "From", lambda item: [item.sender], str),
        ("month", "Sent in", _year if by_year else _month, str if by_year else month_in_words),
        ("files", "Files", lambda item: ["1"] if item.has_files else [], lambda _: "With files"),
    )
    chosen = _chosen(filters)
    counted = (
        Facet(name, heading, _options(found, values, label, by_date=name == "month"))
        for name, heading, values, label in ways
        if name not in chosen
    )
    return [facet for facet in counted if _narrows(facet, len(found))]


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


def _options(
    found: Sequence[Item],
    values: Callable[[Item], Iterable[str]],
    label: Callable[[str], str],
    *,
    by_date: bool,
) -> tuple[Option, ...]:
    counts = Counter(value for item in found for value in values(item))
    if by_date:
        ordered = sorted(counts.items(), reverse=True)[:DATES]
    else:
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_OPTIONS]
    return tuple(Option(value, label(value), count) for value, count in ordered)


DATES: Final = 12


def _narrows(facet: Facet, total: int) -> bool:
    return any(option.count < total for option in facet.options)


def _state(item: Item) -> list[str]:
    if item.state == DeliveryState.UNREAD:
        return ["unread", "open"]
    return ["open"] if item.state == DeliveryState.READ else ["done"]


def _year(item: Item) -> list[str]:
    return [f"{local_date(item.sent_at).year:04}"]


def _month(item: Item) -> list[str]:
    return [f"{local_date(item.sent_at):%Y-%m}"]


def month_in_words(value: str) -> str:
    """Write a month such as 2026-11: November 2026."""
    year, _, number = value.partition("-")
    return f"{date(int(year), int(number), 1):%B %Y}"
