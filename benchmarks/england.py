"""A service of England's size on PostgreSQL, made by statements of the database itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Cover, Owner, Part, TrustOwner
from directory.models import (
    AuthorityProfile,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PersonState,
    Role,
    School,
    SchoolStatus,
)
from foundation import clock, migrate
from foundation.db import EVERY_AUTHORITY, Database
from tests import servers

AUTHORITIES, SCHOOLS, PEOPLE, CATEGORIES = 150, 24_000, 250_000, 85
LARGE = 656
"""Schools of the first authority; the others share the rest."""
STAFF = 10
TRUSTS = 1_200
DAY = date(2026, 11, 23)


@contextmanager
def england() -> Iterator[Database]:
    """Run a server with 24,000 schools, 250,000 people and 2.04 million owners in it."""
    with servers.postgresql() as server:
        database = Database(server.url)
        migrate.upgrade(database)
        with database.transaction(authority=EVERY_AUTHORITY) as session:
            fill(session)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as bare:
            bare.execute(sa.text("VACUUM ANALYZE"))
        yield database
        database.engine.dispose()


def fill(session: Session) -> None:
    """Write everything; a few people are disabled, so that every step of the order has work."""
    for write in (_bodies, _schools, _people, _categories, _owners, _others):
        write(session)


def _write(
    session: Session, model: type[Any], rows: int, values: Callable[[Any], dict[str, Any]]
) -> None:
    series = sa.func.generate_series(1, rows).table_valued(sa.column("n", sa.Integer))
    columns = values(series.render_derived().c.n)
    session.execute(
        sa.insert(model.__table__).from_select(
            list(columns), sa.select(*columns.values()), include_defaults=True
        )
    )


def _text(*parts: Any) -> sa.ColumnElement[str]:
    return sa.func.concat(*parts)


def _authority_of(school: Any) -> sa.ColumnElement[int]:
    """The first has ``LARGE`` schools, the other 149 share the rest evenly."""
    spread = 2 + sa.func.mod(school, AUTHORITIES - 1)
    return sa.case((school <= LARGE, 1), else_=spread)


def _bodies(session: Session) -> None:
    _write(
        session,
        Organisation,
        AUTHORITIES,
        lambda n: {
            "id": n,
            "kind": sa.literal(OrganisationKind.AUTHORITY.value),
            "code": _text(100 + n),
            "name": _text("Authority ", n),
        },
    )
    _write(
        session,
        AuthorityProfile,
        AUTHORITIES,
        lambda n: {
            "authority_id": n,
            "la_code": _text(100 + n),
            "help_email": sa.literal("help@authority.example"),
        },
    )
    _write(
        session,
        Organisation,
        TRUSTS,
        lambda n: {
            "id": 1_000 + n,
            "authority_id": 1 + sa.func.mod(n, AUTHORITIES),
            "kind": sa.literal(OrganisationKind.TRUST.value),
            "code": _text(n),
            "name": _text("Trust ", n),
        },
    )


def _schools(session: Session) -> None:
    _write(
        session,
        School,
        SCHOOLS,
        lambda n: {
            "id": n,
            "authority_id": _authority_of(n),
            "urn": 100_000 + n,
            "la_code": sa.literal("888"),
            "name": _text("School ", n),
            "type_code": sa.literal("01"),
            "type_name": sa.literal("Community school"),
            "phase_code": sa.literal("2"),
            "phase_name": sa.literal("Primary"),
            "status": sa.literal(SchoolStatus.OPEN.value),
            "trust_id": sa.case((sa.func.mod(n, 3) == 0, 1_001 + sa.func.mod(n, TRUSTS))),
            "email": _text("office", n, "@school.example"),
            "imported_at": sa.literal(clock.now()),
        },
    )


def _people(session: Session) -> None:
    school = 1 + sa.func.mod(sa.literal_column("n", sa.Integer) - 1, SCHOOLS)
    disabled = sa.func.mod(sa.literal_column("n", sa.Integer), 97) == 0
    _write(
        session,
        Person,
        PEOPLE,
        lambda n: {
            "id": n,
            "authority_id": _authority_of(school),
            "email": _text("person", n, "@portal.example"),
            "name": _text("Person ", n),
            "state": sa.case((disabled, PersonState.DISABLED.value), else_=PersonState.ACTIVE),
            "created_at": sa.literal(clock.now()),
        },
    )
    roles = (Role.HEAD, Role.CLERK, Role.GOVERNOR)
    _write(
        session,
        Membership,
        PEOPLE,
        lambda n: {
            "id": n,
            "authority_id": _authority_of(school),
            "person_id": n,
            "school_id": school,
            "role": sa.case(
                *((n <= (place + 1) * SCHOOLS, role.value) for place, role in enumerate(roles)),
                else_=Role.STAFF.value,
            ),
            "started_at": sa.literal(clock.now()),
        },
    )


def _categories(session: Session) -> None:
    _write(
        session,
        Category,
        AUTHORITIES * CATEGORIES,
        lambda n: {
            "id": n,
            "authority_id": 1 + (n - 1) // CATEGORIES,
            "number": 1 + sa.func.mod(n - 1, CATEGORIES),
            "slug": _text("category-", 1 + sa.func.mod(n - 1, CATEGORIES)),
            "heading": _text("Category ", n),
            "group_slug": _text("group-", sa.func.mod(n, 9)),
            "group_heading": _text("Group ", sa.func.mod(n, 9)),
            "keywords": sa.literal([], Category.keywords.type),
            "falls_to": sa.case(
                (sa.func.mod(n, CATEGORIES) == 2, sa.literal(["clerk"], Category.falls_to.type)),  # noqa: PLR2004
                else_=sa.literal([], Category.falls_to.type),
            ),
        },
    )


def _pair(n: Any) -> dict[str, Any]:
    """The nth of all pairs: school by school, each with its authority's 85 categories."""
    school = 1 + (n - 1) // CATEGORIES
    authority = _authority_of(school)
    category = 1 + sa.func.mod(n - 1, CATEGORIES)
    return {
        "authority_id": authority,
        "school_id": school,
        "category_id": (authority - 1) * CATEGORIES + category,
        "person_id": school + SCHOOLS * sa.func.mod(category * 7, STAFF),
    }


