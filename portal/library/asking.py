"""What an address asks for: the filters in it, and addresses that ask for more or for less."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import url_for

from foundation.dates import day
from notifications.models import Attention
from portal.library.facets import ATTENTION, STATES, month_in_words
from portal.library.forms import DaysForm
from portal.library.narrowing import STATES as CONDITIONS
from portal.library.narrowing import Filters, days_of

FILTERS: Final = (
    *("attention", "state", "category", "sender", "month"),
    *("begin", "end", "files", "mine"),
)
LONGEST: Final = 300
"""Letters of a sender."""
HIGHEST: Final = 2**62


@dataclass(frozen=True)
class Chosen:
    """One filter that is in force: what it says, and the address without it."""

    says: str
    without: str


def filters_of(given: Mapping[str, str], days: DaysForm) -> Filters:
    """Return the filters of an address; what makes no sense narrows nothing."""
    begin, end = days.days if days.validate() else (None, None)
    attention, month, state = (given.get(name, "") for name in ("attention", "month", "state"))
    category = given.get("category", "")
    is_number = category.isascii() and category.isdigit() and int(category[:20]) < HIGHEST
    return Filters(
        category_id=int(category) if is_number else None,
        sender=given.get("sender", "").replace("\0", "")[:LONGEST],
        sent_from=begin,
        sent_to=end,
        month=month if days_of(month) else "",
        attention=Attention(attention) if attention in set(Attention) else None,
        state=state if state in CONDITIONS else "",
        has_files=given.get("files") == "1",
        mine=given.get("mine") == "1",
    )


def address(given: Mapping[str, str], **changed: str | int | None) -> str:
    """Return the address that asks the same but for what is changed, from its first page."""
    kept = {name: given[name] for name in ("q", *FILTERS, "sort") if given.get(name)}
    return url_for("library.search", **{**kept, **changed})  # type: ignore[arg-type]


def chosen(given: Mapping[str, str], filters: Filters, heading: str) -> list[Chosen]:
    """Return the filters in force in words. ``heading`` is that of the category chosen."""
    words = {
        "attention": ATTENTION[filters.attention] if filters.attention else "",
        "state": STATES.get(filters.state, ""),
        "category": heading if filters.category_id is not None else "",
        "sender": f"From {filters.sender}" if filters.sender else "",
        "month": _sent(filters.month),
        "begin": f"From {day(filters.sent_from)}" if filters.sent_from else "",
        "end": f"To {day(filters.sent_to)}" if filters.sent_to else "",
        "files": "With files" if filters.has_files else "",
        "mine": "Only what was sent to you" if filters.mine else "",
    }
    return [Chosen(says, address(given, **{name: None})) for name, says in words.items() if says]


def _sent(month: str) -> str:
    if not month:
        return ""
    return f"Sent in {month_in_words(month) if '-' in month else month}"
