"""What the verbs about owners look up and check: the school, the category, a person's place."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.models import Membership, Person, PersonState, School
from foundation import audit
from foundation.db import EVERY_AUTHORITY
from foundation.errors import NotFoundError, Refusal


class NotAtSchoolError(Refusal):
    """The person chosen has no current place at the school, or may not sign in."""

    sentence = "Choose somebody who works at this school and may sign in."


def is_active(person: type[Person], school_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a person may sign in and has a current place at the school."""
    return sa.and_(
        person.state == PersonState.ACTIVE,
        sa.exists().where(
            Membership.person_id == person.id,
            Membership.school_id == school_id,
            Membership.ended_at.is_(None),
        ),
    )


def school_of(session: Session, school_id: int) -> School:
    """Return the school; raises NotFoundError when it is unknown or another authority's."""
    school = session.get(School, school_id)
    if school is None or session.info["authority"] not in (EVERY_AUTHORITY, school.authority_id):
        raise NotFoundError
    return school


def category_of(session: Session, school: School, category_id: int) -> Category:
    """Return a category in use in the school's authority; raises NotFoundError otherwise."""
    category = session.get(Category, category_id)
    if category is None or category.authority_id != school.authority_id or category.retired_at:
        raise NotFoundError("That category is no longer in use. Choose another.")
    return category


def check_place(session: Session, school: School, person_id: int) -> None:
    """Raise NotAtSchoolError unless the person may sign in and has a current place there."""
    found = session.scalar(
        sa.select(Person.id).where(
            Person.id == person_id,
            Person.authority_id == school.authority_id,
            is_active(Person, school.id),
        )
    )
    if found is None:
        raise NotAtSchoolError(field="person_id")


def record(
    session: Session,
    school: School,
    category_id: int,
    action: str,
    *,
    by: Person | int | None,
    at: datetime,
    **detail: int | None,
) -> None:
    """Add the act to the audit trail, under the school."""
    audit.record(
        session,
        authority_id=school.authority_id,
        action=action,
        subject="school",
        subject_id=school.id,
        by=id_of(by),
        at=at,
        detail={"category": category_id, **detail},
    )


def id_of(by: Person | int | None) -> int | None:
    """Return a person's id; None for the portal itself."""
    return by.id if isinstance(by, Person) else by
