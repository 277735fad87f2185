"""Who owns which category at a school, and as what: one lead, sharers, those who get it as well.

An owner is never changed or deleted: the row is ended and another begins, so that the table is
its own history. Every verb holds the school, so two people who save at once follow one another,
and publishes OwnersChanged. Nothing here commits.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Owner, Part
from categories.owning.clashing import Clash, clashes
from categories.owning.places import (
    NotAtSchoolError,
    category_of,
    check_categories,
    check_place,
    check_places,
    held_school,
    one_at_a_time,
    record,
    record_many,
    tell,
)
from categories.owning.showing import Ownership, owners_of_school
from directory.acting import id_of
from directory.models import Person, School
from foundation.bulk import insert_all
from foundation.errors import Refusal

__all__ = [
    "Assigned",
    "Clash",
    "LeadAlreadyError",
    "NotAtSchoolError",
    "Ownership",
    "assign",
    "assign_many",
    "current_rows",
    "end",
    "end_rows",
    "new_row",
    "owners_of_school",
]

ALONE = (Part.LEAD, Part.DEPUTY)
"""Parts that one person at a time has."""


class LeadAlreadyError(Refusal):
    """The lead of a category can have no lesser part in it at the same time."""

    sentence = (
        "This person owns the category already. Choose somebody else, or choose another owner "
        "first."
    )


@dataclass(frozen=True)
class Assigned:
    """What ``assign_many`` did, as ids of categories in ascending order."""

    changed: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


def assign(
    session: Session,
    *,
    school_id: int,
    category_id: int,
    person_id: int,
    part: Part = Part.LEAD,
    by: Person | int | None,
    at: datetime,
) -> Owner:
    """Give a person a part in a category at a school.

    A new lead or deputy ends the one before. Whatever other part the person had in it ends: a
    deputy who becomes the lead is deputy no more. The same part again changes nothing. Raises
    LeadAlreadyError when the lead is to be something less; NotAtSchoolError unless the person may
    sign in and has a current place at the school; NotFoundError on an unknown school or category.
    """
    school = held_school(session, school_id)
    category = category_of(session, school, category_id)
    check_place(session, school, person_id)
    rows = current_rows(session, school, [category.id])
    own = next((row for row in rows if row.person_id == person_id), None)
    if own is not None and own.part is part:
        return own
    if own is not None and own.part is Part.LEAD:
        raise LeadAlreadyError(field="person_id")
    other = next((row for row in rows if part in ALONE and row.part is part), None)
    end_rows(session, [row.id for row in (own, other) if row], by=by, at=at)
    owner = Owner(**new_row(school, category.id, person_id, part, by=by, at=at))
    with one_at_a_time(session):
        session.add(owner)
    record(
        session,
        school,
        category.id,
        "owner.assigned",
        by=by,
        at=at,
        to=person_id,
        before=other.person_id if other else None,
        **_named(part),
    )
    tell(session, school, [category.id], at=at)
    return owner


def end(
    session: Session,
    *,
    school_id: int,
    category_id: int,
    person_id: int | None = None,
    by: Person | int | None,
    at: datetime,
) -> None:
    """End the part that a person has in a category at a school; without a person, the lead's.

    Nobody becomes the lead instead: what is sent goes to whom routing finds next. Does nothing
    when there is no such part.
    """
    school = held_school(session, school_id)
    for row in current_rows(session, school, [category_id]):
        if row.part is Part.LEAD if person_id is None else row.person_id == person_id:
            end_rows(session, [row.id], by=by, at=at)
            record(
                session,
                school,
                category_id,
                "owner.ended",
                by=by,
                at=at,
                before=row.person_id,
                **_named(row.part),
            )
            tell(session, school, [category_id], at=at)


def assign_many(
    session: Session,
    *,
    school_id: int,
    choices: Mapping[int, int | None],
    before: Mapping[int, int | None] | None = None,
    by: Person | int | None,
    at: datetime,
) -> Assigned:
    """Set the leads of many categories at once, in a constant number of statements.

    ``choices`` gives for each category's id the person's, None for nobody. ``before`` is what the
    page showed: where the lead is neither that nor the choice now, somebody else changed it
    meanwhile, so it stays and is a Clash. Raises as ``assign`` does, then nothing is written.
    """
    school = held_school(session, school_id)
    check_categories(session, school, choices)
    check_places(session, school, {person for person in choices.values() if person is not None})
    rows = current_rows(session, school, choices)
    leads = {row.category_id: row.person_id for row in rows if row.part is Part.LEAD}
    wanted = {key: person for key, person in sorted(choices.items()) if leads.get(key) != person}
    stale = [key for key in wanted if before and key in before and leads.get(key) != before[key]]
    changed = {key: person for key, person in wanted.items() if key not in stale}
    over = [
        row.id
        for row in rows
        if row.category_id in changed
        and (row.part is Part.LEAD or row.person_id == changed[row.category_id])
    ]
    end_rows(session, over, by=by, at=at)
    with one_at_a_time(session):
        insert_all(
            session,
            Owner,
            [
                new_row(school, key, person, Part.LEAD, by=by, at=at)
                for key, person in changed.items()
                if person is not None
            ],
        )
    if changed:
        _record_many(session, school, changed, by, at)
    tell(session, school, changed, at=at)
    unchanged = [key for key in sorted(choices) if key not in wanted]
    return Assigned(list(changed), unchanged, clashes(session, school, wanted, stale, leads))


def current_rows(session: Session, school: School, category_ids: Collection[int]) -> list[Owner]:
    """Return everybody's current parts in these categories at the school, read anew."""
    query = (
        sa.select(Owner)
        .where(
            Owner.authority_id == school.authority_id,
            Owner.school_id == school.id,
            Owner.category_id.in_(set(category_ids)),
            Owner.ended_at.is_(None),
        )
        .order_by(Owner.category_id, Owner.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))


def end_rows(
    session: Session, row_ids: Collection[int], *, by: Person | int | None, at: datetime
) -> None:
    """End these rows of ``owner``, in one statement; what has ended already keeps its moment."""
    if row_ids:
        session.execute(
            sa.update(Owner)
            .where(Owner.id.in_(set(row_ids)), Owner.ended_at.is_(None))
            .values(ended_at=at, ended_by_id=id_of(by))
        )


def new_row(
    school: School,
    category_id: int,
    person_id: int,
    part: Part,
    *,
    by: Person | int | None,
    at: datetime,
) -> dict[str, object]:
    """Return the columns of a part that begins now."""
    return {
        "authority_id": school.authority_id,
        "school_id": school.id,
        "category_id": category_id,
        "person_id": person_id,
        "part": part,
        "assigned_by_id": id_of(by),
        "assigned_at": at,
    }


def _record_many(
    session: Session,
    school: School,
    changed: Mapping[int, int | None],
    by: Person | int | None,
    at: datetime,
) -> None:
    # Two lists side by side: which category went to whom, 0 for nobody.
    record_many(
        session,
        school,
        "owner.assigned_many",
        by=by,
        at=at,
        categories=list(changed),
        to=[person or 0 for person in changed.values()],
    )


def _named(part: Part) -> dict[str, str]:
    """Name a part in the audit trail; the lead's is what is meant when nothing is said."""
    return {} if part is Part.LEAD else {"part": part.value}
