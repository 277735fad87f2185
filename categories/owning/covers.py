"""Who stands in for a category at a school between two days. Nothing here commits."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Cover
from categories.owning.places import category_of, check_place, held_school, id_of, record, tell
from directory.models import Person, School
from foundation import clock
from foundation.errors import Refusal


class CoverDatesError(Refusal):
    """The days of a cover are not in order."""

    sentence = "The last day of the cover must be the same as or after the first day."


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
    school = held_school(session, school_id)
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
        set_by_id=id_of(by),
        created_at=at,
    )
    session.add(cover)
    session.flush()
    record(session, school, category.id, "cover.set", by=by, at=at, to=person_id)
    if starts_on <= clock.local_date(at):
        tell(session, school, [category.id], at=at)
    return cover


def end_cover(
    session: Session, *, school_id: int, category_id: int, by: Person | int | None, at: datetime
) -> None:
    """Call off every cover of a category at a school, also those that have not begun."""
    school = held_school(session, school_id)
    covers = _covers(session, school, category_id, date.min, date.max)
    for cover in covers:
        cover.ended_at = at
    session.flush()
    if covers:
        record(session, school, category_id, "cover.ended", by=by, at=at, count=len(covers))
        tell(session, school, [category_id], at=at)


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
