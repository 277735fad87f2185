"""The rows of lists and the links between their pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for

from notifications.models import DeliveryState
from notifications.reading.inbox import Listed, Page
from notifications.reading.wording import due

SETTLED = (DeliveryState.DONE, DeliveryState.CLOSED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with what the page works out for it."""

    row: Listed
    due: Any
    unread: bool


def rows(page: Page, today: date) -> list[Shown]:
    """Return a page's rows with how long there is still, and whether they are unread."""
    # What is done or closed is not due any more, nor what was suspended.
    return [
        Shown(
            row,
            None if row.state in SETTLED or row.stopped else due(row.due_on, today),
            row.state == DeliveryState.UNREAD,
        )
        for row in page.rows
    ]


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
