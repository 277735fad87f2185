"""Once a year a school says that its owners are still right; whoever does not is asked, softly."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from categories.events import ConfirmationDue
from categories.models import Category, Owner, OwnerReminder
from categories.owning.places import (
    ChangedMeanwhileError,
    held_school,
    record_many,
)
from directory.acting import id_of
from directory.authorities import authority_ids
from directory.models import OPEN_STATUSES, Person, School
from directory.receiving import can_receive
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.outbox import publish

CONFIRM_AFTER = timedelta(days=365)
"""How long an owner stands without being confirmed: a school year's changes, and the summer."""
ASK_AGAIN = timedelta(days=14)
"""Between two mails: a headteacher who is away for a week has not missed one."""
MOST_ASKED = 3
"""Mails a year at most: after those the school shows among the gaps, and the authority asks."""
MOST_SCHOOLS = 200


def said_at() -> sa.ColumnElement[datetime]:
    """Return when the school last said that an owner is right: the column of a statement."""
    return sa.func.coalesce(Owner.confirmed_at, Owner.assigned_at, type_=Owner.assigned_at.type)


@dataclass(frozen=True)
class Standing:
    """How far one group is confirmed. ``newest``: the highest id of its parts, 0 without any."""

    group: str
    parts: int
    due: int
    gone: int
    """Parts of people who left: they cannot be confirmed, somebody else has to be chosen."""
    newest: int
    said_at: datetime | None
    """When the oldest was said to be right."""


def standings(
    session: Session, authority_id: int, school_id: int, *, at: datetime
) -> dict[str, Standing]:
    """Return how far each group is confirmed at a school, by its slug: one statement."""
    is_due = said_at() <= at - CONFIRM_AFTER
    is_gone = sa.not_(can_receive(Person, school_id))
    rows = session.execute(
        sa.select(
            Category.group,
            sa.func.count().label("parts"),
            sa.func.sum(sa.case((is_due, 1), else_=0)).label("due"),
            sa.func.sum(sa.case((is_gone, 1), else_=0)).label("gone"),
            sa.func.max(Owner.id).label("newest"),
            sa.func.min(said_at(), type_=Owner.assigned_at.type).label("said_at"),
        )
        .select_from(Owner)
        .join(Category, Category.id == Owner.category_id)
        .join(Person, Person.id == Owner.person_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.ended_at.is_(None),
            Category.retired_at.is_(None),
        )
        .group_by(Category.group)
        .order_by(Category.group)
    )
    return {row.group: Standing(**row) for row in rows.mappings()}


def confirm_group(
    session: Session,
    *,
    school_id: int,
    group: str,
    newest: int,
    by: Person | int | None,
    at: datetime,
) -> int:
    """Note that everybody in a group is still right; return of how many parts that was said.

    ``newest`` is what the page showed: raises ChangedMeanwhileError when somebody was set since,
    whom the reader has not seen. People who left are passed over. Twice does no harm.
    """
    school = held_school(session, school_id)
    rows = session.execute(
        sa.select(Owner.id, can_receive(Person, school.id).label("active"))
        .join(Category, Category.id == Owner.category_id)
        .join(Person, Person.id == Owner.person_id)
        .where(
            Owner.authority_id == school.authority_id,
            Owner.school_id == school.id,
            Owner.ended_at.is_(None),
            Category.group == group,
            Category.retired_at.is_(None),
        )
        .order_by(Owner.id)
    ).all()
    if rows and rows[-1].id > newest:
        raise ChangedMeanwhileError
    right = [row.id for row in rows if row.active]
    if right:
        session.execute(
            sa.update(Owner)
            .where(Owner.id.in_(right))
            .values(confirmed_at=at, confirmed_by_id=id_of(by))
            .execution_options(synchronize_session=False)
        )
        record_many(session, school, "owner.confirmed", by=by, at=at, group=group, count=len(right))
    return len(right)


def due_schools(
    session: Session, authority_id: int, *, at: datetime, most: int = MOST_SCHOOLS
) -> list[int]:
    """Return the open schools that are to be asked now, by id: one statement."""
    today = clock.local_date(at)
    asked = sa.select(sa.func.count()).where(OwnerReminder.school_id == School.id)
    lately = asked.where(OwnerReminder.asked_on > today - ASK_AGAIN).scalar_subquery()
    this_year = asked.where(OwnerReminder.asked_on > today - CONFIRM_AFTER).scalar_subquery()
    old = (
        sa.exists()
        .where(
            Owner.school_id == School.id,
            Owner.ended_at.is_(None),
            said_at() <= at - CONFIRM_AFTER,
            Category.id == Owner.category_id,
            Category.retired_at.is_(None),
        )
        .correlate(School)
    )
    query = (
        sa.select(School.id)
        .where(
            School.authority_id == authority_id,
            School.status.in_(OPEN_STATUSES),
            old,
            lately == 0,
            this_year < MOST_ASKED,
        )
        .order_by(School.id)
        .limit(most)
    )
    return list(session.scalars(query))


def ask_due(database: Database, *, at: datetime) -> int:
    """Ask every school whose owners were not confirmed for a year; return how many were asked.

    Each authority is one transaction. Run twice, or by two at once, it asks once.
    """
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authorities = authority_ids(session)
    done = 0
    for authority_id in authorities:
        with suppress(IntegrityError):  # another worker has just asked them
            done += _ask(database, authority_id, at)
    return done


def _ask(database: Database, authority_id: int, at: datetime) -> int:
    with database.transaction(authority=authority_id) as session:
        schools = due_schools(session, authority_id, at=at)
        today = clock.local_date(at)
        for school_id in schools:
            session.add(
                OwnerReminder(authority_id=authority_id, school_id=school_id, asked_on=today)
            )
            publish(session, ConfirmationDue(authority_id, school_id), at=at)
    return len(schools)
