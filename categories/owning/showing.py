"""Who owns each category of a school and who stands in, as lists show it."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Category, Cover, Owner, Part
from directory.models import Person
from directory.receiving import can_receive


@dataclass(frozen=True)
class Ownership:
    """One category at one school: its lead and who stands in, each empty when there is none.

    ``owner_active`` and ``cover_active``: whether that person may sign in and still has a place
    at the school. When ``owner_active`` is false what is sent for the category goes to the head.
    """

    category_id: int
    number: int
    slug: str
    heading: str
    group: str
    group_heading: str
    typical_owner: str
    owner_id: int | None
    owner_name: str | None
    owner_email: str | None
    owner_active: bool
    assigned_at: datetime | None
    cover_id: int | None
    cover_person_id: int | None
    cover_name: str | None
    cover_from: date | None
    cover_to: date | None
    cover_active: bool


def owners_of_school(
    session: Session, authority_id: int, school_id: int, *, on: date | None = None
) -> list[Ownership]:
    """Return every category in use with its owner and cover at the school, in one statement.

    They come in the order of the categories' numbers. The cover shown is the earliest that is not
    called off and ends on or after ``on`` (it may begin later); without a day, the earliest there
    is.
    """
    owner, stand_in = aliased(Person), aliased(Person)
    cover_id = _next_cover(authority_id, school_id, on)
    query = (
        sa.select(
            Category.id.label("category_id"),
            Category.number,
            Category.slug,
            Category.heading,
            Category.group,
            Category.group_heading,
            Category.typical_owner,
            owner.id.label("owner_id"),
            owner.name.label("owner_name"),
            owner.email.label("owner_email"),
            sa.func.coalesce(can_receive(owner, school_id), sa.false()).label("owner_active"),
            Owner.assigned_at,
            Cover.id.label("cover_id"),
            stand_in.id.label("cover_person_id"),
            stand_in.name.label("cover_name"),
            Cover.starts_on.label("cover_from"),
            Cover.ends_on.label("cover_to"),
            sa.func.coalesce(can_receive(stand_in, school_id), sa.false()).label("cover_active"),
        )
        .select_from(Category)
        .outerjoin(
            Owner,
            sa.and_(
                Owner.category_id == Category.id,
                Owner.school_id == school_id,
                Owner.authority_id == authority_id,
                Owner.ended_at.is_(None),
                Owner.part == Part.LEAD,
            ),
        )
        .outerjoin(owner, owner.id == Owner.person_id)
        .outerjoin(Cover, Cover.id == cover_id)
        .outerjoin(stand_in, stand_in.id == Cover.person_id)
        .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
        .order_by(Category.number, Category.id)
    )
    return [Ownership(**row) for row in session.execute(query).mappings()]


def _next_cover(authority_id: int, school_id: int, on: date | None) -> sa.ScalarSelect[int]:
    other = aliased(Cover)
    query = sa.select(other.id).where(
        other.authority_id == authority_id,
        other.school_id == school_id,
        other.category_id == Category.id,
        other.ended_at.is_(None),
    )
    if on is not None:
        query = query.where(other.ends_on >= on)
    return query.order_by(other.starts_on, other.id).limit(1).correlate(Category).scalar_subquery()
