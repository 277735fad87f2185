"""One version of the categories being applied: its facts, and from where to where owners go."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from categories.models import Owner
from categories.models_versions import CARRYING, CategoryChange, ChangeKind
from foundation.model import BigId


@dataclass(frozen=True)
class Carrying:
    """One version being applied: its row, what ends with it, by whom and when."""

    authority_id: int
    framework_id: int
    ended_ids: list[int]
    kept_ids: list[int]
    """The categories that were in use before and still are."""
    by: int | None
    at: datetime
    today: date


def links_of(one: Carrying) -> sa.Select[tuple[int | None, int | None, int]]:
    """Return from where to where owners go; a category that takes others in comes from itself."""
    change = CategoryChange
    return sa.select(change.from_id, change.to_id, change.place).where(
        change.authority_id == one.authority_id,
        change.framework_id == one.framework_id,
        change.kind.in_(CARRYING),
        sa.or_(change.from_id != change.to_id, change.kind == ChangeKind.MERGED),
    )


def by_column(one: Carrying) -> sa.ColumnElement[int]:
    """Return who confirmed the version, as a column of a select."""
    return sa.cast(one.by, BigId)


def at_column(one: Carrying) -> sa.ColumnElement[datetime]:
    """Return the moment of applying, as a column of a select."""
    return sa.literal(one.at, Owner.assigned_at.type)
