"""Everything that was sent to a school, for its headteacher."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.models import Membership, Person
from notifications.models import Delivery, DeliveryState, Notice
from notifications.reading.inbox import LISTED, MARKED, WAITING, Page, Reader, page_of, readable

MOST_COUNTED = 1000


@dataclass(frozen=True)
class Filters:
    """What a head narrows the school's list to. ``state`` is a state's word, or ``overdue``."""

    person_id: int | None = None
    category_id: int | None = None
    state: str = ""


def school_page(
    session: Session, reader: Reader, filters: Filters, number: int, *, today: date
) -> Page:
    """Return one page of everything sent to the reader's school, newest first.

    Rows carry ``person`` (a name, None for the school's own mailbox) beside what lists carry.
    """
    query = (
        sa.select(*LISTED, *MARKED, Person.name.label("person"), Delivery.person_id)
        .select_from(Delivery)
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(readable(reader), *_narrowed(filters, today))
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("start", type_=sa.Integer))
    )
    return page_of(session, query, number)


def school_count(session: Session, reader: Reader, filters: Filters, *, today: date) -> int:
    """Return how many items the filters leave, counting no further than ``MOST_COUNTED``."""
    found = (
        sa.select(Delivery.id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(readable(reader), *_narrowed(filters, today))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _narrowed(filters: Filters, today: date) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.person_id is not None:
        conditions.append(Delivery.person_id == filters.person_id)
    if filters.category_id is not None:
        conditions.append(Delivery.category_id == filters.category_id)
    if filters.state == "overdue":
        conditions += [Notice.due_on < today, WAITING]
    elif filters.state in set(DeliveryState):
        conditions.append(Delivery.state == DeliveryState(filters.state))
    return conditions


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
        .limit(500)
    ).all()
