"""Whom a school named for a whole group: they get what no owner of a category can."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, GroupDefault
from categories.owning.places import (
    check_places,
    held_school,
    one_at_a_time,
    record_many,
    tell,
)
from directory.acting import id_of
from directory.models import Person
from directory.receiving import can_receive
from foundation.errors import NotFoundError

Default = sa.Row[tuple[str, int, str, bool, datetime]]
"""``group, person_id, name, active, set_at`` of one group's person."""


def defaults_of_school(session: Session, authority_id: int, school_id: int) -> dict[str, Default]:
    """Return whom the school named for its groups, by the group's slug: one statement."""
    rows = session.execute(
        sa.select(
            GroupDefault.group,
            GroupDefault.person_id,
            Person.name,
            can_receive(Person, school_id).label("active"),
            GroupDefault.set_at,
        )
        .join(Person, Person.id == GroupDefault.person_id)
        .where(
            GroupDefault.authority_id == authority_id,
            GroupDefault.school_id == school_id,
            GroupDefault.ended_at.is_(None),
        )
        .order_by(GroupDefault.group, GroupDefault.id)
    )
    return {row.group: row for row in rows}


def set_default(
    session: Session,
    *,
    school_id: int,
    group: str,
    person_id: int | None,
    by: Person | int | None,
    at: datetime,
) -> bool:
    """Name a person for a whole group, or None: nobody; tell whether that changed anything.

    Raises NotFoundError for a group without categories in use, NotAtSchoolError unless the person
    may sign in and has a current place at the school.
    """
    school = held_school(session, school_id)
    members = session.scalars(
        sa.select(Category.id)
        .where(
            Category.authority_id == school.authority_id,
            Category.group == group,
            Category.retired_at.is_(None),
        )
        .order_by(Category.number, Category.id)
    ).all()
    if not members:
        raise NotFoundError
    check_places(session, school, {person_id} if person_id is not None else set())
    before = session.scalars(
        sa.select(GroupDefault)
        .where(
            GroupDefault.authority_id == school.authority_id,
            GroupDefault.school_id == school.id,
            GroupDefault.group == group,
            GroupDefault.ended_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).first()
    if (before.person_id if before else None) == person_id:
        return False
    if before:
        before.ended_at = at
        session.flush()  # only one may be current when the next is written
    if person_id is not None:
        with one_at_a_time(session):
            session.add(
                GroupDefault(
                    authority_id=school.authority_id,
                    school_id=school.id,
                    group=group,
                    person_id=person_id,
                    set_by_id=id_of(by),
                    set_at=at,
                )
            )
    record_many(session, school, "owner.group_default", by=by, at=at, group=group, to=person_id)
    tell(session, school, members, at=at)
    return True
