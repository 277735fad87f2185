"""How many of the asked schools are of which type, and which types a data set covers (K11, K12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import MOST_URNS, Audience, school_ids
from directory.kinds import TYPES, type_codes
from directory.models import School
from gatekeeping.asked import Asked
from gatekeeping.holdings.items import Holding

MOST_NAMED: Final = 50
"""So many schools are named where a data set lacks some; the others are counted."""
_NURSERIES_AND_UNITS = frozenset({"14", "15"})
_STATE = TYPES["maintained"] | TYPES["academy"]
Named = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class OfTypes:
    """How many asked open schools there are of each GIAS type code, and the first of each.

    ``first`` gives the URN and name of MOST_NAMED at most of each code, by name.
    """

    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    first: Mapping[str, Named] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def total(self) -> int:
        """Return how many there are of all types."""
        return sum(self.counts.values())

    def count_outside(self, codes: frozenset[str]) -> int:
        """Return how many are of other types than these."""
        return sum(count for code, count in self.counts.items() if code not in codes)

    def outside(self, codes: frozenset[str]) -> Named:
        """Return the first schools of other types than these, by name."""
        found = [one for code, named in self.first.items() if code not in codes for one in named]
        return tuple(sorted(found, key=lambda one: (one[1], one[0]))[:MOST_NAMED])


NO_TYPES: Final = OfTypes()


def facts(session: Session, asked: Asked) -> OfTypes:
    """Return the asked open schools by GIAS type code: one statement."""
    place = (
        sa.func.row_number()
        .over(partition_by=School.type_code, order_by=(School.name, School.id))
        .label("place")
    )
    schools = sa.func.count().over(partition_by=School.type_code).label("schools")
    named = (
        sa.select(School.type_code, School.urn, School.name, place, schools)
        .where(School.id.in_(school_ids(asked.authority_id, asked.audience)))
        .subquery()
    )
    rows = session.execute(
        sa.select(named.c.type_code, named.c.urn, named.c.name, named.c.schools)
        .where(named.c.place <= MOST_NAMED)
        .order_by(named.c.type_code, named.c.place)
    ).all()
    first: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        first.setdefault(row.type_code, []).append((row.urn, row.name))
    return OfTypes(
        {row.type_code: row.schools for row in rows},
        {code: tuple(schools) for code, schools in first.items()},
    )


def uncovered(
    session: Session, authority_id: int, audience: Audience, holding: Holding
) -> Sequence[int]:
    """Return the URNs of the open schools of an audience that a data set does not cover by type.

    Empty where it covers all of them, or nobody says which it covers. One statement.
    """
    codes = codes_covered(holding.covers, holding.types)
    if codes is None:
        return ()
    return session.scalars(
        sa.select(School.urn)
        .where(
            School.authority_id == authority_id,
            School.id.in_(school_ids(authority_id, audience)),
            School.type_code.not_in(sorted(codes)),
        )
        .order_by(School.urn)
        .limit(MOST_URNS)
    ).all()


def codes_covered(covers: str, types: Sequence[str] = ()) -> frozenset[str] | None:
    """Return the GIAS type codes that a data set covers; None when nobody says.

    ``types`` are those that somebody chose (``directory.kinds.TYPES``); without them the words
    are read: "maintained schools and academies", "all state schools", "maintained schools except
    nurseries and PRUs". Words such as "schools that buy payroll" name no type.
    """
    plain = covers.casefold()
    if types:
        return type_codes(types)
    if "state schools" in plain:
        return _STATE
    if not plain.startswith("maintained schools"):
        return None
    codes = _STATE if "academies" in plain else TYPES["maintained"]
    return codes - _NURSERIES_AND_UNITS if "except nurseries" in plain else codes


def covers_everyone(covers: str) -> bool:
    """Tell whether the words leave no school out."""
    return covers.casefold() in {"every establishment", "all schools"}
