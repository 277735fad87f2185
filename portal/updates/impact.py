"""What the end of a school would move: people, owners, what is open, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Owner
from directory.models import Membership
from notifications.models import Delivery, DeliveryState, Notice, NoticeKind

OPEN = (DeliveryState.UNREAD, DeliveryState.READ)
MOST_NAMED = 500


@dataclass
class Impact:
    """What one school has today. ``requests``: its open data requests, the next due first."""

    people: int = 0
    owned: int = 0
    items: int = 0
    requests: list[tuple[str, date | None]] = field(default_factory=list)


def impact_of(session: Session, authority_id: int, school_ids: Sequence[int]) -> dict[int, Impact]:
    """Return what each of these schools has: four statements, however many there are."""
    found = {school_id: Impact() for school_id in school_ids}
    if not found:
        return found
    people = sa.func.count(sa.distinct(Membership.person_id))
    for school_id, count in session.execute(_current(Membership, people, authority_id, found)):
        found[school_id].people = count
    owned = sa.func.count(sa.distinct(Owner.category_id))
    for school_id, count in session.execute(_current(Owner, owned, authority_id, found)):
        found[school_id].owned = count
    open_items = (
        Delivery.authority_id == authority_id,
        Delivery.school_id.in_(found),
        Delivery.state.in_(OPEN),
    )
    counted = sa.select(Delivery.school_id, sa.func.count()).where(*open_items)
    grouped = counted.group_by(Delivery.school_id).order_by(Delivery.school_id)
    for school_id, count in session.execute(grouped):
        found[school_id].items = count
    requests = (
        sa.select(Delivery.school_id, Notice.title, Notice.due_on)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(*open_items, Notice.kind == NoticeKind.DATA_REQUEST)
        .group_by(Delivery.school_id, Notice.id, Notice.title, Notice.due_on)
        .order_by(Notice.due_on, Notice.title, Delivery.school_id)
        .limit(MOST_NAMED)
    )
    for row in session.execute(requests):
        found[row.school_id].requests.append((row.title, row.due_on))
    return found


def _current(
    table: type[Membership] | type[Owner],
    count: sa.Function[int],
    authority_id: int,
    school_ids: dict[int, Impact],
) -> sa.Select[tuple[int, int]]:
    return (
        sa.select(sa.type_coerce(table.school_id, sa.Integer), count)
        .where(
            table.authority_id == authority_id,
            table.school_id.in_(school_ids),
            table.ended_at.is_(None),
        )
        .group_by(table.school_id)
        .order_by(table.school_id)
    )
