"""What a trust sees: its categories with whom it named, its people, and its schools in short."""

from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Owner, Part, TrustOwner
from categories.owning.trusts import belongs
from directory.models import (
    OPEN_STATUSES,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PersonState,
    Role,
    School,
)

MOST_PEOPLE = 1_000
MOST_SCHOOLS = 500


@dataclass(frozen=True)
class TrustLine:
    """A category: whom the trust named, and how many of its schools named their own lead."""

    category_id: int
    slug: str
    heading: str
    group: str
    group_heading: str
    typical_owner: str
    person_id: int | None
    name: str | None
    may_receive: bool
    own: int


@dataclass(frozen=True)
class TrustSchool:
    """A school in short: for how many categories it named a lead of its own.

    ``overrides`` of them are categories for which the trust names somebody, too.
    """

    id: int
    urn: int
    name: str
    own: int
    overrides: int
    reached: int
    """Categories for which either named somebody."""


@dataclass(frozen=True)
class TrustInShort:
    """A trust in the administrator's list."""

    id: int
    code: str
    name: str
    schools: int
    leads: int


def lines_of_trust(session: Session, authority_id: int, trust_id: int) -> list[TrustLine]:
    """Return every category in use, in the order of their numbers: one statement."""
    own = (
        sa.select(Owner.category_id, sa.func.count(Owner.school_id.distinct()).label("schools"))
        .join(School, School.id == Owner.school_id)
        .where(
            Owner.authority_id == authority_id,
            School.trust_id == trust_id,
            School.status.in_(OPEN_STATUSES),
            Owner.part == Part.LEAD,
            Owner.ended_at.is_(None),
        )
        .group_by(Owner.category_id)
        .subquery("own")
    )
    rows = session.execute(
        sa.select(
            Category.id,
            Category.slug,
            Category.heading,
            Category.group,
            Category.group_heading,
            Category.typical_owner,
            Person.id,
            Person.name,
            sa.func.coalesce(Person.state == PersonState.ACTIVE, sa.false()),
            sa.func.coalesce(own.c.schools, 0),
        )
        .outerjoin(
            TrustOwner,
            sa.and_(
                TrustOwner.category_id == Category.id,
                TrustOwner.trust_id == trust_id,
                TrustOwner.ended_at.is_(None),
            ),
        )
        .outerjoin(Person, Person.id == TrustOwner.person_id)
        .outerjoin(own, own.c.category_id == Category.id)
        .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
        .order_by(Category.number, Category.id)
    )
    return [TrustLine(*row) for row in rows]


def in_groups(lines: list[TrustLine]) -> list[tuple[str, str, list[TrustLine]]]:
    """Return the lines under their groups: slug, heading, lines."""
    return [
        (key[0], key[1], list(members))
        for key, members in groupby(lines, key=lambda line: (line.group, line.group_heading))
    ]


def people_of_trust(session: Session, authority_id: int, trust_id: int) -> list[Membership]:
    """Return the current places at the trust itself, with each person, by name."""
    return list(
        session.scalars(
            sa.select(Membership)
            .join(Membership.person)
            .options(sa.orm.contains_eager(Membership.person))
            .where(
                Membership.authority_id == authority_id,
                Membership.organisation_id == trust_id,
                Membership.ended_at.is_(None),
                Person.state == PersonState.ACTIVE,
            )
            .order_by(Person.name, Membership.id)
            .limit(MOST_PEOPLE)
        )
    )


def choices_of_trust(session: Session, authority_id: int, trust_id: int) -> list[tuple[str, str]]:
    """Return who may be named, the trust's own people first, as choices of a list."""
    at_trust = sa.exists().where(
        Membership.person_id == Person.id,
        Membership.organisation_id == trust_id,
        Membership.ended_at.is_(None),
    )
    school = (
        sa.select(sa.func.min(School.name))
        .join(Membership, Membership.school_id == School.id)
        .where(
            Membership.person_id == Person.id,
            Membership.ended_at.is_(None),
            School.trust_id == trust_id,
        )
        .correlate(Person)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Person.id, Person.name, at_trust.label("at_trust"), school)
        .where(
            Person.authority_id == authority_id,
            Person.state == PersonState.ACTIVE,
            belongs(trust_id),
        )
        .order_by(at_trust.desc(), Person.name, Person.id)
        .limit(MOST_PEOPLE)
    )
    return [
        (str(key), f"{name}, {'the trust' if mine else place}") for key, name, mine, place in rows
    ]


