"""What a page shows of each notice on it, out of the facts of all that was found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from portal.library.facts import PARTED, STATES, Facts


@dataclass(frozen=True)
class Item:
    """A notice with the reader's own delivery of it (a head's may be a colleague's)."""

    notice_id: int
    delivery_id: int
    state: str
    attention: str
    has_files: bool
    is_replaced: bool
    is_withdrawn: bool
    categories: dict[int, str]
    """Through which it came: id and heading."""


def items(session: Session, found: Facts, ids: Sequence[int]) -> list[Item]:
    """Return these notices, which are among those found: one statement at most."""
    places = {notice_id: place for place, notice_id in enumerate(found.ids)}
    chosen = [places[notice_id] for notice_id in ids]
    through = [parted(found.categories[place]) for place in chosen]
    headings = headings_of(session, frozenset().union(*through))
    return [
        Item(
            notice_id=found.ids[place],
            delivery_id=found.first[place] // 4 % 2**59,
            state=STATES[found.first[place] % 4].value,
            attention=found.attention[place],
            has_files=bool(found.has_files[place]),
            is_replaced=found.replaced_by[place] is not None,
            is_withdrawn=bool(found.withdrawn[place]),
            categories={one: headings[one] for one in sorted(categories) if one in headings},
        )
        for place, categories in zip(chosen, through, strict=True)
    ]


def parted(categories: str | None) -> frozenset[int]:
    """Return the ids in a value of ``Facts.categories``."""
    return frozenset(map(int, categories.split(PARTED))) if categories else frozenset()


def headings_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return the headings of categories: one statement, none for no category."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    query = sa.select(Category.id, Category.heading).where(Category.id.in_(wanted))
    return {row.id: row.heading for row in session.execute(query)}
