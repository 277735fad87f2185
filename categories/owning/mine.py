"""What one person has at a school: the categories they lead, share, get as well or deputise."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Category, GroupDefault, Owner, Part
from directory.models import Person


class Mine(NamedTuple):
    """One part. ``lead``: who leads the category, None where nobody does."""

    owner_id: int
    category_id: int
    slug: str
    heading: str
    group_heading: str
    part: Part
    since: datetime
    lead: str | None


def mine(session: Session, authority_id: int, school_id: int, person_id: int) -> list[Mine]:
    """Return everything in use that the person has a part in, by number: one statement."""
    first, lead = aliased(Owner), aliased(Person)
    rows = session.execute(
        sa.select(
            Owner.id,
            Category.id,
            Category.slug,
            Category.heading,
            Category.group_heading,
            Owner.part,
            Owner.assigned_at,
            lead.name,
        )
        .select_from(Owner)
        .join(Category, Category.id == Owner.category_id)
        .outerjoin(
            first,
            sa.and_(
                first.authority_id == authority_id,
                first.school_id == school_id,
                first.category_id == Owner.category_id,
                first.part == Part.LEAD,
                first.ended_at.is_(None),
            ),
        )
        .outerjoin(lead, lead.id == first.person_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.person_id == person_id,
            Owner.ended_at.is_(None),
            Category.retired_at.is_(None),
        )
        .order_by(Category.number, Owner.id)
    )
    return [Mine(*row) for row in rows]


def my_groups(session: Session, authority_id: int, school_id: int, person_id: int) -> list[str]:
    """Return the headings of the groups for which the school named the person: one statement."""
    rows = session.scalars(
        sa.select(Category.group_heading)
        .join(GroupDefault, GroupDefault.group == Category.group)
        .where(
            Category.authority_id == authority_id,
            Category.retired_at.is_(None),
            GroupDefault.authority_id == authority_id,
            GroupDefault.school_id == school_id,
            GroupDefault.person_id == person_id,
            GroupDefault.ended_at.is_(None),
        )
        .group_by(Category.group_heading)
        .order_by(Category.group_heading)
    )
    return list(rows)
