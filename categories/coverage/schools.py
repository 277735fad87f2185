"""Schools with what is wrong at each, worst first, and the one before and after each.

All of it is one statement a list: the pairs are counted in the database, whatever their number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.coverage.choosing import (
    Choice,
    anybody_came,
    has_head,
    open_schools,
    school_conditions,
)
from categories.coverage.states import MENDABLE, InUse, Wrong, pairs
from directory.models import Membership, Person, School

PAGE: Final = 50
MOST: Final = 30_000
BATCH: Final = 1_000
BASE: Final = 1_000
"""More than there are categories: counts weigh by their places in a number of this base."""


@dataclass(frozen=True)
class Line:
    """One school: how many of its pairs are in each state, and what is wrong with it itself."""

    id: int
    urn: int
    name: str
    town: str
    district: str
    phase: str
    counts: Mapping[Wrong, int]
    weight: int
    """How bad it is beside others; 0 when nothing is wrong."""
    said_at: datetime | None
    """When the school last named or confirmed somebody."""
    has_head: bool
    has_mailbox: bool
    came_at: datetime | None
    """When somebody of the school last signed in; None when nobody ever did."""

    @property
    def total(self) -> int:
        """Return the number of its pairs."""
        return sum(self.counts.values())

    @property
    def wrong(self) -> int:
        """Return how many of them have something wrong."""
        return self.total - self.counts[Wrong.FINE]


@dataclass(frozen=True)
class Totals:
    """A whole list: its schools, and the pairs in each state."""

    schools: int
    counts: Mapping[Wrong, int]

    @property
    def pairs(self) -> int:
        """Return the number of pairs."""
        return sum(self.counts.values())

    @property
    def reached(self) -> int:
        """Return the pairs for which somebody named can receive."""
        return self.pairs - self.counts[Wrong.NOBODY]


def chosen_categories(categories: Sequence[InUse], choice: Choice) -> list[InUse]:
    """Return the categories that a choice looks at; all where it names none that exists."""
    of_group = [one for one in categories if one.group == choice.group] or list(categories)
    return [one for one in of_group if one.slug == choice.category] or of_group


def list_schools(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
    page: int = 1,
    size: int = PAGE,
) -> tuple[list[Line], Totals]:
    """Return one page of the chosen schools and the totals of them all: one statement.

    Two where the page lies beyond the end. The lines come in the choice's order.
    """
    listed = _listed(authority_id, categories, choice, at).subquery("listed")
    whole = sa.select(
        listed,
        sa.func.count().over().label("schools"),
        *(sa.func.sum(_count(listed, wrong)).over().label(f"all_{wrong}") for wrong in Wrong),
    ).subquery("whole")
    query = (
        sa.select(whole)
        .order_by(*_order(whole, choice))
        .limit(size)
        .offset((page - 1) * size)
        .subquery("shown")
    )
    rows = session.execute(_with_facts(query, choice)).all()
    if not rows:
        return [], totals(session, authority_id, categories, choice, at=at)
    counts = {wrong: int(getattr(rows[0], f"all_{wrong}")) for wrong in Wrong}
    return [_line(row) for row in rows], Totals(rows[0].schools, counts)


def list_by_name(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
    page: int = 1,
) -> tuple[list[Line], int]:
    """Return one page of the chosen schools by name, and how many there are: two statements.

    Only the pairs of the page's own schools are counted, unless the choice is about pairs.
    """
    keys = listed_keys(authority_id, categories, replace(choice, order="name"), at)
    found = keys.subquery("keys")
    rows = session.execute(
        sa.select(found.c.urn, sa.func.count().over().label("schools"))
        .order_by(found.c.name, found.c.urn)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    if not rows:
        return [], session.scalar(sa.select(sa.func.count()).select_from(found)) or 0
    shown = School.urn.in_([row.urn for row in rows])
    listed = _listed(authority_id, categories, Choice(), at, shown).subquery("listed")
    by_name = Choice(order="name")
    lines = session.execute(_with_facts(listed, by_name)).all()
    return [_line(row) for row in lines], rows[0].schools


def totals(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> Totals:
    """Return how many schools are chosen, and their pairs in each state: one statement."""
    listed = _listed(authority_id, categories, choice, at).subquery("listed")
    row = session.execute(
        sa.select(
            sa.func.count(),
            *(sa.func.coalesce(sa.func.sum(_count(listed, wrong)), 0) for wrong in Wrong),
        ).select_from(listed)
    ).one()
    return Totals(row[0], dict(zip(Wrong, map(int, row[1:]), strict=True)))


def every_school(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> Iterator[Line]:
    """Yield every chosen school in the choice's order, for a file; read as it goes."""
    listed = _listed(authority_id, categories, choice, at).subquery("listed")
    query = sa.select(listed).order_by(*_order(listed, choice)).limit(MOST).subquery("shown")
    rows = session.execute(_with_facts(query, choice), execution_options={"yield_per": BATCH})
    for row in rows:
        yield _line(row)


def chosen_urns(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
    most: int,
) -> list[int]:
    """Return the URNs of the chosen schools in ascending order, ``most`` and one at most."""
    listed = _listed(authority_id, categories, choice, at).subquery("listed")
    query = sa.select(listed.c.urn).order_by(listed.c.urn).limit(most + 1)
    return list(session.scalars(query))


