"""What is wrong with a pair of a school and a category, worst first.

A pair is an open school and a category in use. Its state follows from its lead, and, where the
lead cannot receive, from whether anybody else whom the order of routing tries before the head
can (docs/decisions/0015). Who stands in today does not count: a cover ends.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, GroupDefault, Owner, Part, TrustOwner
from directory.models import (
    OPEN_STATUSES,
    RECIPIENTS,
    Membership,
    Person,
    PersonState,
    Role,
    School,
)

OUTDATED: Final = timedelta(days=365)
"""So long a school's word counts; then it is asked whether it is still right."""


class Wrong(enum.IntEnum):
    """What is wrong with a pair; the smaller the worse."""

    NOBODY = 1  # nobody named can receive it: it goes to the head or the office
    LEFT = 2  # the lead left or is disabled, and somebody else gets it
    BOUNCING = 3  # mail to the lead comes back
    NEVER = 4  # the lead has never signed in
    UNCONFIRMED = 5  # nobody has said for a year that it is still right
    FINE = 6


WORDS: Final = {
    Wrong.NOBODY: "Nobody set",
    Wrong.LEFT: "Owner left",
    Wrong.BOUNCING: "Mail comes back",
    Wrong.NEVER: "Never signed in",
    Wrong.UNCONFIRMED: "Not confirmed for a year",
    Wrong.FINE: "Nothing wrong",
}
MENDABLE: Final = tuple(Wrong)[:-1]


@dataclass(frozen=True)
class InUse:
    """A category in use, with what its pairs' states need."""

    id: int
    slug: str
    heading: str
    group: str
    group_heading: str
    falls_to: tuple[str, ...]


def in_use(session: Session, authority_id: int) -> tuple[InUse, ...]:
    """Return the authority's categories in use in the order of their numbers: one statement."""
    rows = session.execute(
        sa.select(
            Category.id,
            Category.slug,
            Category.heading,
            Category.group,
            Category.group_heading,
            Category.falls_to,
        )
        .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
        .order_by(Category.number, Category.id)
        .limit(1_000)
    )
    return tuple(
        InUse(
            id=row.id,
            slug=row.slug,
            heading=row.heading,
            group=row.group,
            group_heading=row.group_heading,
            falls_to=tuple(row.falls_to or ()),
        )
        for row in rows
    )


def pairs(
    authority_id: int,
    categories: Sequence[InUse],
    *,
    at: datetime,
    schools: Sequence[sa.ColumnElement[bool]] = (),
    school_id: int | None = None,
) -> sa.Select[Any]:
    """Return the select of every pair with its state: one row each, nothing read yet.

    ``categories`` are those that count (all of ``in_use``, or some of them); ``schools`` are
    further conditions on ``school``; with ``school_id`` only that school's rows are looked at,
    open or not, which is far quicker. Columns: school_id, category_id, group_slug, district,
    phase_code, state (a number of ``Wrong``), person_id (the lead), said_at (when the school last
    said it).
    """
    lead, place = sa.orm.aliased(Owner, name="lead"), _places(authority_id, school_id)
    others = _others(authority_id, categories, place, school_id)
    asked = School.status.in_(OPEN_STATUSES) if school_id is None else School.id == school_id
    said_at = sa.func.coalesce(lead.confirmed_at, lead.assigned_at)
    state = sa.case(
        (
            place.c.person_id.is_(None),
            sa.case(
                (others.c.school_id.is_(None), int(Wrong.NOBODY)),
                (lead.id.is_not(None), int(Wrong.LEFT)),
                else_=int(Wrong.FINE),
            ),
        ),
        (place.c.mail_failing_since.is_not(None), int(Wrong.BOUNCING)),
        (place.c.last_signed_in_at.is_(None), int(Wrong.NEVER)),
        (said_at < at - OUTDATED, int(Wrong.UNCONFIRMED)),
        else_=int(Wrong.FINE),
    )
    return (
        sa.select(
            School.id.label("school_id"),
            Category.id.label("category_id"),
            Category.group.label("group_slug"),
            School.district,
            School.phase_code,
            state.label("state"),
            lead.person_id,
            said_at.label("said_at"),
        )
        .select_from(School)
        .join(Category, Category.authority_id == School.authority_id)
        .outerjoin(
            lead,
            sa.and_(
                lead.school_id == School.id,
                lead.category_id == Category.id,
                lead.authority_id == authority_id,
                lead.part == Part.LEAD,
                lead.ended_at.is_(None),
            ),
        )
        .outerjoin(
            place,
            sa.and_(place.c.person_id == lead.person_id, place.c.school_id == School.id),
        )
        .outerjoin(
            others,
            sa.and_(others.c.school_id == School.id, others.c.category_id == Category.id),
        )
        .where(
            School.authority_id == authority_id,
            asked,
            Category.id.in_([category.id for category in categories]),
            *schools,
        )
    )


