"""Since when somebody has held what made an item reach them; who passed it on, and when."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Cover, GroupDefault, Owner, Part, TrustOwner
from categories.routing.reasons import Reason
from categories.routing.sources import FALL_TO
from directory.models import ROLE_NAMES, Membership, Person, School
from foundation import clock
from notifications.models import Delivery, DeliveryMove
from notifications.reading.wording import Held

PARTS = {
    Reason.OWNER: Part.LEAD,
    Reason.SHARES: Part.SHARES,
    Reason.ALSO: Part.ALSO,
    Reason.DEPUTY: Part.DEPUTY,
    Reason.ESCALATED: Part.DEPUTY,
}


def held(session: Session, delivery: Delivery) -> Held:
    """Return since when its reader has held what the item came for; nothing where nobody noted it.

    One statement at most. What ended meanwhile counts: it was so when the item came. What began
    after the item came explains nothing (the item's history does).
    """
    if delivery.person_id is None or delivery.reason in {Reason.HEAD, Reason.OFFICE}:
        return Held()
    row = session.execute(_newest(delivery)).first()
    if row is None:
        return Held()
    if delivery.reason is Reason.FORWARDED:
        return Held(since=clock.local_date(row[0]), giver=row[1])
    if delivery.reason is Reason.COVER:
        return Held(since=row[0], until=row[1])
    if delivery.reason is Reason.ROLE:
        return Held(role=ROLE_NAMES[row[1]].lower())
    since = clock.local_date(row[0])
    return Held(since=since if since <= clock.local_date(delivery.delivered_at) else None)


def _newest(delivery: Delivery) -> sa.Select[Any]:
    reason = delivery.reason
    newest: sa.Select[Any]
    if reason is Reason.FORWARDED:
        newest = (
            sa.select(DeliveryMove.at, Person.name)
            .join(Person, Person.id == DeliveryMove.by_id)
            .where(
                DeliveryMove.authority_id == delivery.authority_id,
                DeliveryMove.delivery_id == delivery.id,
                DeliveryMove.to_person_id == delivery.person_id,
            )
            .order_by(DeliveryMove.id.desc())
        )
    elif reason is Reason.COVER:
        newest = (
            sa.select(Cover.starts_on, Cover.ends_on)
            .where(*_of(Cover, delivery), Cover.category_id == delivery.category_id)
            .order_by(Cover.id.desc())
        )
    elif reason is Reason.TRUST:
        newest = _of_trust(delivery)
    elif reason is Reason.GROUP:
        newest = (
            sa.select(GroupDefault.set_at)
            .join(Category, Category.group == GroupDefault.group)
            .where(*_of(GroupDefault, delivery), Category.id == delivery.category_id)
            .order_by(GroupDefault.id.desc())
        )
    elif reason is Reason.ROLE:
        newest = (
            sa.select(Membership.started_at, Membership.role)
            .where(*_of(Membership, delivery), Membership.role.in_(FALL_TO))
            .order_by(Membership.id.desc())
        )
    else:
        newest = (
            sa.select(Owner.assigned_at)
            .where(
                *_of(Owner, delivery),
                Owner.category_id == delivery.category_id,
                Owner.part == PARTS[reason],
            )
            .order_by(Owner.id.desc())
        )
    return newest.limit(1)


def _of_trust(delivery: Delivery) -> sa.Select[Any]:
    return (
        sa.select(TrustOwner.set_at)
        .join(School, School.trust_id == TrustOwner.trust_id)
        .where(
            School.id == delivery.school_id,
            TrustOwner.authority_id == delivery.authority_id,
            TrustOwner.person_id == delivery.person_id,
            TrustOwner.category_id == delivery.category_id,
        )
        .order_by(TrustOwner.id.desc())
    )


def _of(
    table: type[Owner | Cover | GroupDefault | Membership], delivery: Delivery
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.authority_id == delivery.authority_id,
        table.school_id == delivery.school_id,
        table.person_id == delivery.person_id,
    )
