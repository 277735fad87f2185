"""Who owns which category at a school, and who stands in.

An owner is never changed or deleted: the row is ended and another begins, so that the table is
its own history. Nothing here commits.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.models import Category, Cover, Owner
from categories.owning.places import (
    NotAtSchoolError,
    category_of,
    check_place,
    id_of,
    is_active,
    record,
    school_of,
)
from directory.models import Person, School
from foundation.errors import Refusal

__all__ = [
    "CoverDatesError",
    "NotAtSchoolError",
    "Ownership",
    "assign",
    "end",
    "end_cover",
    "history",
    "owners_of_school",
    "set_cover",
]


class CoverDatesError(Refusal):
    """The days of a cover are not in order."""

    sentence = "The last day of the cover must be the same as or after the first day."


@dataclass(frozen=True)
class Ownership:
    """One category at one school: its owner and who stands in, each empty when there is none.

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
            sa.func.coalesce(is_active(owner, school_id), sa.false()).label("owner_active"),
            Owner.assigned_at,
            Cover.id.label("cover_id"),
            stand_in.id.label("cover_person_id"),
            stand_in.name.label("cover_name"),
            Cover.starts_on.label("cover_from"),
            Cover.ends_on.label("cover_to"),
            sa.func.coalesce(is_active(stand_in, school_id), sa.false()).label("cover_active"),
        )
        .select_from(Category)
        .outerjoin(
            Owner,
            sa.and_(
                Owner.category_id == Category.id,
                Owner.school_id == school_id,
                Owner.authority_id == authority_id,
                Owner.ended_at.is_(None),
            ),
        )
        .outerjoin(owner, owner.id == Owner.person_id)
        .outerjoin(Cover, Cover.id == cover_id)
        .outerjoin(stand_in, stand_in.id == Cover.person_id)
        .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
        .order_by(Category.number, Category.id)
    )
    return [Ownership(**row) for row in session.execute(query).mappings()]


def history(
    session: Session, authority_id: int, school_id: int, category_id: int, *, most: int = 20
) -> list[Owner]:
    """Return the newest owners that a category had at a school, the current one first."""
    return list(
        session.scalars(
            sa.select(Owner)
            .where(
                Owner.authority_id == authority_id,
                Owner.school_id == school_id,
                Owner.category_id == category_id,
            )
            .order_by(Owner.assigned_at.desc(), Owner.id.desc())
            .limit(most)
        )
    )


def assign(
    session: Session,
    *,
    school_id: int,
    category_id: int,
    person_id: int,
    by: Person | int | None,
    at: datetime,
) -> Owner:
    """Make a person the owner of a category at a school, and end the owner before.

    The present owner again changes nothing. Raises NotAtSchoolError unless the person may sign in
    and has a current place at the school; NotFoundError on an unknown school or category.
    """
    school = school_of(session, school_id)
    category = category_of(session, school, category_id)
    check_place(session, school, person_id)
    current = _current(session, school, category.id)
    if current is not None and current.person_id == person_id:
        return current
    if current is not None:
        current.ended_at = at
        session.flush()  # only one owner may be current when the next is written
    owner = Owner(
        authority_id=school.authority_id,
        school_id=school.id,
        category_id=category.id,
        person_id=person_id,
        assigned_by_id=id_of(by),
        assigned_at=at,
    )
    session.add(owner)
    session.flush()
    before = current.person_id if current else None
    record(
        session, school, category.id, "owner.assigned", by=by, at=at, to=person_id, before=before
    )
    return owner


def end(
    session: Session, *, school_id: int, category_id: int, by: Person | int | None, at: datetime
) -> None:
    """Leave a category at a school without an owner: what is sent for it goes to the head.

    Does nothing when it has none.
    """
    school = school_of(session, school_id)
    current = _current(session, school, category_id)
    if current is None:
        return
    current.ended_at = at
    session.flush()
    record(session, school, category_id, "owner.ended", by=by, at=at, before=current.person_id)


def set_cover(
    session: Session,
    *,
    school_id: int,
    category_id: int,
    person_id: int,
    starts_on: date,
    ends_on: date,
    by: Person | int | None,
    at: datetime,
) -> Cover:
    """Let a person stand in for a category at a school from one day to another, both included.

    Covers whose days overlap are called off. The same cover again changes nothing. Raises
    CoverDatesError, and NotAtSchoolError as ``assign`` does.
    """
    school = school_of(session, school_id)
    category = category_of(session, school, category_id)
    if ends_on < starts_on:
        raise CoverDatesError(field="ends_on")
    check_place(session, school, person_id)
    for other in _covers(session, school, category.id, starts_on, ends_on):
        if (other.person_id, other.starts_on, other.ends_on) == (person_id, starts_on, ends_on):
            return other
        other.ended_at = at
    cover = Cover(
        authority_id=school.authority_id,
        school_id=school.id,
        category_id=category.id,
        person_id=person_id,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=at,
    )
    session.add(cover)
    session.flush()
    record(session, school, category.id, "cover.set", by=by, at=at, to=person_id)
    return cover


def end_cover(
    session: Session, *, school_id: int, category_id: int, by: Person | int | None, at: datetime
) -> None:
    """Call off every cover of a category at a school, also those that have not begun."""
    school = school_of(session, school_id)
    covers = _covers(session, school, category_id, date.min, date.max)
    for cover in covers:
        cover.ended_at = at
    session.flush()
    if covers:
        record(session, school, category_id, "cover.ended", by=by, at=at, count=len(covers))


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


def _current(session: Session, school: School, category_id: int) -> Owner | None:
    return session.scalars(
        sa.select(Owner)
        .where(
            Owner.authority_id == school.authority_id,
            Owner.school_id == school.id,
            Owner.category_id == category_id,
            Owner.ended_at.is_(None),
        )
        .with_for_update()
    ).first()


def _covers(
    session: Session, school: School, category_id: int, starts_on: date, ends_on: date
) -> list[Cover]:
    """Return the covers not called off whose days overlap with these."""
    return list(
        session.scalars(
            sa.select(Cover)
            .where(
                Cover.authority_id == school.authority_id,
                Cover.school_id == school.id,
                Cover.category_id == category_id,
                Cover.ended_at.is_(None),
                Cover.starts_on <= ends_on,
                Cover.ends_on >= starts_on,
            )
            .order_by(Cover.starts_on, Cover.id)
        )
    )
