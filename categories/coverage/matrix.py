"""Coverage counted across the authority: by category, district and phase, and two at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.coverage.choosing import (
    PHASE_WORDS,
    Choice,
    open_schools,
    phase_of,
    school_conditions,
)
from categories.coverage.planning import for_all
from categories.coverage.states import InUse, Wrong, pairs
from directory.models import School

MOST: Final = 50_000
NO_DISTRICT: Final = "No district"


@dataclass
class Cell:
    """The pairs of one row and column in each state."""

    counts: dict[Wrong, int] = field(default_factory=lambda: dict.fromkeys(Wrong, 0))

    def add(self, state: int, count: int) -> None:
        """Count so many pairs more."""
        self.counts[Wrong(state)] += count

    @property
    def total(self) -> int:
        """Return the number of pairs."""
        return sum(self.counts.values())

    @property
    def share(self) -> float | None:
        """Return the share with somebody who can receive, 0 to 1; None where there are none."""
        return (self.total - self.counts[Wrong.NOBODY]) / self.total if self.total else None

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent, rounded down: 100 is all of them."""
        return None if self.share is None else int(self.share * 100 + 1e-9)

    @property
    def wrong(self) -> int:
        """Return how many pairs have something wrong."""
        return self.total - self.counts[Wrong.FINE]


@dataclass(frozen=True)
class Slice:
    """One row of a table by category, district or phase."""

    key: str
    words: str
    cell: Cell


def by_category(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> list[Slice]:
    """Return every category's pairs, worst first: one statement."""
    found = _cells(session, authority_id, categories, choice, at, "category_id")
    empty = Cell()
    return _worst_first(
        Slice(one.slug, one.heading, found.get((one.id,), empty)) for one in categories
    )


def by_district(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> list[Slice]:
    """Return every district's pairs, worst first: one statement."""
    found = _cells(session, authority_id, categories, choice, at, "district")
    return _worst_first(Slice(key, key or NO_DISTRICT, cell) for (key,), cell in found.items())


def by_phase(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> list[Slice]:
    """Return every phase's pairs, worst first: one statement."""
    found = _folded(
        _cells(session, authority_id, categories, choice, at, "phase_code"),
        lambda key: (phase_of(key[0]),),
    )
    return _worst_first(Slice(key, PHASE_WORDS[key], cell) for (key,), cell in found.items())


Grid = Mapping[tuple[str, str], Cell]
"""Cells by row and column: slugs, or names of districts."""


def districts_by_group(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> Grid:
    """Return the cells of districts and groups: one statement."""
    return _cells(session, authority_id, categories, choice, at, "district", "group_slug")


def phases_by_group(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> Grid:
    """Return the cells of phases and groups: one statement."""
    return _folded(
        _cells(session, authority_id, categories, choice, at, "phase_code", "group_slug"),
        lambda key: (phase_of(key[0]), key[1]),
    )


def categories_by_phase(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    at: datetime,
) -> Grid:
    """Return the cells of categories (by slug) and phases: one statement."""
    slugs = {one.id: one.slug for one in categories}
    return _folded(
        _cells(session, authority_id, categories, choice, at, "category_id", "phase_code"),
        lambda key: (slugs[key[0]], phase_of(key[1])),
    )


def rows_worst_first(grid: Grid) -> list[str]:
    """Return the rows of a grid, the one with the smallest share reached first."""
    rows: dict[str, Cell] = {}
    for (row, _), cell in grid.items():
        for state, count in cell.counts.items():
            rows.setdefault(row, Cell()).add(state, count)
    return [one.key for one in _worst_first(Slice(key, key, cell) for key, cell in rows.items())]


def districts(session: Session, authority_id: int) -> list[str]:
    """Return the districts of the open schools by name: one statement."""
    return list(
        session.scalars(
            sa.select(School.district)
            .where(*open_schools(authority_id), School.district != "")
            .distinct()
            .order_by(School.district)
            .limit(500)
        )
    )


def _cells(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    at: datetime,
    *names: str,
) -> dict[Any, Cell]:
    """Count the pairs of the chosen schools by these columns."""
    conditions = school_conditions(authority_id, choice)
    every = pairs(authority_id, categories, at=at, schools=conditions).subquery("pairs")
    columns = [every.c[name] for name in names]
    query = (
        sa.select(*columns, every.c.state, sa.func.count().label("pairs"))
        .group_by(*columns, every.c.state)
        .order_by(*columns, every.c.state)
        .limit(MOST)
    )
    with for_all(session):
        rows = session.execute(query).all()
    cells: dict[Any, Cell] = {}
    for row in rows:
        cells.setdefault(tuple(row[: len(names)]), Cell()).add(row.state, row.pairs)
    return cells


def _folded(cells: Mapping[Any, Cell], key_of: Callable[[Any], Any]) -> dict[Any, Cell]:
    """Add up the cells whose keys become the same."""
    folded: dict[Any, Cell] = {}
    for key, cell in cells.items():
        into = folded.setdefault(key_of(key), Cell())
        for state, count in cell.counts.items():
            into.add(state, count)
    return folded


def _worst_first(slices: Any) -> list[Slice]:
    def key(one: Slice) -> tuple[float, int, str]:
        share = one.cell.share
        return (1.0 if share is None else share, -one.cell.wrong, one.words)

    return sorted(slices, key=key)
