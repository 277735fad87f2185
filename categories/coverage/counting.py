"""Schools with their pairs counted by state: the selects from which lists of schools are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.coverage.choosing import Choice, open_schools, school_conditions
from categories.coverage.states import MENDABLE, InUse, Wrong, pairs
from directory.models import Membership, Person, PersonState, Role, School

MOST: Final = 30_000
BASE: Final = 1_000
"""More than there are categories: counts weigh by their places in a number of this base."""


@dataclass(frozen=True)
class Facts:
    """What is known of a school's people: whether a head is, and when anybody last came."""

    has_head: bool
    came_at: datetime | None


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
    found = listed(authority_id, categories, choice, at).subquery("listed")
    weight = sa.literal(0) if choice.by_name else found.c.weight
    return sa.select(found.c.urn, found.c.name, weight.label("weight"))


def listed(
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
        *(count_of(counted, wrong) for wrong in Wrong),
        counted.c.said_at,
        _weight(counted, choice.wrong_pair).label("weight"),
    ).join(counted, counted.c.school_id == School.id)
    if choice.wrong_pair is not None:
        query = query.where(count_of(counted, choice.wrong_pair) > 0)
    return query


def count_of(counted: sa.Subquery, wrong: Wrong) -> sa.ColumnElement[int]:
    """Return a school's number of pairs in a state."""
    found: sa.ColumnElement[int] = counted.c[f"n_{wrong}"]
    return found


def _weight(counted: sa.Subquery, asked: Wrong | None) -> sa.ColumnElement[int]:
    """Return one number by which schools are ordered: the worst state counts before all others.

    What is asked for counts first.
    """
    states = sorted(MENDABLE, key=lambda wrong: (wrong is not asked, wrong))
    places = reversed(range(len(states)))
    parts = [
        sa.cast(count_of(counted, wrong), sa.BigInteger) * BASE**place
        for wrong, place in zip(states, places, strict=True)
    ]
    total: sa.ColumnElement[int] = parts[0]
    for part in parts[1:]:
        total += part
    return total


def order_of(found: sa.Subquery, choice: Choice) -> list[sa.ColumnElement[Any]]:
    """Return the order in which a choice wants the schools."""
    by_name: list[sa.ColumnElement[Any]] = [found.c.name.asc(), found.c.urn.asc()]
    return by_name if choice.by_name else [found.c.weight.desc(), *by_name]


def facts_of(
    session: Session, authority_id: int, school_ids: Sequence[int] | None = None
) -> Mapping[int, Facts]:
    """Return what is known of these schools' people, of all where none are named: one statement.

    A school where nobody has a place is left out.
    """
    query = (
        sa.select(
            Membership.school_id,
            sa.func.max(sa.case((Membership.role == Role.HEAD, 1), else_=0)).label("heads"),
            sa.func.max(Person.last_signed_in_at).label("came_at"),
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.school_id.is_not(None)
            if school_ids is None
            else Membership.school_id.in_(school_ids),
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
        .group_by(Membership.school_id)
        .order_by(Membership.school_id)
        .limit(MOST)
    )
    return {
        row.school_id or 0: Facts(bool(row.heads), row.came_at) for row in session.execute(query)
    }


def line_of(row: sa.Row[Any], facts: Mapping[int, Facts]) -> Line:
    """Return a row of ``listed`` as a line."""
    known = facts.get(row.id, Facts(has_head=False, came_at=None))
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
        has_head=known.has_head,
        has_mailbox=bool(row.email),
        came_at=known.came_at,
    )
