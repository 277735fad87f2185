"""How much of what was sent lay with a head or an office because nobody was set."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.routing.reasons import NOBODY_SET
from notifications.models import Delivery

MOST = 200_000


def gone_to_heads(
    session: Session,
    authority_id: int,
    pairs: Sequence[tuple[int, int]] | None = None,
    *,
    since: datetime,
) -> Mapping[tuple[int, int], int]:
    """Return for pairs of a school's and a category's id how many items went to head or office.

    Pairs without any are left out. One statement: for the pairs of one page, or without ``pairs``
    for all, which reads every delivery since then.
    """
    if pairs is not None and not pairs:
        return {}
    query = (
        sa.select(Delivery.school_id, Delivery.category_id, sa.func.count().label("items"))
        .where(
            Delivery.authority_id == authority_id,
            Delivery.category_id.is_not(None),
            Delivery.delivered_at >= since,
            Delivery.reason.in_(NOBODY_SET),
        )
        .group_by(Delivery.school_id, Delivery.category_id)
        .order_by(Delivery.school_id, Delivery.category_id)
        .limit(MOST)
    )
    if pairs is not None:
        query = query.where(
            Delivery.school_id.in_({school_id for school_id, _ in pairs}),
            Delivery.category_id.in_({category_id for _, category_id in pairs}),
        )
    return {(row.school_id, row.category_id or 0): row.items for row in session.execute(query)}
