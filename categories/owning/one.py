"""One category at one school: who has which part, who stands in, whom it reaches today."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Category, Cover, CoverKind, Owner, Part
from categories.owning.confirming import said_at
from categories.routing.reasons import Reason
from categories.routing.route import route
from directory.models import Person, School
from directory.receiving import can_receive

MOST = 500
HOW = {
    Reason.COVER: "stands in",
    Reason.OWNER: "owns it",
    Reason.SHARES: "shares it",
    Reason.ALSO: "gets it as well",
    Reason.DEPUTY: "the deputy, because the owner cannot get it",
    Reason.TRUST: "named by the trust",
    Reason.ROLE: "in their role at the school, because nobody is set",
    Reason.GROUP: "named for the whole group, because nobody is set",
    Reason.HEAD: "the headteacher, because nobody is set",
    Reason.OFFICE: "because no headteacher is known",
}
"""Why somebody is reached, in the words of the category's page."""


class Having(NamedTuple):
    """Somebody's current part in a category. ``active``: whether they can receive there."""

    owner_id: int
    person_id: int
    name: str
    part: Part
    active: bool
    since: datetime
    said_at: datetime
    """When the school last said that it is right."""


class Standing(NamedTuple):
    """A cover that is not over: who stands in for whom (None: nobody leads), for what."""

    id: int
    category_id: int
    slug: str
    heading: str
    group: str
    group_heading: str
    person_id: int
    name: str
    active: bool
    for_id: int | None
    for_name: str | None
    kind: CoverKind
    starts_on: date
    ends_on: date
    set_by_id: int | None


class Reached(NamedTuple):
    """Somebody whom the category reaches today, and why; no name for the school's mailbox."""

    name: str | None
    reason: Reason

    @property
    def how(self) -> str:
        """Return why, in words."""
        return HOW[self.reason]


def having(session: Session, authority_id: int, school_id: int, category_id: int) -> list[Having]:
    """Return everybody with a current part in the category, by name: one statement."""
    rows = session.execute(
        sa.select(
            Owner.id,
            Owner.person_id,
            Person.name,
            Owner.part,
            can_receive(Person, school_id),
            Owner.assigned_at,
            said_at(),
        )
        .join(Person, Person.id == Owner.person_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.category_id == category_id,
            Owner.ended_at.is_(None),
        )
        .order_by(Person.name, Owner.id)
        .limit(MOST)
    )
    return [Having(*row) for row in rows]


def standing(
    session: Session,
    authority_id: int,
    school_id: int,
    *conditions: sa.ColumnElement[bool],
    on: date,
) -> list[Standing]:
    """Return the covers that end on that day or later, soonest first: one statement.

    ``conditions`` on ``Cover`` narrow them.
    """
    lead = aliased(Person)
    rows = session.execute(
        sa.select(
            Cover.id,
            Category.id,
            Category.slug,
            Category.heading,
            Category.group,
            Category.group_heading,
            Cover.person_id,
            Person.name,
            can_receive(Person, school_id),
            lead.id,
            lead.name,
            Cover.kind,
            Cover.starts_on,
            Cover.ends_on,
            Cover.set_by_id,
        )
        .select_from(Cover)
        .join(Category, Category.id == Cover.category_id)
        .join(Person, Person.id == Cover.person_id)
        .outerjoin(
            Owner,
            sa.and_(
                Owner.authority_id == authority_id,
                Owner.school_id == school_id,
                Owner.category_id == Cover.category_id,
                Owner.part == Part.LEAD,
                Owner.ended_at.is_(None),
            ),
        )
        .outerjoin(lead, lead.id == Owner.person_id)
        .where(
            Cover.authority_id == authority_id,
            Cover.school_id == school_id,
            Cover.ended_at.is_(None),
            Cover.ends_on >= on,
            Category.retired_at.is_(None),
            *conditions,
        )
        .order_by(Cover.starts_on, Cover.ends_on, Category.number, Cover.id)
        .limit(MOST)
    )
    return [Standing(*row) for row in rows]


def reached(
    session: Session, authority_id: int, school_id: int, category_id: int, *, on: date
) -> Sequence[Reached]:
    """Return whom something sent for the category today would reach: one statement."""
    schools = sa.select(School.id).where(
        School.authority_id == authority_id, School.id == school_id
    )
    found = route(authority_id, schools, [category_id], on=on).subquery()
    rows = session.execute(
        sa.select(Person.name, found.c.reason)
        .select_from(found)
        .outerjoin(Person, Person.id == found.c.person_id)
        .order_by(found.c.reason, Person.name)
        .limit(MOST)
    )
    return [Reached(row.name, Reason(row.reason)) for row in rows]