def school_faults(session: Session, authority_id: int, choice: Choice) -> Mapping[str, int]:
    """Return how many of the schools in this part of the authority lack what (one statement).

    Only what narrows schools themselves counts, not what is wrong with their pairs.
    """
    faults = {"no_head": ~has_head(), "no_mailbox": School.email == "", "never": ~anybody_came()}
    row = session.execute(
        sa.select(
            *(
                sa.func.coalesce(sa.func.sum(sa.case((fault, 1), else_=0)), 0)
                for fault in faults.values()
            )
        ).where(*open_schools(authority_id), *school_conditions(authority_id, choice))
    ).one()
    return dict(zip(("no_head", "no_mailbox", "never_engaged"), map(int, row), strict=True))


def listed_keys(
    authority_id: int, categories: Sequence[InUse], choice: Choice, at: datetime
) -> sa.Select[Any]:
    """Return the select of urn, name and weight of the chosen schools.

    Without pairs, and with no weight, where neither order nor choice needs them.
    """
    if choice.by_name and choice.wrong_pair is None:
        return sa.select(School.urn, School.name, sa.literal(0).label("weight")).where(
            *open_schools(authority_id), *school_conditions(authority_id, choice)
        )
    listed = _listed(authority_id, categories, choice, at).subquery("listed")
    weight = sa.literal(0) if choice.by_name else listed.c.weight
    return sa.select(listed.c.urn, listed.c.name, weight.label("weight"))


def _listed(
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    at: datetime,
    *more: sa.ColumnElement[bool],
) -> sa.Select[Any]:
    """Return the select of the chosen schools with their counts."""
    conditions = [*school_conditions(authority_id, choice), *more]
    every = pairs(authority_id, categories, at=at, schools=conditions).subquery("pairs")
    # First by state, so that each pair's is worked out once; then side by side.
    by_state = (
        sa.select(
            every.c.school_id,
            every.c.state,
            sa.func.count().label("pairs"),
            sa.func.max(every.c.said_at).label("said_at"),
        )
        .group_by(every.c.school_id, every.c.state)
        .subquery("by_state")
    )
    counts = [
        sa.func.sum(sa.case((by_state.c.state == int(wrong), by_state.c.pairs), else_=0)).label(
            f"n_{wrong}"
        )
        for wrong in Wrong
    ]
    counted = (
        sa.select(by_state.c.school_id, *counts, sa.func.max(by_state.c.said_at).label("said_at"))
        .group_by(by_state.c.school_id)
        .subquery("counted")
    )
    query = sa.select(
        School.id,
        School.urn,
        School.name,
        School.town,
        School.district,
        School.phase_name,
        School.email,
        *(_count(counted, wrong) for wrong in Wrong),
        counted.c.said_at,
        _weight(counted, choice.wrong_pair).label("weight"),
    ).join(counted, counted.c.school_id == School.id)
    if choice.wrong_pair is not None:
        query = query.where(_count(counted, choice.wrong_pair) > 0)
    return query


def _count(counted: sa.Subquery, wrong: Wrong) -> sa.ColumnElement[int]:
    found: sa.ColumnElement[int] = counted.c[f"n_{wrong}"]
    return found


def _weight(counted: sa.Subquery, asked: Wrong | None) -> sa.ColumnElement[int]:
    """Return one number by which schools are ordered: the worst state counts before all others.

    What is asked for counts first.
    """
    states = sorted(MENDABLE, key=lambda wrong: (wrong is not asked, wrong))
    places = reversed(range(len(states)))
    parts = [
        sa.cast(_count(counted, wrong), sa.BigInteger) * BASE**place
        for wrong, place in zip(states, places, strict=True)
    ]
    total: sa.ColumnElement[int] = parts[0]
    for part in parts[1:]:
        total += part
    return total


def _order(listed: sa.Subquery, choice: Choice) -> list[sa.ColumnElement[Any]]:
    by_name: list[sa.ColumnElement[Any]] = [listed.c.name.asc(), listed.c.urn.asc()]
    return by_name if choice.by_name else [listed.c.weight.desc(), *by_name]


def _with_facts(shown: sa.Subquery, choice: Choice) -> sa.Select[Any]:
    """Add what is known of each shown school itself."""
    came_at = (
        sa.select(sa.func.max(Person.last_signed_in_at))
        .where(Membership.school_id == School.id, Membership.ended_at.is_(None))
        .join(Membership.person)
        .correlate(School)
        .scalar_subquery()
    )
    return (
        sa.select(shown, has_head().label("has_head"), came_at.label("came_at"))
        .join(School, School.id == shown.c.id)
        .order_by(*_order(shown, choice))
    )


def _line(row: sa.Row[Any]) -> Line:
    return Line(
        id=row.id,
        urn=row.urn,
        name=row.name,
        town=row.town,
        district=row.district,
        phase=row.phase_name,
        counts={wrong: int(getattr(row, f"n_{wrong}")) for wrong in Wrong},
        weight=int(row.weight),
        said_at=row.said_at,
        has_head=bool(row.has_head),
        has_mailbox=bool(row.email),
        came_at=row.came_at,
    )
