"""Routing: at each school, the one person to whom a category leads, and why.

A cover who stands in on the day, else the registered owner, else the head, else the school's own
mailbox: nothing is ever dropped (docs/decisions/0002). Only people who may sign in and who still
belong to the school count. A person reached through several categories gets one item, for the
first of them (docs/decisions/0003).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Cover, Owner, Part
from categories.routing.reasons import ORDER, Reason
from directory.models import Membership, Person, PersonState, Role, School


@dataclass(frozen=True)
class Stop:
    """One line of a routing plan, fit to print."""

    urn: int
    school: str
    category: str | None
    reason: Reason
    person_id: int | None
    name: str | None
    email: str


def route(
    authority_id: int, schools: sa.Select[tuple[int]], category_ids: Sequence[int], *, on: date
) -> sa.Select[tuple[int, int | None, int | None, str]]:
    """Return the select of (school_id, person_id, category_id, reason): one row per delivery.

    ``schools`` is a select of school ids (``directory.audience.school_ids``). It is one statement
    whatever the number of schools, so that deliveries are written by INSERT ... SELECT. Without a
    category everything leads to the heads.
    """
    asked = _asked(authority_id, schools, category_ids)
    candidates = sa.union_all(
        _through(asked, Cover, Reason.COVER, Cover.starts_on <= on, Cover.ends_on >= on),
        _through(asked, Owner, Reason.OWNER, Owner.part == Part.LEAD),
        _to_heads(asked),
        _to_offices(asked),
    ).subquery("candidates")
    best = sa.select(
        candidates,
        sa.func.row_number()
        .over(
            partition_by=(candidates.c.school_id, candidates.c.category_id),
            order_by=(candidates.c.place, candidates.c.tie),
        )
        .label("choice"),
    ).subquery("best")
    # One person at one school gets one item; the mailbox (no person) counts as one person.
    once = (
        sa.select(
            best,
            sa.func.row_number()
            .over(
                partition_by=(best.c.school_id, best.c.person_id),
                order_by=(best.c.number, best.c.category_id),
            )
            .label("turn"),
        )
        .where(best.c.choice == 1)
        .subquery("once")
    )
    return sa.select(once.c.school_id, once.c.person_id, once.c.category_id, once.c.reason).where(
        once.c.turn == 1
    )


def forecast(
    session: Session,
    authority_id: int,
    schools: sa.Select[tuple[int]],
    category_ids: Sequence[int],
    *,
    on: date,
) -> dict[Reason, int]:
    """Return how many deliveries each reason would make; every reason is named."""
    plan = route(authority_id, schools, category_ids, on=on).subquery()
    rows = session.execute(sa.select(plan.c.reason, sa.func.count()).group_by(plan.c.reason))
    counts = {Reason(reason): count for reason, count in rows}
    return {reason: counts.get(reason, 0) for reason in Reason}


def plan(
    session: Session,
    authority_id: int,
    schools: sa.Select[tuple[int]],
    category_ids: Sequence[int],
    *,
    on: date,
    most: int = 50_000,
) -> list[Stop]:
    """Return who would receive it, school by school in the order of their names."""
    routed = route(authority_id, schools, category_ids, on=on).subquery()
    rows = session.execute(
        sa.select(
            School.urn,
            School.name.label("school"),
            School.email.label("office"),
            Category.slug,
            routed.c.reason,
            routed.c.person_id,
            Person.name,
            Person.email,
        )
        .select_from(routed)
        .join(School, School.id == routed.c.school_id)
        .outerjoin(Person, Person.id == routed.c.person_id)
        .outerjoin(Category, Category.id == routed.c.category_id)
        .order_by(School.name, School.urn, Category.number, routed.c.person_id)
        .limit(most)
    )
    return [
        Stop(
            urn=row.urn,
            school=row.school,
            category=row.slug,
            reason=Reason(row.reason),
            person_id=row.person_id,
            name=row.name,
            email=row.email or row.office,
        )
        for row in rows
    ]


def _asked(
    authority_id: int, schools: sa.Select[tuple[int]], category_ids: Sequence[int]
) -> sa.CTE:
    """Every pair of a school and a category that is asked for."""
    chosen = schools.subquery("chosen")
    if not category_ids:
        nothing = sa.cast(sa.null(), Category.id.type)
        return sa.select(
            chosen.c.id.label("school_id"),
            nothing.label("category_id"),
            sa.literal(0).label("number"),
        ).cte("asked")
    # Materialized: PostgreSQL would otherwise read the categories anew for every school.
    wanted = (
        sa.select(Category.id, Category.number)
        .where(Category.authority_id == authority_id, Category.id.in_(category_ids))
        .cte("wanted")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return (
        sa.select(chosen.c.id.label("school_id"), wanted.c.id.label("category_id"), wanted.c.number)
        .select_from(chosen)
        .join(wanted, sa.true())
        .cte("asked")
    )


def _candidate(
    asked: sa.CTE,
    reason: Reason,
    person_id: sa.SQLColumnExpression[int],
    tie: sa.SQLColumnExpression[int],
) -> sa.Select[tuple[int, int, int, int, str, int, int]]:
    return sa.select(
        asked.c.school_id,
        asked.c.category_id,
        asked.c.number,
        person_id.label("person_id"),
        sa.literal(reason.value).label("reason"),
        sa.literal(ORDER.index(reason)).label("place"),
        tie.label("tie"),
    )


def _belongs(
    person_id: sa.SQLColumnExpression[int], school_id: sa.SQLColumnExpression[int]
) -> sa.Exists:
    return (
        sa.exists()
        .where(Membership.person_id == person_id, Membership.school_id == school_id)
        .where(Membership.ended_at.is_(None))
    )


def _through(
    asked: sa.CTE,
    table: type[Owner | Cover],
    reason: Reason,
    *conditions: sa.ColumnElement[bool],
) -> sa.Select[tuple[int, int, int, int, str, int, int]]:
    # The newest cover wins where two overlap, hence the negative id.
    return (
        _candidate(asked, reason, table.person_id, -table.id)
        .join(
            table,
            sa.and_(
                table.school_id == asked.c.school_id,
                table.category_id == asked.c.category_id,
                table.ended_at.is_(None),
                *conditions,
            ),
        )
        .join(Person, Person.id == table.person_id)
        .where(Person.state == PersonState.ACTIVE, _belongs(table.person_id, asked.c.school_id))
    )


def _to_heads(asked: sa.CTE) -> sa.Select[tuple[int, int, int, int, str, int, int]]:
    return (
        _candidate(asked, Reason.HEAD, Membership.person_id, Membership.id)
        .join(
            Membership,
            sa.and_(
                Membership.school_id == asked.c.school_id,
                Membership.role == Role.HEAD,
                Membership.ended_at.is_(None),
            ),
        )
        .join(Person, Person.id == Membership.person_id)
        .where(Person.state == PersonState.ACTIVE)
    )


def _to_offices(asked: sa.CTE) -> sa.Select[tuple[int, int, int, int, str, int, int]]:
    nobody = sa.cast(sa.null(), Person.id.type)
    return _candidate(asked, Reason.OFFICE, nobody, sa.literal(0))