def _at(column: Any, school_id: int | None) -> sa.ColumnElement[bool]:
    """Return the condition that a row is of the one school that is asked for, if one is."""
    found: sa.ColumnElement[bool] = (
        column.is_not(None) if school_id is None else column == school_id
    )
    return found


def _places(authority_id: int, school_id: int | None) -> sa.CTE:
    """Everybody who can receive at a school, once each, with what is known of their coming in."""
    return (
        sa.select(
            Membership.person_id,
            Membership.school_id,
            Person.last_signed_in_at,
            Person.mail_failing_since,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == authority_id,
            _at(Membership.school_id, school_id),
            Membership.role.in_(RECIPIENTS),
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .distinct()
        .cte("place")
    )


def _others(
    authority_id: int, categories: Sequence[InUse], place: sa.CTE, school_id: int | None
) -> sa.Subquery:
    """Every pair for which somebody beside the lead can receive, before the head, once each."""
    named = sa.union_all(
        _beside(authority_id).where(_at(Owner.school_id, school_id)),
        _of_groups(authority_id).where(_at(GroupDefault.school_id, school_id)),
        _of_trusts(authority_id).where(_at(School.id, school_id)),
        _by_roles(authority_id, categories).where(_at(Membership.school_id, school_id)),
    ).subquery("named")
    return (
        sa.select(named.c.school_id, named.c.category_id)
        .join(
            place,
            sa.and_(place.c.person_id == named.c.person_id, place.c.school_id == named.c.school_id),
        )
        .distinct()
        .subquery("others")
    )


def _beside(authority_id: int) -> sa.Select[Any]:
    """Job shares and deputies; who gets it as well need not answer, so is no owner."""
    return sa.select(Owner.school_id, Owner.category_id, Owner.person_id).where(
        Owner.authority_id == authority_id,
        Owner.part.in_((Part.SHARES, Part.DEPUTY)),
        Owner.ended_at.is_(None),
    )


def _of_groups(authority_id: int) -> sa.Select[Any]:
    return (
        sa.select(GroupDefault.school_id, Category.id, GroupDefault.person_id)
        .join(
            Category,
            sa.and_(
                Category.authority_id == GroupDefault.authority_id,
                Category.group == GroupDefault.group,
            ),
        )
        .where(GroupDefault.authority_id == authority_id, GroupDefault.ended_at.is_(None))
    )


def _of_trusts(authority_id: int) -> sa.Select[Any]:
    return (
        sa.select(School.id, TrustOwner.category_id, TrustOwner.person_id)
        .join(TrustOwner, TrustOwner.trust_id == School.trust_id)
        .where(TrustOwner.authority_id == authority_id, TrustOwner.ended_at.is_(None))
    )


def _by_roles(authority_id: int, categories: Sequence[InUse]) -> sa.Select[Any]:
    """Whoever has a role to which a category falls."""
    falls = [
        sa.and_(Category.id == category.id, Membership.role.in_(roles))
        for category in categories
        if (roles := [Role(role) for role in category.falls_to if role in set(RECIPIENTS)])
    ]
    return (
        sa.select(Membership.school_id, Category.id, Membership.person_id)
        .join(Category, Category.authority_id == Membership.authority_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.ended_at.is_(None),
            sa.or_(*falls) if falls else sa.false(),
        )
    )
