"""What happened to a category at a school: who did what when, as its page tells it."""

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Cover, CoverKind, Owner, Part
from directory.models import Person

BEGAN = {
    Part.LEAD: "owns it",
    Part.SHARES: "shares it",
    Part.ALSO: "gets it as well",
    Part.DEPUTY: "is the deputy",
}
STILL = {
    Part.LEAD: "still owns it",
    Part.SHARES: "still shares it",
    Part.ALSO: "still gets it as well",
    Part.DEPUTY: "is still the deputy",
}
OVER = {
    Part.LEAD: "owns it no more",
    Part.SHARES: "shares it no more",
    Part.ALSO: "no longer gets it as well",
    Part.DEPUTY: "is the deputy no more",
}


class Change(NamedTuple):
    """One thing that happened. ``by`` is None when an import or the portal did it."""

    at: datetime
    name: str
    what: str
    by: str | None
    first: date | None = None
    last: date | None = None
    """The days of a cover."""


def changes(
    session: Session, authority_id: int, school_id: int, category_id: int, *, most: int = 20
) -> list[Change]:
    """Return what happened last to a category at a school, the newest first: two statements."""
    place = (authority_id, school_id, category_id)
    found = [*_of_owners(session, *place, most=most), *_of_covers(session, *place, most=most)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:most]


def _of_owners(
    session: Session, authority_id: int, school_id: int, category_id: int, *, most: int
) -> list[Change]:
    by, ended_by, confirmed_by = aliased(Person), aliased(Person), aliased(Person)
    rows = session.execute(
        sa.select(
            Person.name,
            Owner.part,
            Owner.assigned_at,
            by.name.label("by"),
            Owner.ended_at,
            ended_by.name.label("ended_by"),
            Owner.confirmed_at,
            confirmed_by.name.label("confirmed_by"),
        )
        .join(Person, Person.id == Owner.person_id)
        .outerjoin(by, by.id == Owner.assigned_by_id)
        .outerjoin(ended_by, ended_by.id == Owner.ended_by_id)
        .outerjoin(confirmed_by, confirmed_by.id == Owner.confirmed_by_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.category_id == category_id,
        )
        .order_by(sa.func.coalesce(Owner.ended_at, Owner.assigned_at).desc(), Owner.id.desc())
        .limit(most)
    ).all()
    began = {(row.part, row.assigned_at) for row in rows}
    found = []
    for row in rows:
        # where another followed in the same moment, that one's line says it all
        if row.ended_at and (row.part, row.ended_at) not in began:
            found.append(Change(row.ended_at, row.name, OVER[row.part], row.ended_by))
        if row.confirmed_at:
            found.append(Change(row.confirmed_at, row.name, STILL[row.part], row.confirmed_by))
        found.append(Change(row.assigned_at, row.name, BEGAN[row.part], row.by))
    return found


def _of_covers(
    session: Session, authority_id: int, school_id: int, category_id: int, *, most: int
) -> list[Change]:
    by = aliased(Person)
    rows = session.execute(
        sa.select(
            Person.name,
            Cover.kind,
            Cover.starts_on,
            Cover.ends_on,
            Cover.created_at,
            Cover.ended_at,
            by.name.label("by"),
        )
        .join(Person, Person.id == Cover.person_id)
        .outerjoin(by, by.id == Cover.set_by_id)
        .where(
            Cover.authority_id == authority_id,
            Cover.school_id == school_id,
            Cover.category_id == category_id,
        )
        .order_by(Cover.created_at.desc(), Cover.id.desc())
        .limit(most)
    )
    found = []
    for row in rows:
        days = (row.starts_on, row.ends_on)
        what = "has it for a time" if row.kind is CoverKind.DELEGATED else "stands in"
        found.append(Change(row.created_at, row.name, what, row.by, *days))
        if row.ended_at:
            found.append(Change(row.ended_at, row.name, "stands in no more", None, *days))
    return found
