"""Whether those whom deliveries reached may see them now: for mail, which asks for many at once.

The same rule as ``inbox.readable``, asked of each delivery about its own reader: they are at the
school still, and it was not taken from them.
"""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from directory.models import RECIPIENTS, Membership, Person, PersonState
from notifications.models import Delivery, DeliveryMove, DeliveryState, Notice


def still_readable() -> sa.ColumnElement[bool]:
    """Return the condition on ``delivery`` that whom it reached may see it now.

    What lies with a school's own mailbox stays readable there.
    """
    person, place = aliased(Person), aliased(Membership)
    here = sa.exists().where(
        place.person_id == Delivery.person_id,
        place.school_id == Delivery.school_id,
        place.role.in_(RECIPIENTS),
        place.ended_at.is_(None),
        person.id == place.person_id,
        person.state == PersonState.ACTIVE,
    )
    move = aliased(DeliveryMove)
    taken = sa.exists().where(
        move.delivery_id == Delivery.id, move.from_person_id == Delivery.person_id
    )
    kept = sa.or_(Delivery.state != DeliveryState.CLOSED, sa.not_(taken))
    return sa.or_(Delivery.person_id.is_(None), sa.and_(here, kept))


def had_before(person_id: sa.SQLColumnExpression[int | None]) -> sa.ColumnElement[bool]:
    """Return the condition on ``delivery`` that a person got at its school what it replaced."""
    earlier, replaced = aliased(Delivery), aliased(Notice)
    return sa.exists().where(
        replaced.replaced_by_id == Delivery.notice_id,
        earlier.notice_id == replaced.id,
        earlier.school_id == Delivery.school_id,
        earlier.person_id.is_not_distinct_from(person_id),
    )
