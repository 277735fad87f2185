"""What happened between reading a file and applying it: people merged or gone, schools closed.

Its rows were judged when it was read. Rows about an entry that was merged since are about the
person; a row that could reach nobody now is left alone, and says why.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.bulk.models import Verdict
from categories.bulk.writing import Which, has_place, stale
from categories.models import Category
from directory.models import Person, PersonState, School, SchoolStatus

GONE = "this person left the school, or may not sign in, since the file was read; left alone"
CLOSED = "the school closed since the file was read, so it was left alone"
ENDED = "the category ended since the file was read, so it was left alone"
NO_COVER = "who was to stand in cannot receive anything at the school any more; left alone"


def follow_merged(session: Session, target: sa.Table, which: Which) -> None:
    """Let rows about entries that were merged into others be about those: three statements."""
    t, gone, kept = target.c, aliased(Person), aliased(Person)
    became = sa.and_(kept.id == gone.merged_into_id, gone.authority_id == t.authority_id)
    now = {"person_id": kept.id, "email": kept.email}
    for found, values in (
        (gone.id == t.person_id, now),
        (sa.and_(t.person_id.is_(None), gone.email == t.email), now),
        (sa.and_(t.cover_email != "", gone.email == t.cover_email), {"cover_email": kept.email}),
    ):
        session.connection().execute(sa.update(target).where(which, became, found).values(**values))


def leave_gone(session: Session, target: sa.Table, which: Which) -> None:
    """Leave rows alone that would give a part to whom, or where, nothing can be sent any more."""
    t = target.c
    there = sa.or_(t.needs_place, has_place(t.person_id, t.school_id))
    nobody = sa.and_(
        sa.not_(t.is_owner),
        sa.or_(
            sa.and_(t.person_id.is_not(None), sa.not_(sa.and_(_active(t.person_id), there))),
            sa.and_(t.person_id.is_(None), _disabled(target)),
        ),
    )
    closed = sa.exists().where(School.id == t.school_id, School.status == SchoolStatus.CLOSED)
    ended = sa.exists().where(Category.id == t.category_id, Category.retired_at.is_not(None))
    for condition, reason in (
        (closed, CLOSED),
        (ended, ENDED),
        (nobody, GONE),
        (sa.and_(t.cover_differs, sa.not_(_stands_in(target))), NO_COVER),
    ):
        stale(session, target, [which, condition], verdict=Verdict.CLASH, reason=reason)


def _active(person_id: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(Person.id == person_id, Person.state == PersonState.ACTIVE)


def _disabled(target: sa.Table) -> sa.ColumnElement[bool]:
    """Tell whether the address of somebody new is by now one that may not sign in."""
    return sa.exists().where(
        Person.authority_id == target.c.authority_id,
        Person.email == target.c.email,
        Person.state != PersonState.ACTIVE,
    )


def _stands_in(target: sa.Table) -> sa.ColumnElement[bool]:
    """Tell whether who is to stand in can, or gets a place by another row of the same file."""
    t, person, other = target.c, aliased(Person), target.alias("other")
    has_one = sa.exists().where(
        person.authority_id == t.authority_id,
        person.email == t.cover_email,
        person.state == PersonState.ACTIVE,
        has_place(person.id, t.school_id),
    )
    gets_one = sa.exists().where(
        other.c.import_id == t.import_id,
        other.c.school_id == t.school_id,
        other.c.email == t.cover_email,
        other.c.needs_place,
        other.c.chosen,
    )
    return sa.or_(has_one, gets_one)
