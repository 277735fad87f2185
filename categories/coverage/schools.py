"""Lists of schools with what is wrong at each, worst first or by name.

All of it is one statement a list: the pairs are counted in the database, whatever their number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.coverage.choosing import (
    Choice,
    anybody_came,
    has_head,
    open_schools,
    school_conditions,
)
from categories.coverage.counting import (
    Line,
    count_of,
    facts_of,
    line_of,
    listed,
    listed_keys,
    order_of,
)
from categories.coverage.planning import for_all
from categories.coverage.states import InUse, Wrong
from directory.models import School

PAGE: Final = 50
MOST: Final = 30_000
BATCH: Final = 1_000


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
    """Return one page of the chosen schools and the totals of them all: two statements.

    Also where the page lies beyond the end. The lines come in the choice's order.
    """
    found = listed(authority_id, categories, choice, at).subquery("listed")
    whole = sa.select(
        found,
        sa.func.count().over().label("schools"),
        *(sa.func.sum(count_of(found, wrong)).over().label(f"all_{wrong}") for wrong in Wrong),
    ).subquery("whole")
    query = (
        sa.select(whole).order_by(*order_of(whole, choice)).limit(size).offset((page - 1) * size)
    )
    with for_all(session):
        rows = session.execute(query).all()
    if not rows:
        return [], totals(session, authority_id, categories, choice, at=at)
    counts = {wrong: int(getattr(rows[0], f"all_{wrong}")) for wrong in Wrong}
    facts = facts_of(session, authority_id, [row.id for row in rows])
    return [line_of(row, facts) for row in rows], Totals(rows[0].schools, counts)


def list_by_name(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
    page: int = 1,
) -> tuple[list[Line], int]:
    """Return one page of the chosen schools by name, and how many there are: three statements.

    Only the pairs of the page's own schools are counted, unless the choice is about pairs.
    """
    keys = listed_keys(authority_id, categories, replace(choice, order="name"), at)
    found = keys.subquery("keys")
    query = (
        sa.select(found.c.urn, sa.func.count().over().label("schools"))
        .order_by(found.c.name, found.c.urn)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    with for_all(session):
        rows = session.execute(query).all()
    if not rows:
        return [], session.scalar(sa.select(sa.func.count()).select_from(found)) or 0
    shown = School.urn.in_([row.urn for row in rows])
    found = listed(authority_id, categories, Choice(), at, shown).subquery("listed")
    by_name = sa.select(found).order_by(*order_of(found, Choice(order="name")))
    with for_all(session):
        lines = session.execute(by_name).all()
    facts = facts_of(session, authority_id, [row.id for row in lines])
    return [line_of(row, facts) for row in lines], rows[0].schools


def totals(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> Totals:
    """Return how many schools are chosen, and their pairs in each state: one statement."""
    found = listed(authority_id, categories, choice, at).subquery("listed")
    query = sa.select(
        sa.func.count(),
        *(sa.func.coalesce(sa.func.sum(count_of(found, wrong)), 0) for wrong in Wrong),
    ).select_from(found)
    with for_all(session):
        row = session.execute(query).one()
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
    found = listed(authority_id, categories, choice, at).subquery("listed")
    query = sa.select(found).order_by(*order_of(found, choice)).limit(MOST)
    with for_all(session):
        facts = facts_of(session, authority_id)
        for row in session.execute(query, execution_options={"yield_per": BATCH}):
            yield line_of(row, facts)


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
    found = listed(authority_id, categories, choice, at).subquery("listed")
    query = sa.select(found.c.urn).order_by(found.c.urn).limit(most + 1)
    with for_all(session):
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