def _owners(session: Session) -> None:
    facts = {"part": sa.literal(Part.LEAD.value), "assigned_at": sa.literal(clock.now())}
    _write(session, Owner, SCHOOLS * CATEGORIES, lambda n: {**_pair(n), **facts})


def _others(session: Session) -> None:
    """Deputies and sharers for one pair in twenty, covers, and what trusts named."""
    every = 20
    for part, step in ((Part.DEPUTY, 1), (Part.SHARES, 2)):
        facts = {"part": sa.literal(part.value), "assigned_at": sa.literal(clock.now())}
        _write(
            session,
            Owner,
            SCHOOLS * CATEGORIES // every,
            lambda n, step=step, facts=facts: {**_beside(n * every, step), **facts},  # type: ignore[misc]
        )
    _write(
        session,
        Cover,
        SCHOOLS,
        lambda n: {
            **_beside(n * CATEGORIES - 1, 3),
            "starts_on": sa.literal(DAY - timedelta(days=3)),
            "ends_on": sa.literal(DAY + timedelta(days=3)),
            "created_at": sa.literal(clock.now()),
        },
    )
    _write(
        session,
        TrustOwner,
        TRUSTS,
        lambda n: {
            "authority_id": 1 + sa.func.mod(n, AUTHORITIES),
            "trust_id": 1_000 + n,
            "category_id": sa.func.mod(n, AUTHORITIES) * CATEGORIES + 3,
            "person_id": n,
            "set_at": sa.literal(clock.now()),
        },
    )


def _beside(n: Any, step: int) -> dict[str, Any]:
    """A pair with another person of the school than its lead."""
    pair = _pair(n)
    lead = (pair["person_id"] - 1) // SCHOOLS
    return {
        **pair,
        "person_id": pair["school_id"] + SCHOOLS * sa.func.mod(lead + step, STAFF),
    }
