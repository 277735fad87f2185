"""The rows of lists and the links between their pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import request, url_for

from notifications.documents.marks import Mark, mark
from notifications.models import Attention, DeliveryState
from notifications.reading.counting import Sections
from notifications.reading.listing import PAGE, Listed, Page, Section
from notifications.reading.wording import due

SETTLED: Final = (DeliveryState.DONE, DeliveryState.CLOSED)
HEADINGS: Final = {
    Section.OVERDUE: "Overdue",
    Section.TODAY: "Today",
    Section.WEEK: "This week",
    Section.LATER: "Later",
    Section.NO_DATE: "No date",
}
ATTENTION: Final = {
    Attention.URGENT.value: "Urgent",
    Attention.ACTION.value: "Action",
    Attention.INFORMATION.value: "Information",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with what the page works out for it."""

    row: Listed
    due: Any
    unread: bool
    mark: Mark | None
    """That it was changed since it was read, replaced or withdrawn."""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one heading on a page; ``total`` is how many the whole list has under it."""

    heading: str
    total: int
    continued: bool
    rows: list[Shown]


def rows(page: Page, today: date, *, reader_id: int | None = None) -> list[Shown]:
    """Return a page's rows with how long there is still, and whether they are unread.

    ``reader_id`` is who reads a list that also holds colleagues' items; None for one's own list.
    """
    return [
        _shown(row, today, own=reader_id is None or row.person_id == reader_id) for row in page.rows
    ]


def groups(page: Page, sections: Sections, today: date) -> list[Group]:
    """Return a page's rows under the headings that say when they are due."""
    found: list[Group] = []
    last = None
    for row in page.rows:
        if row.section != last:
            last = row.section
            begins = sum(count for section, count in sections.items() if section < last)
            continued = not found and begins < (page.number - 1) * PAGE
            total = sections.get(Section(last), 0)
            found.append(Group(HEADINGS[Section(last)], total, continued, []))
        found[-1].rows.append(_shown(row, today))
    return found


def _shown(row: Listed, today: date, *, own: bool = True) -> Shown:
    # What is done or closed is not due any more, nor what was suspended.
    settled = row.state in SETTLED or row.stopped
    return Shown(
        row,
        None if settled else due(row.due_on, today),
        row.state == DeliveryState.UNREAD,
        mark(row, is_later=row.is_later, own=own),
    )


def page_number() -> int:
    """Return which page the address asks for, from 1."""
    return request.args.get("page", 1, type=int)


def page_links(page: Page, **chosen: str | None) -> dict[str, str | None]:
    """Return the addresses of the pages before and after this one, None where there is none."""
    endpoint = request.endpoint or ""

    def link(number: int) -> str:
        return url_for(endpoint, page=number if number > 1 else None, **chosen)  # type: ignore[arg-type]

    return {
        "previous": link(page.number - 1) if page.number > 1 else None,
        "next": link(page.number + 1) if page.has_next else None,
    }
