"""Everything that was sent to a school, for its headteacher."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.models import Membership, Person
from notifications.models import Attention, Delivery, DeliveryState, Notice
from notifications.reading.agenda import GOVERNING
from notifications.reading.inbox import WAITING, Reader, readable
from notifications.reading.listing import LISTED, Page, due_at, giver, page_of

MOST_COUNTED = 1000
MOST_PEOPLE = 500


@dataclass(frozen=True)
class Filters:
    """What a head narrows the school's list to. ``state``: a state's word, or ``overdue``."""

    person_id: int | None = None
    category_id: int | None = None
    state: str = ""
    attention: Attention | None = None
    governors: bool = False
    """Only what went to the school's governors and their clerk."""


def school_page(
    session: Session, reader: Reader, filters: Filters, number: int, *, today: date
) -> Page:
    """Return one page of everything sent to the reader's school, newest first.

    Rows carry ``person`` (a name, None for the school's own mailbox) beside what lists carry.
    """
    order = (Delivery.delivered_at.desc(), Delivery.id.desc())
    found = (
        _found(reader, filters)
        .order_by(*order)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("start", type_=sa.Integer))
        .subquery("found")
    )
    # What stands beside them is read for the rows of this page alone, not for all before it.
    query = (
        sa.select(*LISTED, Person.name.label("person"), Delivery.person_id)
        .select_from(found)
        .join(Delivery, Delivery.id == found.c.id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .outerjoin(giver, giver.c.id == Delivery.forwarded_by_id)
        .order_by(*order)
    )
    return page_of(session, query, number, {"today": today})


def school_count(session: Session, reader: Reader, filters: Filters, *, today: date) -> int:
    """Return how many items the filters leave, counting no further than ``MOST_COUNTED``."""
    found = _found(reader, filters).limit(MOST_COUNTED).subquery()
    counting = sa.select(sa.func.count()).select_from(found)
    return session.scalar(counting, {"today": today}) or 0


def _found(reader: Reader, filters: Filters) -> sa.Select[tuple[int]]:
    """Select the ids of the deliveries; the notice is looked at only where a filter asks of it."""
    query = sa.select(Delivery.id).where(readable(reader), *_narrowed(reader, filters))
    if filters.attention is not None or filters.state == "overdue":
        query = query.join(Notice, Notice.id == Delivery.notice_id)
    return query


def _narrowed(reader: Reader, filters: Filters) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.person_id is not None:
        conditions.append(Delivery.person_id == filters.person_id)
    if filters.category_id is not None:
        conditions.append(Delivery.category_id == filters.category_id)
    if filters.attention is not None:
        conditions.append(Notice.attention == filters.attention)
    if filters.governors:
        conditions.append(Delivery.person_id.in_(_governors(reader)))
    if filters.state == "overdue":
        conditions += [due_at < sa.bindparam("today", type_=sa.Date), WAITING]
    elif filters.state in set(DeliveryState):
        conditions.append(Delivery.state == DeliveryState(filters.state))
    return conditions


def _governors(reader: Reader) -> sa.Select[tuple[int]]:
    """Return who is or was a governor of the school, or the governors' clerk."""
    return sa.select(Membership.person_id).where(
        Membership.authority_id == reader.authority_id,
        Membership.school_id == reader.school_id,
        Membership.role.in_(GOVERNING),
    )


def people_of_school(session: Session, reader: Reader) -> Sequence[sa.Row[tuple[int, str]]]:
    """Return the people who are or were at the reader's school, by name: ``id, name``."""
    return session.execute(
        sa.select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.authority_id == reader.authority_id,
            Membership.school_id == reader.school_id,
        )
        .group_by(Person.id, Person.name)
        .order_by(Person.name, Person.id)
        .limit(MOST_PEOPLE)
    ).all()
