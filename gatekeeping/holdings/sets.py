"""Reading one data set with everything that hangs on it, and which schools it covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from directory.models import OPEN_STATUSES, School, Team
from foundation.errors import NotFoundError
from gatekeeping.facts.school_types import codes_covered, covers_everyone
from gatekeeping.holdings.items import Holding
from gatekeeping.models import DataSet, DataSetChange, DataSetItem, HeldCatalogue

MOST: Final = 200
MOST_CHANGES: Final = 50


@dataclass(frozen=True)
class Coverage:
    """How many open schools of a type there are; ``covered`` is None where nobody says."""

    type_name: str
    schools: int
    covered: bool | None


def find_set(session: Session, authority_id: int, key: str) -> DataSet | None:
    """Return a data set with its items, team and contact; None when its tables have none.

    Two statements.
    """
    return session.scalars(
        sa.select(DataSet)
        .where(DataSet.authority_id == authority_id, DataSet.key == key)
        .options(selectinload(DataSet.items), joinedload(DataSet.team), joinedload(DataSet.contact))
    ).one_or_none()


def find_item(data_set: DataSet, item_id: int) -> DataSetItem:
    """Return an item of a data set; NotFoundError when it has no such."""
    found = next((item for item in data_set.items if item.id == item_id), None)
    if found is None:
        raise NotFoundError
    return found


def retired_sets(session: Session, authority_id: int) -> Sequence[DataSet]:
    """Return the data sets that are no longer kept up, by title."""
    return session.scalars(
        sa.select(DataSet)
        .where(DataSet.authority_id == authority_id, DataSet.retired_at.is_not(None))
        .order_by(DataSet.title, DataSet.id)
        .limit(MOST)
    ).all()


def changes_of(session: Session, data_set: DataSet) -> Sequence[DataSetChange]:
    """Return what was changed, the newest first, with who changed it."""
    return session.scalars(
        sa.select(DataSetChange)
        .where(
            DataSetChange.authority_id == data_set.authority_id,
            DataSetChange.data_set_id == data_set.id,
        )
        .options(joinedload(DataSetChange.by))
        .order_by(DataSetChange.version.desc())
        .limit(MOST_CHANGES)
    ).all()


def teams_of(session: Session, authority_id: int) -> Sequence[Team]:
    """Return the teams that can own data, by name."""
    return session.scalars(
        sa.select(Team)
        .where(Team.authority_id == authority_id)
        .order_by(Team.name, Team.id)
        .limit(MOST)
    ).all()


def revision_of(session: Session, authority_id: int) -> int:
    """Return how often the catalogue was changed; 0 where none was loaded yet."""
    row = session.get(HeldCatalogue, authority_id)
    return row.revision if row else 0


def coverage_of(session: Session, authority_id: int, holding: Holding) -> Sequence[Coverage]:
    """Return the authority's open schools by type, the most first, and which it covers."""
    rows = session.execute(
        sa.select(School.type_code, sa.func.min(School.type_name), sa.func.count())
        .where(School.authority_id == authority_id, School.status.in_(OPEN_STATUSES))
        .group_by(School.type_code)
        .order_by(sa.func.count().desc(), School.type_code)
        .limit(MOST)
    ).all()
    codes = codes_covered(holding.covers, holding.types)
    everyone = covers_everyone(holding.covers)
    return [
        Coverage(name, count, True if everyone else None if codes is None else code in codes)
        for code, name, count in rows
    ]
