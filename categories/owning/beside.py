"""Who has a part in a category beside its lead: sharers, those who get it as well, the deputy."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from categories.models import Owner, Part
from categories.owning.owners import assign, current_rows, end, end_rows, new_row
from categories.owning.places import (
    category_of,
    check_categories,
    check_places,
    held_school,
    one_at_a_time,
    record,
    record_many,
    tell,
)
from directory.models import Person
from foundation.bulk import insert_all
from foundation.errors import Refusal


class NoLeadError(Refusal):
    """Somebody was to share, or get as well, what nobody leads."""

    sentence = "Choose who owns this category first. Then add others beside them."


@dataclass(frozen=True)
class Deputised:
    """What ``set_deputy`` did, as ids of categories. ``own``: left out, theirs already."""

    changed: list[int]
    unchanged: list[int]
    own: list[int]


def add_beside(
    session: Session,
    *,
    school_id: int,
    category_id: int,
    person_id: int,
    part: Part,
    by: Person | int | None,
    at: datetime,
) -> Owner:
    """Let a person share a category or get it as well (``Part.SHARES``, ``Part.ALSO``).

    Raises NoLeadError where nobody leads, and as ``owners.assign`` does.
    """
    school = held_school(session, school_id)
    if all(row.part is not Part.LEAD for row in current_rows(session, school, [category_id])):
        raise NoLeadError(field="person_id")
    return assign(
        session,
        school_id=school_id,
        category_id=category_id,
        person_id=person_id,
        part=part,
        by=by,
        at=at,
    )


def remove(
    session: Session,
    *,
    school_id: int,
    category_id: int,
    person_id: int,
    by: Person | int | None,
    at: datetime,
) -> None:
    """End whatever part the person has in the category; does nothing when they have none."""
    end(session, school_id=school_id, category_id=category_id, person_id=person_id, by=by, at=at)


def make_lead(
    session: Session,
    *,
    school_id: int,
    category_id: int,
    person_id: int,
    by: Person | int | None,
    at: datetime,
) -> None:
    """Let somebody who has a part in a category lead it; the lead before takes that part.

    So nobody falls out of the category. Whoever had no part becomes the lead, as by ``assign``.
    Does nothing when they lead it already.
    """
    school = held_school(session, school_id)
    category = category_of(session, school, category_id)
    check_places(session, school, {person_id})
    rows = current_rows(session, school, [category.id])
    lead = next((row for row in rows if row.part is Part.LEAD), None)
    own = next((row for row in rows if row.person_id == person_id), None)
    if own is None or lead is None:
        assign(
            session, school_id=school_id, category_id=category_id, person_id=person_id, by=by, at=at
        )
        return
    if own is lead:
        return
    end_rows(session, [lead.id, own.id], by=by, at=at)
    swapped = ((person_id, Part.LEAD), (lead.person_id, own.part))
    with one_at_a_time(session):
        insert_all(
            session,
            Owner,
            [new_row(school, category.id, who, part, by=by, at=at) for who, part in swapped],
        )
    record(
        session,
        school,
        category.id,
        "owner.assigned",
        by=by,
        at=at,
        to=person_id,
        before=lead.person_id,
    )
    tell(session, school, [category.id], at=at)


def set_deputy(
    session: Session,
    *,
    school_id: int,
    category_ids: Collection[int],
    person_id: int | None,
    by: Person | int | None,
    at: datetime,
) -> Deputised:
    """Make a person the deputy for these categories, or None: nobody. A constant number of steps.

    What they lead or share is left out: they would get it anyway. Whoever was to get it as well
    is its deputy instead. Raises NotAtSchoolError and NotFoundError as ``owners.assign`` does.
    """
    school = held_school(session, school_id)
    check_categories(session, school, category_ids)
    check_places(session, school, {person_id} if person_id is not None else set())
    rows = current_rows(session, school, category_ids)
    deputies = {row.category_id: row for row in rows if row.part is Part.DEPUTY}
    theirs = {row.category_id: row for row in rows if row.person_id == person_id}
    own = {key for key, row in theirs.items() if row.part in (Part.LEAD, Part.SHARES)}
    wanted = [
        key
        for key in sorted(set(category_ids))
        if key not in own and (deputies[key].person_id if key in deputies else None) != person_id
    ]
    gone = [found[key].id for found in (deputies, theirs) for key in wanted if key in found]
    end_rows(session, gone, by=by, at=at)
    if person_id is not None:
        fresh = [new_row(school, key, person_id, Part.DEPUTY, by=by, at=at) for key in wanted]
        with one_at_a_time(session):
            insert_all(session, Owner, fresh)
    if wanted:
        record_many(
            session, school, "owner.deputies", by=by, at=at, categories=wanted, to=person_id
        )
        tell(session, school, wanted, at=at)
    unchanged = sorted(set(category_ids) - set(wanted) - own)
    return Deputised(wanted, unchanged, sorted(own))
