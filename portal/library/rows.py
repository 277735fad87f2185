"""The facts of what was found: a reader's deliveries of it and what stands with the notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from notifications.models import Delivery, Notice
from notifications.reading.inbox import Reader
from portal.library.narrowing import Filters, conditions, has_files

_delivery, _notice, _category = Delivery.__table__, Notice.__table__, Category.__table__


@dataclass
class Item:
    """A notice with the reader's own delivery of it (a head's may be a colleague's)."""

    notice_id: int
    delivery_id: int
    state: str
    sender: str
    sent_at: datetime
    attention: str
    has_files: bool
    replaced_by_id: int | None
    withdrawn_at: datetime | None
    categories: dict[int, str]
    """Through which it came: id and heading."""


def items(
    session: Session, reader: Reader, filters: Filters, ids: Sequence[int]
) -> dict[int, Item]:
    """Return what the reader may see of these notices, by notice: one statement."""
    found: dict[int, Item] = {}
    if not ids:
        return found
    for row in session.execute(_statement(reader, filters, ids)):
        item = found.get(row.notice_id)
        if item is None:  # the reader's own comes first
            item = found[row.notice_id] = Item(
                row.notice_id,
                row.id,
                row.state,
                row.sender,
                row.sent_at,
                row.attention,
                bool(row.has_files),
                row.replaced_by_id,
                row.withdrawn_at,
                {},
            )
        if row.category_id is not None:
            item.categories[row.category_id] = row.heading
    return found


def _statement(
    reader: Reader, filters: Filters, ids: Sequence[int]
) -> sa.Select[tuple[object, ...]]:
    own = sa.case((_delivery.c.person_id == reader.person_id, 0), else_=1)
    return (
        sa.select(
            _delivery.c.id,
            _delivery.c.notice_id,
            # as plain words: they equal the enumerations' members and cost nothing to read
            sa.type_coerce(_delivery.c.state, sa.String).label("state"),
            sa.type_coerce(_notice.c.attention, sa.String).label("attention"),
            _delivery.c.category_id,
            _category.c.heading,
            _notice.c.sender,
            _notice.c.sent_at,
            has_files(reader.authority_id).label("has_files"),
            _notice.c.replaced_by_id,
            _notice.c.withdrawn_at,
        )
        .join(_notice, _notice.c.id == _delivery.c.notice_id)
        .outerjoin(_category, _category.c.id == _delivery.c.category_id)
        .where(*conditions(reader, filters), _delivery.c.notice_id.in_(ids))
        .order_by(own, _delivery.c.id)
    )
