"""Who was set for a category at a school, by whom and when: the history that its page shows."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Owner
from directory.models import Person


class Change(NamedTuple):
    """One owner in the history. ``by`` is None when an import set it."""

    name: str
    by: str | None
    assigned_at: datetime
    ended_at: datetime | None


def changes(
    session: Session, authority_id: int, school_id: int, category_id: int, *, most: int = 10
) -> list[Change]:
    """Return the newest owners of a category at a school, the current one first: one statement."""
    by = aliased(Person)
    rows = session.execute(
        sa.select(Person.name, by.name.label("by"), Owner.assigned_at, Owner.ended_at)
        .join(Person, Person.id == Owner.person_id)
        .outerjoin(by, by.id == Owner.assigned_by_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.category_id == category_id,
        )
        .order_by(Owner.assigned_at.desc(), Owner.id.desc())
        .limit(most)
    )
    return [Change(*row) for row in rows]
