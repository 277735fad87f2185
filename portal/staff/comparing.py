"""How much lies with people, wherever they are: what the page that merges two entries shows."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Owner
from notifications.models import Delivery
from notifications.reading.inbox import WAITING


@dataclass(frozen=True)
class Has:
    """In how many categories somebody has a part, and how many items they have, open and all."""

    owned: int = 0
    waiting: int = 0
    items: int = 0


def what_they_have(session: Session, authority_id: int, people: Sequence[int]) -> dict[int, Has]:
    """Return it for each of these people, at all their schools: two statements."""
    owned = session.execute(
        sa.select(Owner.person_id, sa.func.count())
        .where(
            Owner.authority_id == authority_id,
            Owner.person_id.in_(people),
            Owner.ended_at.is_(None),
        )
        .group_by(Owner.person_id)
        .order_by(Owner.person_id)
    ).all()
    items = session.execute(
        sa.select(
            Delivery.person_id,
            sa.func.count(sa.case((WAITING, 1))).label("waiting"),
            sa.func.count().label("items"),
        )
        .where(Delivery.authority_id == authority_id, Delivery.person_id.in_(people))
        .group_by(Delivery.person_id)
        .order_by(Delivery.person_id)
    ).all()
    counts = {row[0]: row[1] for row in owned}
    lying = {row.person_id: (row.waiting, row[2]) for row in items}
    return {who: Has(counts.get(who, 0), *lying.get(who, (0, 0))) for who in people}
