"""Telling a deputy, then the headteacher, of what its reader has not done: each once.

The deputy gets the item too, and whoever does it first has done it for both. The headteacher sees
everything at the school anyway, and is told where it lies.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Owner, Part
from categories.routing.reasons import Reason
from directory.models import Membership, Person, PersonState, Role, School
from foundation.bulk import insert_missing
from notifications.chasing.open_items import waiting
from notifications.chasing.rule import asked_of
from notifications.models import Delivery, DeliveryState, Notice
from notifications.models_reaching import Chase, ChaseStep

MOST: Final = 20_000
PASSED_ON: Final = (Reason.FORWARDED,)
"""A favour between colleagues: only whose job it was is escalated."""


def tell_deputies(
    session: Session, notice: Notice, schools: sa.ColumnElement[bool], *, at: datetime
) -> None:
    """Give what is overdue at these schools to its deputies too; at most four statements."""
    chosen = _first_of_each(session.execute(deputies(notice, schools)).all(), "person_id")
    insert_missing(
        session,
        Delivery,
        [
            {
                "authority_id": notice.authority_id,
                "notice_id": notice.id,
                "school_id": row.school_id,
                "person_id": row.person_id,
                "category_id": row.category_id,
                "reason": Reason.ESCALATED,
                "state": DeliveryState.UNREAD,
                "delivered_at": at,
            }
            for row in chosen
        ],
    )
    _write(session, notice, chosen, ChaseStep.DEPUTY, at)


def tell_heads(
    session: Session, notice: Notice, schools: sa.ColumnElement[bool], *, at: datetime
) -> None:
    """Note of what is overdue at these schools that its headteacher is told; two statements."""
    rows = _first_of_each(session.execute(heads(notice, schools)).all(), "category_id")
    _write(session, notice, rows, ChaseStep.HEAD, at)


def _first_of_each(rows: Sequence[Any], name: str) -> list[Any]:
    """Keep one row for each school and value: a job that is shared is told of once."""
    first = {(row.school_id, getattr(row, name)): row for row in reversed(rows)}
    return sorted(first.values(), key=lambda row: int(row.id))


def deputies(notice: Notice, schools: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return ``id, school_id, category_id`` of what waits and ``person_id`` of its deputy.

    Left out are those whose deputy has it already, whatever for.
    """
    has = sa.orm.aliased(Delivery)
    return (
        _late(notice, schools, ChaseStep.DEPUTY)
        .add_columns(Owner.person_id.label("person_id"))
        .join(
            Owner,
            sa.and_(
                Owner.school_id == Delivery.school_id,
                Owner.category_id == Delivery.category_id,
                Owner.part == Part.DEPUTY,
                Owner.ended_at.is_(None),
            ),
        )
        .join(Person, sa.and_(Person.id == Owner.person_id, Person.state == PersonState.ACTIVE))
        .where(
            sa.exists().where(
                Membership.person_id == Owner.person_id,
                Membership.school_id == Delivery.school_id,
                Membership.ended_at.is_(None),
            ),
            ~sa.exists().where(
                has.notice_id == Delivery.notice_id,
                has.school_id == Delivery.school_id,
                has.person_id == Owner.person_id,
            ),
        )
    )


def heads(notice: Notice, schools: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return ``id, school_id, category_id`` of what waits and ``person_id`` of the headteacher.

    Left out is what lies with the headteacher already.
    """
    head = sa.orm.aliased(Person)
    first = (
        sa.select(sa.func.min(Membership.person_id))
        .where(
            Membership.school_id == Delivery.school_id,
            Membership.role == Role.HEAD,
            Membership.ended_at.is_(None),
        )
        .correlate(Delivery)
        .scalar_subquery()
    )
    return (
        _late(notice, schools, ChaseStep.HEAD)
        .add_columns(head.id.label("person_id"))
        .join(head, sa.and_(head.id == first, head.state == PersonState.ACTIVE))
        .where(sa.or_(Delivery.person_id.is_(None), Delivery.person_id != head.id))
    )


def _late(
    notice: Notice, schools: sa.ColumnElement[bool], step: ChaseStep
) -> sa.Select[tuple[int, int, int | None]]:
    same = sa.orm.aliased(Delivery)
    told = sa.exists().where(
        # by the school's few deliveries, each of which has few chases
        same.notice_id == Delivery.notice_id,
        same.school_id == Delivery.school_id,
        same.category_id.is_not_distinct_from(Delivery.category_id),
        Chase.delivery_id == same.id,
        Chase.step == step,
    )
    return (
        sa.select(Delivery.id, Delivery.school_id, Delivery.category_id)
        .join(School, School.id == Delivery.school_id)
        .where(
            *waiting(notice.id, asked_of(notice)),
            Delivery.authority_id == notice.authority_id,
            Delivery.reason.not_in(PASSED_ON),
            schools,
            ~told,
        )
        .order_by(Delivery.id)
        .limit(MOST)
    )


def _write(
    session: Session, notice: Notice, rows: Sequence[Any], step: ChaseStep, at: datetime
) -> None:
    insert_missing(
        session,
        Chase,
        [
            {
                "authority_id": notice.authority_id,
                "notice_id": notice.id,
                "delivery_id": row.id,
                "step": step,
                "number": 1,
                "person_id": row.person_id,
                "at": at,
            }
            for row in rows
        ],
    )
