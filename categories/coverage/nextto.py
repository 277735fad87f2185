"""The school before and the school after one, in the list from which an officer came.

Found by where it stood when it was opened (its weight then travels in the address), not by its
place: a school that was mended leaves the list or sinks in it, and the next one is still the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.coverage.choosing import Choice
from categories.coverage.counting import listed_keys
from categories.coverage.planning import for_all
from categories.coverage.states import InUse


@dataclass(frozen=True)
class Neighbour:
    """A school beside another in a list. ``weight`` is how bad it is now (0 by name)."""

    urn: int
    name: str
    weight: int


@dataclass(frozen=True)
class Standing:
    """Where a school stands in a list of ``total``: ``place`` is None when it left the list."""

    place: int | None
    total: int
    previous: Neighbour | None
    next: Neighbour | None


def standing(
    session: Session,
    authority_id: int,
    categories: Sequence[InUse],
    choice: Choice,
    *,
    urn: int,
    name: str,
    was: int | None,
    at: datetime,
) -> Standing:
    """Return who stands beside a school in the chosen list: one statement.

    ``was`` is its weight when it was opened; without it, its weight now.
    """
    keys = listed_keys(authority_id, categories, choice, at).cte("keys")
    now = sa.select(keys.c.weight).where(keys.c.urn == urn).scalar_subquery()
    weight = sa.func.coalesce(sa.literal(was, sa.BigInteger), now, 0)
    here = (weight, name, urn)
    before, after = _beside(keys, here, before=True), _beside(keys, here, before=False)
    none = sa.literal("")
    whole = sa.select(
        sa.literal("all").label("which"),
        sa.func.count().label("urn"),
        none.label("name"),
        sa.func.coalesce(sa.func.sum(sa.case((before, 1), else_=0)), 0).label("weight"),
    ).select_from(keys)
    own = sa.select(sa.literal("own"), keys.c.urn, keys.c.name, keys.c.weight).where(
        keys.c.urn == urn
    )
    query = sa.union_all(
        whole,
        own,
        _first(keys, "next", after, backwards=False),
        _first(keys, "previous", before, backwards=True),
    )
    with for_all(session):
        rows = {row.which: row for row in session.execute(query)}
    counted = rows["all"]
    return Standing(
        place=int(counted.weight) + 1 if "own" in rows else None,
        total=counted.urn,
        previous=_neighbour(rows.get("previous")),
        next=_neighbour(rows.get("next")),
    )


def _beside(
    keys: sa.CTE, here: tuple[sa.ColumnElement[int], str, int], *, before: bool
) -> sa.ColumnElement[bool]:
    weight, name, urn = here
    heavier = keys.c.weight > weight if before else keys.c.weight < weight
    earlier = keys.c.name < name if before else keys.c.name > name
    lower = keys.c.urn < urn if before else keys.c.urn > urn
    same_weight, same_name = keys.c.weight == weight, keys.c.name == name
    return sa.or_(
        heavier,
        sa.and_(same_weight, sa.or_(earlier, sa.and_(same_name, lower))),
    )


def _first(
    keys: sa.CTE, which: str, condition: sa.ColumnElement[bool], *, backwards: bool
) -> sa.Select[Any]:
    order = (
        (keys.c.weight.asc(), keys.c.name.desc(), keys.c.urn.desc())
        if backwards
        else (keys.c.weight.desc(), keys.c.name.asc(), keys.c.urn.asc())
    )
    found = (
        sa.select(sa.literal(which).label("which"), keys.c.urn, keys.c.name, keys.c.weight)
        .where(condition)
        .order_by(*order)
        .limit(1)
        .subquery(which)
    )
    return sa.select(found)


def _neighbour(row: sa.Row[Any] | None) -> Neighbour | None:
    return None if row is None else Neighbour(row.urn, row.name, int(row.weight))
