"""How many of the asked schools are of which type, and which types a data set covers (K11, K12)."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import school_ids
from directory.kinds import TYPES
from directory.models import School
from gatekeeping.asked import Asked

_NURSERIES_AND_UNITS = frozenset({"14", "15"})
_STATE = TYPES["maintained"] | TYPES["academy"]


def facts(session: Session, asked: Asked) -> Mapping[str, int]:
    """Return the count of asked open schools by GIAS type code: one statement."""
    rows = session.execute(
        sa.select(School.type_code, sa.func.count().label("schools"))
        .where(School.id.in_(school_ids(asked.authority_id, asked.audience)))
        .group_by(School.type_code)
        .order_by(School.type_code)
    ).all()
    return {row.type_code: row.schools for row in rows}


def codes_covered(covers: str) -> frozenset[str] | None:
    """Return the GIAS type codes that the words of a catalogue cover; None when they do not say.

    "maintained schools and academies", "all state schools", "maintained schools except nurseries
    and PRUs". Words such as "schools that buy payroll" name no type.
    """
    plain = covers.casefold()
    if "state schools" in plain:
        return _STATE
    if not plain.startswith("maintained schools"):
        return None
    codes = _STATE if "academies" in plain else TYPES["maintained"]
    return codes - _NURSERIES_AND_UNITS if "except nurseries" in plain else codes


def covers_everyone(covers: str) -> bool:
    """Tell whether the words leave no school out."""
    return covers.casefold() in {"every establishment", "all schools"}
