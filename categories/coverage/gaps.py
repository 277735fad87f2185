"""The gap report: every pair for which nobody named can receive, the most forlorn schools first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.coverage.choosing import Choice, has_head, school_conditions
from categories.coverage.planning import for_all
from categories.coverage.states import InUse, Wrong, pairs
from categories.models import Category
from directory.models import Person, School

PAGE: Final = 50
MOST: Final = 200_000
BATCH: Final = 2_000


@dataclass(frozen=True)
class Gap:
    """A school and a category for which the head gets it, or the office, or nobody at all."""

    school_id: int
    category_id: int
    urn: int
    school: str
    district: str
    category: str
    slug: str
    has_head: bool
    has_mailbox: bool

    @property
    def goes_to(self) -> str:
        """Say who gets what is sent for it."""
        if self.has_head:
            return "Headteacher"
        return "The school’s mailbox" if self.has_mailbox else "Nobody: no head, no mailbox"


def list_gaps(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
    page: int = 1,
) -> tuple[list[Gap], int]:
    """Return one page of gaps and how many there are: one statement, two beyond the end.

    Schools without a head or mailbox come first, then those with the most gaps; then by name.
    """
    found = _gaps(authority_id, categories, choice, at).subquery("gaps")
    query = (
        sa.select(found, sa.func.count().over().label("all"))
        .order_by(*_order(found))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    with for_all(session):
        rows = session.execute(query).all()
        if rows:
            return [_gap(row) for row in rows], rows[0].all
        return [], session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def every_gap(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> Iterator[Gap]:
    """Yield every gap in the same order, for a file; read as it goes."""
    found = _gaps(authority_id, categories, choice, at).subquery("gaps")
    query = sa.select(found).order_by(*_order(found)).limit(MOST)
    with for_all(session):
        for row in session.execute(query, execution_options={"yield_per": BATCH}):
            yield _gap(row)


def _gaps(
    authority_id: int, categories: Sequence[InUse], choice: Choice, at: datetime
) -> sa.Select[Any]:
    conditions = school_conditions(authority_id, choice)
    every = pairs(authority_id, categories, at=at, schools=conditions).subquery("pairs")
    return (
        sa.select(
            School.id.label("school_id"),
            Category.id.label("category_id"),
            School.urn,
            School.name.label("school"),
            School.district,
            Category.heading.label("category"),
            Category.slug,
            has_head().label("has_head"),
            (School.email != "").label("has_mailbox"),
            Category.number,
            sa.func.count().over(partition_by=School.id).label("at_school"),
        )
        .select_from(every)
        .join(School, School.id == every.c.school_id)
        .join(Category, Category.id == every.c.category_id)
        .where(every.c.state == int(Wrong.NOBODY))
    )


def _order(found: sa.Subquery) -> list[sa.ColumnElement[Any]]:
    reached = sa.case((found.c.has_head, 1), else_=0) + sa.case((found.c.has_mailbox, 1), else_=0)
    worst = found.c.at_school.desc()
    return [reached.asc(), worst, found.c.school.asc(), found.c.urn.asc(), found.c.number.asc()]


def _gap(row: sa.Row[Any]) -> Gap:
    return Gap(
        school_id=row.school_id,
        category_id=row.category_id,
        urn=row.urn,
        school=row.school,
        district=row.district,
        category=row.category,
        slug=row.slug,
        has_head=bool(row.has_head),
        has_mailbox=bool(row.has_mailbox),
    )


@dataclass(frozen=True)
class Fault:
    """A pair with something wrong, as a file names it."""

    urn: int
    school: str
    district: str
    phase: str
    category: str
    group: str
    state: Wrong
    owner: str
    email: str
    said_at: datetime | None


def every_fault(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> Iterator[Fault]:
    """Yield every pair of the chosen schools with something wrong, worst first, for a file."""
    conditions = school_conditions(authority_id, choice)
    every = pairs(authority_id, categories, at=at, schools=conditions).subquery("pairs")
    asked = every.c.state != int(Wrong.FINE)
    if choice.wrong_pair is not None:
        asked = every.c.state == int(choice.wrong_pair)
    query = (
        sa.select(
            School.urn,
            School.name,
            School.district,
            School.phase_name,
            Category.heading,
            Category.group_heading,
            every.c.state,
            sa.func.coalesce(Person.name, "").label("owner"),
            sa.func.coalesce(Person.email, "").label("email"),
            every.c.said_at,
        )
        .select_from(every)
        .join(School, School.id == every.c.school_id)
        .join(Category, Category.id == every.c.category_id)
        .outerjoin(Person, Person.id == every.c.person_id)
        .where(asked)
        .order_by(every.c.state, School.name, School.urn, Category.number)
        .limit(MOST)
    )
    with for_all(session):
        for row in session.execute(query, execution_options={"yield_per": BATCH}):
            yield Fault(
                urn=row.urn,
                school=row.name,
                district=row.district,
                phase=row.phase_name,
                category=row.heading,
                group=row.group_heading,
                state=Wrong(row.state),
                owner=row.owner,
                email=row.email,
                said_at=row.said_at,
            )
