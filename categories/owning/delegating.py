"""What an owner does with their own categories: hand them over for a time, or say they are gone."""

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.events import NotMine
from categories.models import Cover, CoverKind, Owner, Part
from categories.owning.covers import Covered, end_covers, set_covers
from categories.owning.days import Days
from categories.owning.places import held_school, school_of
from directory.acting import id_of
from directory.models import Person
from foundation import audit, clock
from foundation.audit import AuditEntry
from foundation.errors import Refusal
from foundation.outbox import publish

DISOWNED = "owner.disowned"


class NotYoursError(Refusal):
    """Only whoever leads a category may hand it over."""

    sentence = "You can hand over only categories that you own. Look at the list again."


def delegate(
    session: Session,
    *,
    school_id: int,
    owner_id: int,
    category_ids: Collection[int],
    to_id: int,
    until: date,
    at: datetime,
) -> Covered:
    """Let a colleague have some of one's own categories from today until a day, that day included.

    It ends by itself. Raises NotYoursError unless the owner leads them all, and as ``set_covers``.
    """
    school = held_school(session, school_id)
    mine = session.scalars(
        sa.select(Owner.category_id)
        .where(*_own(school.authority_id, school.id, owner_id), Owner.part == Part.LEAD)
        .order_by(Owner.category_id)
    )
    if not set(category_ids) <= set(mine):
        raise NotYoursError(field="categories")
    return set_covers(
        session,
        school_id=school.id,
        choices=dict.fromkeys(category_ids, to_id),
        days=Days(clock.local_date(at), until),
        kind=CoverKind.DELEGATED,
        by=owner_id,
        at=at,
    )


def take_back(
    session: Session, *, school_id: int, owner_id: int, category_id: int, at: datetime
) -> int:
    """End what the owner themselves handed over of a category; return how many covers ended.

    What the school arranged stays: the headteacher calls that off.
    """
    school = school_of(session, school_id)
    found = session.scalars(
        sa.select(Cover.id)
        .where(
            Cover.authority_id == school.authority_id,
            Cover.school_id == school.id,
            Cover.category_id == category_id,
            Cover.kind == CoverKind.DELEGATED,
            Cover.set_by_id == owner_id,
            Cover.ended_at.is_(None),
        )
        .order_by(Cover.id)
    ).all()
    return end_covers(session, school_id=school.id, cover_ids=found, by=owner_id, at=at)


def disown(
    session: Session, *, school_id: int, category_id: int, by: Person | int, at: datetime
) -> bool:
    """Ask the headteacher to choose somebody else; False when that was asked already.

    The part goes on until the head changes it, so that nothing is left lying. Raises NotYoursError
    without a current part in the category.
    """
    school = held_school(session, school_id)
    person_id = id_of(by) or 0
    owner_id = session.scalar(
        sa.select(Owner.id).where(
            *_own(school.authority_id, school.id, person_id), Owner.category_id == category_id
        )
    )
    if owner_id is None:
        raise NotYoursError("You have no part in this category. Look at the list again.")
    if disowned(session, school.authority_id, [owner_id]):
        return False
    audit.record(
        session,
        authority_id=school.authority_id,
        action=DISOWNED,
        subject="owner",
        subject_id=owner_id,
        by=person_id,
        at=at,
        detail={"school": school.id, "category": category_id},
    )
    publish(session, NotMine(school.authority_id, school.id, category_id, person_id), at=at)
    return True


def disowned(
    session: Session, authority_id: int, owner_ids: Collection[int]
) -> dict[int, datetime]:
    """Return which of these parts their people asked to be rid of, and when: one statement."""
    rows = session.execute(
        sa.select(AuditEntry.subject_id, AuditEntry.at)
        .where(
            AuditEntry.authority_id == authority_id,
            AuditEntry.subject == "owner",
            AuditEntry.subject_id.in_(set(owner_ids)),
            AuditEntry.action == DISOWNED,
        )
        .order_by(AuditEntry.id)
    )
    return {row.subject_id: row.at for row in rows if row.subject_id is not None}


def _own(authority_id: int, school_id: int, person_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Owner.authority_id == authority_id,
        Owner.school_id == school_id,
        Owner.person_id == person_id,
        Owner.ended_at.is_(None),
    )
