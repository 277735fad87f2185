"""One school as the authority looks at it: its categories, its people, what changed lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.coverage.matrix import Cell
from categories.coverage.states import InUse, Wrong, pairs
from categories.models import Category, Owner, Part
from directory.models import Membership, Person, PersonState, Role, School
from directory.models_updates import LinkKind, SchoolLink
from foundation.errors import NotFoundError

MOST_PEOPLE: Final = 300
MOST_CHANGES: Final = 12
MOST_LINKED: Final = 20


@dataclass(frozen=True)
class Held:
    """One category at the school: its state and its lead, None where nobody was ever named."""

    category: InUse
    state: Wrong
    person_id: int | None
    name: str | None
    said_at: datetime | None


@dataclass(frozen=True)
class Group:
    """A group of categories at the school."""

    slug: str
    heading: str
    held: tuple[Held, ...]

    @property
    def cell(self) -> Cell:
        """Return its pairs counted by state."""
        counted = Cell()
        for one in self.held:
            counted.add(one.state, 1)
        return counted

    @property
    def fine(self) -> list[Held]:
        """Return the categories with nothing wrong."""
        return [one for one in self.held if one.state is Wrong.FINE]

    @property
    def faulty(self) -> list[Held]:
        """Return the categories with something wrong, worst first."""
        wrong = [one for one in self.held if one.state is not Wrong.FINE]
        return sorted(wrong, key=lambda one: one.state)


@dataclass(frozen=True)
class Member:
    """Somebody with a place at the school."""

    person_id: int
    name: str
    email: str
    role: Role
    job_title: str
    mailbox: str
    active: bool
    last_signed_in_at: datetime | None
    mail_failing_since: datetime | None


@dataclass(frozen=True)
class Change:
    """Somebody was named for a category, or no longer is."""

    at: datetime
    name: str
    heading: str
    part: Part
    began: bool


@dataclass(frozen=True)
class Linked:
    """A school of the authority that followed this one, or that this one followed."""

    urn: int
    name: str
    follows: bool


def find_school(session: Session, authority_id: int, urn: int) -> School:
    """Return a school of this authority with its trust; NotFoundError for any other."""
    school = session.scalars(
        sa.select(School)
        .options(sa.orm.joinedload(School.trust))
        .where(School.authority_id == authority_id, School.urn == urn)
    ).first()
    if school is None:
        raise NotFoundError
    return school


def groups_of(
    session: Session, school: School, categories: Sequence[InUse], *, at: datetime
) -> list[Group]:
    """Return the school's categories in their groups, each with its state: one statement."""
    every = pairs(school.authority_id, categories, at=at, school_id=school.id).subquery("pairs")
    rows = session.execute(
        sa.select(
            every.c.category_id, every.c.state, every.c.person_id, every.c.said_at, Person.name
        )
        .outerjoin(Person, Person.id == every.c.person_id)
        .order_by(every.c.category_id)
        .limit(len(categories))
    )
    found = {row.category_id: row for row in rows}
    held: dict[str, list[Held]] = {}
    headings: dict[str, str] = {}
    for one in categories:
        row = found[one.id]
        line = Held(one, Wrong(row.state), row.person_id, row.name, row.said_at)
        held.setdefault(one.group, []).append(line)
        headings[one.group] = one.group_heading
    return [Group(slug, headings[slug], tuple(lines)) for slug, lines in held.items()]


def people_of(session: Session, school: School) -> list[Member]:
    """Return everybody with a current place, the head first, then by name: one statement.

    Somebody with two roles comes twice.
    """
    rows = session.execute(
        sa.select(
            Person.id,
            Person.name,
            Person.email,
            Membership.role,
            Membership.job_title,
            Membership.mailbox,
            (Person.state == PersonState.ACTIVE).label("active"),
            Person.last_signed_in_at,
            Person.mail_failing_since,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == school.authority_id,
            Membership.school_id == school.id,
            Membership.ended_at.is_(None),
        )
        .order_by(sa.case((Membership.role == Role.HEAD, 0), else_=1), Person.name, Membership.id)
        .limit(MOST_PEOPLE)
    )
    return [Member(*row) for row in rows]


def changes_at(session: Session, school: School) -> list[Change]:
    """Return the newest changes of owners at the school, the last first: one statement."""
    rows = (
        sa.select(Owner.assigned_at.label("at"), Owner.id, sa.true().label("began")).where(
            Owner.authority_id == school.authority_id, Owner.school_id == school.id
        ),
        sa.select(Owner.ended_at, Owner.id, sa.false()).where(
            Owner.authority_id == school.authority_id,
            Owner.school_id == school.id,
            Owner.ended_at.is_not(None),
        ),
    )
    moved = sa.union_all(*rows).subquery("moved")
    found = session.execute(
        sa.select(moved.c.at, Person.name, Category.heading, Owner.part, moved.c.began)
        .join(Owner, Owner.id == moved.c.id)
        .join(Person, Person.id == Owner.person_id)
        .join(Category, Category.id == Owner.category_id)
        .order_by(moved.c.at.desc(), moved.c.began.desc(), Owner.id.desc())
        .limit(MOST_CHANGES)
    )
    return [Change(*row) for row in found]


def linked_to(session: Session, school: School) -> list[Linked]:
    """Return the schools that followed it or went before it, by name: one statement."""
    follows = SchoolLink.urn == school.urn
    rows = session.execute(
        sa.select(School.urn, School.name, follows)
        .select_from(SchoolLink)
        .join(
            School,
            sa.and_(
                School.authority_id == school.authority_id,
                School.urn == sa.case((follows, SchoolLink.link_urn), else_=SchoolLink.urn),
            ),
        )
        .where(
            SchoolLink.authority_id == school.authority_id,
            SchoolLink.kind == LinkKind.SUCCESSOR,
            sa.or_(follows, SchoolLink.link_urn == school.urn),
        )
        .order_by(School.name, School.urn)
        .limit(MOST_LINKED)
    )
    return [Linked(urn, name, bool(after)) for urn, name, after in rows]
