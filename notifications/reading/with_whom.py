"""Who at a school has what open, and how much of it is overdue: for its headteacher."""

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person
from notifications.models import Delivery, DeliveryState, Notice
from notifications.reading.inbox import WAITING, Reader, readable
from notifications.reading.listing import due_at

MOST = 300


class Lying(NamedTuple):
    """What lies with one person. No name: the school's own mailbox."""

    person_id: int | None
    name: str | None
    open: int
    unread: int
    overdue: int
    oldest: datetime
    failing_since: datetime | None
    """Since when mail to them comes back."""
    signed_in_at: datetime | None
    here: bool
    """Whether they have a place at the school now."""


def with_whom(session: Session, reader: Reader, *, today: date, most: int = MOST) -> list[Lying]:
    """Return who has what open at the reader's school, most overdue first: one statement."""
    ever_here = sa.select(Membership.person_id).where(
        Membership.authority_id == reader.authority_id, Membership.school_id == reader.school_id
    )
    here = sa.exists().where(
        Membership.person_id == Person.id,
        Membership.school_id == reader.school_id,
        Membership.ended_at.is_(None),
    )
    late = sa.literal(today, sa.Date) > due_at
    overdue, everything = _those(late), sa.func.count()
    query = (
        sa.select(
            Delivery.person_id,
            Person.name,
            everything,
            _those(Delivery.state == DeliveryState.UNREAD),
            overdue,
            sa.func.min(Delivery.delivered_at),
            Person.mail_failing_since,
            Person.last_signed_in_at,
            here,
        )
        .select_from(Delivery)
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(
            readable(reader),
            WAITING,
            # It says nothing new; it leads to what is open through the index of inboxes.
            sa.or_(Delivery.person_id.in_(ever_here), Delivery.person_id.is_(None)),
        )
        .group_by(Delivery.person_id, Person.id)
        .order_by(overdue.desc(), everything.desc(), Person.name, Delivery.person_id)
        .limit(most)
    )
    return [Lying(*row) for row in session.execute(query)]


def _those(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))