def schools_of_trust(session: Session, authority_id: int, trust_id: int) -> list[TrustSchool]:
    """Return the trust's open schools by name: one statement."""
    named = sa.exists().where(
        TrustOwner.trust_id == School.trust_id,
        TrustOwner.category_id == Owner.category_id,
        TrustOwner.ended_at.is_(None),
    )
    by_trust = (
        sa.select(sa.func.count())
        .select_from(TrustOwner)
        .join(Category, Category.id == TrustOwner.category_id)
        .where(
            TrustOwner.trust_id == trust_id,
            TrustOwner.ended_at.is_(None),
            Category.retired_at.is_(None),
        )
        .scalar_subquery()
    )
    overrides = sa.func.coalesce(sa.func.sum(sa.case((named, 1), else_=0)), 0)
    rows = session.execute(
        sa.select(
            School.id,
            School.urn,
            School.name,
            sa.func.count(Owner.id),
            overrides,
            sa.func.count(Owner.id) - overrides + by_trust,
        )
        .outerjoin(
            Owner,
            sa.and_(
                Owner.school_id == School.id,
                Owner.part == Part.LEAD,
                Owner.ended_at.is_(None),
            ),
        )
        .where(
            School.authority_id == authority_id,
            School.trust_id == trust_id,
            School.status.in_(OPEN_STATUSES),
        )
        .group_by(School.id, School.urn, School.name)
        .order_by(School.name, School.id)
        .limit(MOST_SCHOOLS)
    )
    return [
        TrustSchool(key, urn, name, int(own), int(over), int(reached))
        for key, urn, name, own, over, reached in rows
    ]


def overrides_of_school(
    session: Session, authority_id: int, trust_id: int, school_id: int
) -> list[tuple[str, str, str | None]]:
    """Return what a school decided itself: heading, its lead, whom the trust named if anybody."""
    own, named = sa.orm.aliased(Person), sa.orm.aliased(Person)
    rows = session.execute(
        sa.select(Category.heading, own.name, named.name)
        .select_from(Owner)
        .join(Category, Category.id == Owner.category_id)
        .join(own, own.id == Owner.person_id)
        .outerjoin(
            TrustOwner,
            sa.and_(
                TrustOwner.category_id == Owner.category_id,
                TrustOwner.trust_id == trust_id,
                TrustOwner.ended_at.is_(None),
            ),
        )
        .outerjoin(named, named.id == TrustOwner.person_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.part == Part.LEAD,
            Owner.ended_at.is_(None),
        )
        .order_by(Category.number, Category.id)
        .limit(MOST_PEOPLE)
    )
    return [(heading, lead, trusts) for heading, lead, trusts in rows]


def trusts_in_short(session: Session, authority_id: int) -> list[TrustInShort]:
    """Return the trusts with open schools, by name: one statement."""
    leads = (
        sa.select(sa.func.count(Membership.person_id.distinct()))
        .where(
            Membership.organisation_id == Organisation.id,
            Membership.role == Role.TRUST,
            Membership.ended_at.is_(None),
        )
        .correlate(Organisation)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Organisation.id, Organisation.code, Organisation.name, sa.func.count(School.id), leads
        )
        .join(
            School,
            sa.and_(School.trust_id == Organisation.id, School.status.in_(OPEN_STATUSES)),
        )
        .where(
            Organisation.authority_id == authority_id, Organisation.kind == OrganisationKind.TRUST
        )
        .group_by(Organisation.id, Organisation.code, Organisation.name)
        .order_by(Organisation.name, Organisation.id)
        .limit(1_000)
    )
    return [TrustInShort(*row) for row in rows]
