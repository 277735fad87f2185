"""What somebody else changed meanwhile: where two people save, the second is told of the first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Owner, Part
from directory.models import Person, School


@dataclass(frozen=True)
class Clash:
    """A lead whom somebody else changed meanwhile: it stands as they left it."""

    category_id: int
    mine: int | None
    theirs: int | None
    by_name: str | None
    """Who changed it; None when an import or the portal itself did."""
    at: datetime | None


def clashes(
    session: Session,
    school: School,
    wanted: Mapping[int, int | None],
    stale: Collection[int],
    leads: Mapping[int, int],
) -> list[Clash]:
    """Say of each stale choice who changed the lead last: one statement, none without any."""
    if not stale:
        return []
    ended_by, assigned_by = aliased(Person), aliased(Person)
    rows = session.execute(
        sa.select(
            Owner.category_id,
            sa.func.coalesce(ended_by.name, assigned_by.name).label("name"),
            sa.func.coalesce(Owner.ended_at, Owner.assigned_at).label("at"),
        )
        .outerjoin(ended_by, ended_by.id == Owner.ended_by_id)
        .outerjoin(
            assigned_by,
            sa.and_(assigned_by.id == Owner.assigned_by_id, Owner.ended_at.is_(None)),
        )
        .where(
            Owner.authority_id == school.authority_id,
            Owner.school_id == school.id,
            Owner.category_id.in_(stale),
            Owner.part == Part.LEAD,
        )
        .order_by(Owner.category_id, Owner.id)
    )
    last = {row.category_id: row for row in rows}  # the newest of each comes last
    return [
        Clash(
            key,
            wanted[key],
            leads.get(key),
            last[key].name if key in last else None,
            last[key].at if key in last else None,
        )
        for key in stale
    ]
