"""What the filters of an inbox offer: categories and senders that are there, and saved views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from notifications.models import Delivery, Notice
from notifications.models_reading import SavedView
from notifications.reading import agenda
from notifications.reading.inbox import WAITING, Reader
from notifications.reading.saved_views import MOST as MOST_VIEWS

MOST_LOOKED_AT: Final = 1000
MOST_OFFERED: Final = 200
_delivery, _notice, _category = Delivery.__table__, Notice.__table__, Category.__table__
_view = SavedView.__table__


@dataclass(frozen=True)
class Offered:
    """Choices of the filters by key, in their order."""

    categories: Mapping[str, str] = field(default_factory=dict)
    senders: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)


def offered(session: Session, reader: Reader) -> Offered:
    """Return what the person's own items at this school can be narrowed to: one statement.

    It looks at the newest that wait; what only older ones have is still found by search.
    """
    values = {
        "authority_id": reader.authority_id,
        "person_id": reader.person_id,
        "school_id": reader.school_id,
    }
    found: dict[int, dict[str, str]] = {1: {}, 2: {}, 3: {}}
    for kind, key, words in session.execute(_statement(), values):
        found[kind][str(key) if kind != 2 else words] = words  # noqa: PLR2004
    return Offered(
        *({key: kept[key] for key in sorted(kept, key=kept.__getitem__)} for kept in found.values())
    )


@cache
def _statement() -> sa.CompoundSelect[Any]:
    own = tuple(
        _delivery.c[name] == sa.bindparam(name)
        for name in ("authority_id", "person_id", "school_id")
    )
    newest = (
        sa.select(_delivery.c.category_id, _delivery.c.notice_id)
        .where(*own, WAITING)
        .order_by(_delivery.c.state.desc(), _delivery.c.delivered_at.desc())
        .limit(MOST_LOOKED_AT)
        .cte("newest")
    )
    categories = (
        sa.select(sa.literal(1), _category.c.id, _category.c.heading)
        .where(_category.c.id.in_(sa.select(newest.c.category_id)))
        .limit(MOST_OFFERED)
    )
    senders = (
        sa.select(sa.literal(2), sa.literal(0), _notice.c.sender)
        .where(_notice.c.id.in_(sa.select(newest.c.notice_id)))
        .group_by(_notice.c.sender)
        .limit(MOST_OFFERED)
    )
    views = (
        sa.select(sa.literal(3), _view.c.id, _view.c.name)
        .where(
            *(
                _view.c[name] == sa.bindparam(name)
                for name in ("authority_id", "person_id", "school_id")
            ),
            _view.c.name != agenda.NAME,
        )
        .limit(MOST_VIEWS)
    )
    return sa.union_all(*(sa.select(each.subquery()) for each in (categories, senders, views)))
