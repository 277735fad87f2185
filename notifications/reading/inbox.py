"""Who may see what was sent, and one item with what stands around it.

Who may see a delivery: the person whom it reached, acting at that school, and the headteacher of
that school. Nobody else, ever; nor the one from whom it was taken. ``readable`` says so once, for
lists (``listing``, ``everything``) and for search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from categories.routing.reasons import Reason
from directory.hats import Hat
from directory.models import Person, Role
from foundation import audit
from foundation.errors import NotFoundError
from notifications.models import Delivery, DeliveryMove, DeliveryState

MOST_BESIDE = 100

WAITING = Delivery.__table__.c.state > DeliveryState.DONE
"""Unread or read, as a range of words (done < read < unread): the inbox's index serves it."""


@dataclass(frozen=True)
class Reader:
    """Whose eyes look: a person at one school. A head sees all that was sent to the school."""

    authority_id: int
    school_id: int
    person_id: int
    is_head: bool


def reader_of(membership: Hat) -> Reader:
    """Return whose eyes a membership gives; NotFoundError when it is not at a school."""
    if membership.school_id is None:
        raise NotFoundError
    return Reader(
        authority_id=membership.authority_id,
        school_id=membership.school_id,
        person_id=membership.person_id,
        is_head=membership.role is Role.HEAD,
    )


def readable(reader: Reader) -> sa.ColumnElement[bool]:
    """Return the condition on ``delivery`` that holds for what the reader may see."""
    at_school = sa.and_(
        Delivery.authority_id == reader.authority_id, Delivery.school_id == reader.school_id
    )
    if reader.is_head:
        return at_school
    # What was taken from somebody is closed under their name where its next reader had it already.
    taken = sa.exists().where(
        DeliveryMove.delivery_id == Delivery.id, DeliveryMove.from_person_id == reader.person_id
    )
    kept = sa.or_(Delivery.state != DeliveryState.CLOSED, sa.not_(taken))
    return sa.and_(at_school, _own(reader), kept)


def open_item(session: Session, reader: Reader, delivery_id: int) -> Delivery:
    """Return a delivery with its notice, category and person; NotFoundError when not readable."""
    delivery = session.scalars(
        sa.select(Delivery)
        .join(Delivery.notice)
        .outerjoin(Delivery.category)
        .outerjoin(Delivery.person)
        .options(
            sa.orm.contains_eager(Delivery.notice),
            sa.orm.contains_eager(Delivery.category),
            sa.orm.contains_eager(Delivery.person),
        )
        .where(Delivery.id == delivery_id, readable(reader))
    ).one_or_none()
    if delivery is None:
        raise NotFoundError
    return delivery


def note_refused(
    session: Session, delivery_id: int, *, authority_id: int, by: int, at: datetime
) -> bool:
    """Record that somebody asked for an item that is not theirs; False when there is no such."""
    exists = session.scalar(
        sa.select(Delivery.id).where(
            Delivery.authority_id == authority_id, Delivery.id == delivery_id
        )
    )
    if exists is None:
        return False
    audit.record(
        session,
        authority_id=authority_id,
        action="delivery.refused",
        subject="delivery",
        subject_id=delivery_id,
        by=by,
        at=at,
    )
    return True


Beside = sa.Row[
    tuple[int, int | None, str, str, datetime | None, DeliveryState, Reason, int | None, datetime]
]


def beside(session: Session, delivery: Delivery) -> Sequence[Beside]:
    """Return who else has the same notice there.

    Rows: ``id, person_id, name, heading, ended_at, state, reason, forwarded_by_id, delivered_at``.
    """
    return session.execute(
        sa.select(
            Delivery.id,
            Delivery.person_id,
            Person.name,
            Category.heading,
            Category.retired_at.label("ended_at"),
            Delivery.state,
            Delivery.reason,
            Delivery.forwarded_by_id,
            Delivery.delivered_at,
        )
        .outerjoin(Category, Category.id == Delivery.category_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(
            Delivery.authority_id == delivery.authority_id,
            Delivery.notice_id == delivery.notice_id,
            Delivery.school_id == delivery.school_id,
            Delivery.id != delivery.id,
        )
        .order_by(Person.name, Delivery.id)
        .limit(MOST_BESIDE)
    ).all()


def _own(reader: Reader) -> sa.ColumnElement[bool]:
    return sa.and_(Delivery.person_id == reader.person_id, Delivery.school_id == reader.school_id)
