"""What the verbs about owners look up and check: the school, the category, a person's place."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from categories.events import OwnersChanged
from categories.models import Category
from directory.acting import id_of
from directory.models import Person, School
from directory.receiving import can_receive
from foundation import audit
from foundation.db import EVERY_AUTHORITY
from foundation.errors import NotFoundError, Refusal
from foundation.outbox import publish


class NotAtSchoolError(Refusal):
    """The person chosen has no current place at the school, or may not sign in."""

    sentence = "Choose somebody who works at this school and may sign in."


class ChangedMeanwhileError(Refusal):
    """Somebody else changed the same owners in the same moment; nothing was written."""

    sentence = "Somebody else has just changed this. Look at it again, then save once more."


def school_of(session: Session, school_id: int) -> School:
    """Return the school; raises NotFoundError when it is unknown or another authority's."""
    school = session.get(School, school_id)
    if school is None or session.info["authority"] not in (EVERY_AUTHORITY, school.authority_id):
        raise NotFoundError
    return school


def held_school(session: Session, school_id: int) -> School:
    """Return the school as ``school_of``, and let nobody else change its owners until the commit.

    So two people who save at once follow one another, and each sees what the other left. The lock
    is the weakest that excludes itself: deliveries to the school do not wait for it.
    """
    school = school_of(session, school_id)
    session.execute(
        sa.select(School.id)
        .where(School.authority_id == school.authority_id, School.id == school.id)
        .with_for_update(key_share=True)
    )
    return school


def category_of(session: Session, school: School, category_id: int) -> Category:
    """Return a category in use in the school's authority; raises NotFoundError otherwise."""
    category = session.get(Category, category_id)
    if category is None or category.authority_id != school.authority_id or category.retired_at:
        raise NotFoundError("That category is no longer in use. Choose another.")
    return category


def check_categories(session: Session, school: School, category_ids: Collection[int]) -> None:
    """Raise NotFoundError unless all of these are in use in the school's authority."""
    found = session.scalar(
        sa.select(sa.func.count())
        .select_from(Category)
        .where(
            Category.authority_id == school.authority_id,
            Category.id.in_(set(category_ids)),
            Category.retired_at.is_(None),
        )
    )
    if found != len(set(category_ids)):
        raise NotFoundError("A category is no longer in use. Look at the list again.")


def check_place(session: Session, school: School, person_id: int) -> None:
    """Raise NotAtSchoolError unless the person may sign in and has a current place there."""
    check_places(session, school, {person_id})


def check_places(session: Session, school: School, people: Collection[int]) -> None:
    """Raise NotAtSchoolError unless all of them may sign in and have a current place there."""
    if not people:
        return
    found = session.scalar(
        sa.select(sa.func.count())
        .select_from(Person)
        .where(
            Person.id.in_(set(people)),
            Person.authority_id == school.authority_id,
            can_receive(Person, school.id),
        )
    )
    if found != len(set(people)):
        raise NotAtSchoolError(field="person_id")


@contextmanager
def one_at_a_time(session: Session) -> Iterator[None]:
    """Write what the block added; raise ChangedMeanwhileError where somebody was quicker.

    Whoever changes owners without ``held_school`` (the bulk path) may be: the unique indexes then
    refuse the second. The caller rolls back.
    """
    try:
        yield
        session.flush()
    except IntegrityError as fault:
        raise ChangedMeanwhileError from fault


def tell(session: Session, school: School, category_ids: Iterable[int], *, at: datetime) -> None:
    """Publish that the owners of these categories changed at the school; without any, nothing."""
    changed = sorted(set(category_ids))
    if changed:
        publish(session, OwnersChanged(school.authority_id, school.id, changed), at=at)


def record(
    session: Session,
    school: School,
    category_id: int,
    action: str,
    *,
    by: Person | int | None,
    at: datetime,
    **detail: int | str | None,
) -> None:
    """Add the act to the audit trail, under the school."""
    record_many(session, school, action, by=by, at=at, category=category_id, **detail)


def record_many(
    session: Session,
    school: School,
    action: str,
    *,
    by: Person | int | None,
    at: datetime,
    **detail: int | str | list[int] | None,
) -> None:
    """Add an act about several categories to the audit trail, as one entry under the school."""
    audit.record(
        session,
        authority_id=school.authority_id,
        action=action,
        subject="school",
        subject_id=school.id,
        by=id_of(by),
        at=at,
        detail=dict(detail),
    )
