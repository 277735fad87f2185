"""Pages of a long list: which page is asked for, and the links to the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

LAST_PAGE = 100_000
MOST_COUNTED = 2_000
"""No further is counted, so that a page's cost does not grow with the register."""


def page_asked(args: Mapping[str, str]) -> int:
    """Return the page number in a query string; 1 when there is none that makes sense."""
    text = args.get("page", "")
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() and len(text) < 9 else 1  # noqa: PLR2004


@dataclass(frozen=True)
class Pages:
    """Where in a list a page stands. ``previous`` and ``next`` are None at the ends."""

    first: int
    last: int
    total: int
    previous: int | None
    next: int | None
    page: int
    pages: int
    endpoint: str
    values: Mapping[str, Any]

    @property
    def of_how_many(self) -> str:
        """Return the total in words, “more than 2,000” where counting stopped."""
        if self.total > MOST_COUNTED:
            return f"more than {MOST_COUNTED:,}"
        return f"{self.total:,}"

    @classmethod
    def of(cls, total: int, page: int, size: int, endpoint: str, values: Mapping[str, Any]) -> Self:
        """Place page ``page`` of ``size`` entries in a list of ``total``.

        ``endpoint`` with the non-empty ``values`` (and ``page``) is the address of each page.
        """
        pages = max(1, -(-total // size))
        return cls(
            first=min((page - 1) * size + 1, total),
            last=min(page * size, total),
            total=total,
            previous=min(page - 1, pages) if page > 1 else None,
            next=page + 1 if page < pages else None,
            page=page,
            pages=pages,
            endpoint=endpoint,
            values={name: value for name, value in values.items() if value not in ("", None)},
        )
