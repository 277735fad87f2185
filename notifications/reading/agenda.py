"""What a governor or the clerk ticked for the next meeting: a list to print.

It is a saved view that names items instead of filters. Each keeps their own; it gives nobody a
look at anything, because it is read through ``readable``.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.models import Role
from notifications.models import Attention, Delivery, Notice
from notifications.models_reading import SavedView
from notifications.reading.inbox import WAITING, Reader, readable

NAME: Final = "\N{BULLET} For the next meeting"
"""No name that a person can give: saved views have no bullet in theirs."""
MOST: Final = 100
GOVERNING: Final = (Role.GOVERNOR, Role.CLERK)
"""Who has such a list."""
COLUMNS: Final = (
    Delivery.id,
    Notice.title,
    Notice.reference,
    Notice.sender,
    Notice.due_on,
    Delivery.delivered_at,
    Category.heading,
    Category.retired_at.label("ended_at"),
)
Line = sa.Row[tuple[Any, ...]]
"""``id, title, reference, sender, due_on, delivered_at, heading, ended_at``."""


def lines(session: Session, reader: Reader) -> list[Line]:
    """Return what is ticked for the next meeting, by category: two statements."""
    ids = _ids(_kept(session, reader))
    return _lines(session, reader, Delivery.id.in_(ids)) if ids else []


def to_read(session: Session, reader: Reader, *, today: date) -> list[Line]:
    """Return the information that waits for the reader, by category: to read before a meeting."""
    return _lines(
        session,
        reader,
        Delivery.person_id == reader.person_id,
        WAITING,
        Notice.attention == Attention.INFORMATION,
        Notice.withdrawn_at.is_(None),
        Notice.replaced_by_id.is_(None),
        sa.or_(Delivery.snoozed_until.is_(None), Delivery.snoozed_until <= today),
    )


def tick(session: Session, reader: Reader, ids: Collection[int], *, at: datetime) -> int:
    """Put items that the reader may see on the list; return how many were not there before."""
    found = set(
        session.scalars(
            sa.select(Delivery.id).where(readable(reader), Delivery.id.in_(sorted(set(ids))[:MOST]))
        )
    )
    view = _kept(session, reader)
    before = _ids(view)
    added = sorted(found - set(before))[: MOST - len(before)]
    if view is None:
        view = SavedView(
            authority_id=reader.authority_id,
            person_id=reader.person_id,
            school_id=reader.school_id,
            name=NAME,
            created_at=at,
        )
        session.add(view)
    view.filters = {"items": [*before, *added]}
    session.flush()
    return len(added)


def untick(session: Session, reader: Reader, ids: Collection[int]) -> None:
    """Take items from the list; what is not on it does no harm."""
    view = _kept(session, reader)
    if view is not None:
        view.filters = {"items": [each for each in _ids(view) if each not in set(ids)]}


def _lines(session: Session, reader: Reader, *conditions: sa.ColumnElement[bool]) -> list[Line]:
    return list(
        session.execute(
            sa.select(*COLUMNS)
            .select_from(Delivery)
            .join(Notice, Notice.id == Delivery.notice_id)
            .outerjoin(Category, Category.id == Delivery.category_id)
            .where(readable(reader), *conditions)
            .order_by(Category.number, Delivery.delivered_at.desc(), Delivery.id.desc())
            .limit(MOST)
        )
    )


def _kept(session: Session, reader: Reader) -> SavedView | None:
    return session.scalars(
        sa.select(SavedView).where(
            SavedView.authority_id == reader.authority_id,
            SavedView.person_id == reader.person_id,
            SavedView.school_id == reader.school_id,
            SavedView.name == NAME,
        )
    ).one_or_none()


def _ids(view: SavedView | None) -> list[int]:
    kept = view.filters.get("items", []) if view is not None else []
    return [each for each in kept if isinstance(each, int)]
