"""Closing weeks, so that a worker killed anywhere leaves nothing twice.

A week is closed once: the row of its bulletin and, in the same transaction, one row for each reader
and place who get it by mail. The mails themselves are written batch by batch, each in a transaction
that notes them at those rows. They are composed when they are sent.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from directory.authorities import authority_ids
from directory.calendars import calendar_of_place
from directory.models import (
    OPEN_STATUSES,
    RECIPIENTS,
    Membership,
    Person,
    PersonState,
    Role,
    School,
)
from directory.school_days import school_year_of
from foundation import audit
from foundation.bulk import insert_missing
from foundation.db import EVERY_AUTHORITY, Database
from notifications.bulletin.composing import in_week
from notifications.bulletin.mailing import BACK, BATCH, write_mails
from notifications.bulletin.week import Week, week_at
from notifications.models import Delivery, Notice
from notifications.models_reaching import Bulletin, BulletinMail
from notifications.reaching.choices import wants_bulletin
from notifications.reading.inbox import Reader, readable

LATE: Final = timedelta(days=4)
"""A bulletin that should have gone out longer ago is closed without mail: it is
no news any more."""


def close_due(
    database: Database, *, at: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Close the weeks whose bulletins are due and write their mail; return how many mails.

    May run twice, or in two workers at once, and be killed anywhere: each reader gets one.
    """
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        due = {
            authority_id: _to_close(session, authority_id, at=at)
            for authority_id in authority_ids(session)
        }
    done = 0
    for authority_id, weeks in due.items():
        for week, with_mail in weeks:
            # of two workers that close a week at once the database refuses the second
            with (
                suppress(IntegrityError),
                database.transaction(authority=authority_id) as session,
            ):
                close(session, authority_id, week, with_mail=with_mail, at=at)
        while not stopping():
            with database.transaction(authority=authority_id) as session:
                written = write_mails(session, authority_id, at=at)
            done += written
            if written < BATCH:
                break
    return done


def _to_close(session: Session, authority_id: int, *, at: datetime) -> list[tuple[Week, bool]]:
    """Return the weeks that are to be closed now, and for each whether it is still told by mail."""
    now, weeks = week_at(at), []
    week = now
    for _ in range(BACK):
        week = week.previous
        weeks.append(week)
    closed = set(
        session.scalars(
            sa.select(Bulletin.week_on).where(
                Bulletin.authority_id == authority_id, Bulletin.week_on >= weeks[-1].monday
            )
        )
    )
    found = []
    for week in reversed(weeks):
        if week.monday in closed:
            continue
        due_at = mailed_at(session, authority_id, week)
        if due_at <= at:
            found.append((week, at - due_at <= LATE))
    return found


def mailed_at(session: Session, authority_id: int, week: Week) -> datetime:
    """Return when a week's bulletin goes out, by the authority's own term dates."""
    year = school_year_of(week.next.monday)
    return week.mailed_at(calendar_of_place(session, authority_id, (None, None), year))


def close(
    session: Session, authority_id: int, week: Week, *, with_mail: bool, at: datetime
) -> bool:
    """Close a week: note who gets its bulletin by mail. False when it was closed before."""
    row = {"authority_id": authority_id, "week_on": week.monday, "composed_at": at}
    before = _bulletin_id(session, authority_id, week.monday)
    if before is not None:
        return False
    insert_missing(session, Bulletin, [row])
    bulletin_id = _bulletin_id(session, authority_id, week.monday)
    if with_mail:
        _note_readers(session, authority_id, bulletin_id or 0, week)
    audit.record(
        session,
        authority_id=authority_id,
        action="bulletin.closed",
        subject="bulletin",
        subject_id=bulletin_id,
        by=None,
        at=at,
        detail={"week": week.monday.isoformat(), "mail": with_mail},
    )
    return True


def _bulletin_id(session: Session, authority_id: int, monday: date) -> int | None:
    return session.scalar(
        sa.select(Bulletin.id).where(
            Bulletin.authority_id == authority_id, Bulletin.week_on == monday
        )
    )


def _note_readers(session: Session, authority_id: int, bulletin_id: int, week: Week) -> None:
    """Write one row for each reader and place who want the bulletin and have anything in it."""
    chosen = (
        sa.select(sa.literal(authority_id), sa.literal(bulletin_id), Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .join(School, School.id == Membership.school_id)
        .where(
            Membership.authority_id == authority_id,
            Membership.ended_at.is_(None),
            Membership.role.in_(RECIPIENTS),
            Person.state == PersonState.ACTIVE,
            School.status.in_(OPEN_STATUSES),
            wants_bulletin(),
            ~_sees_more_there(),
            _has_something(week),
        )
    )
    insert_missing_from = sa.insert(BulletinMail.__table__).from_select(  # type: ignore[arg-type]
        ["authority_id", "bulletin_id", "membership_id"], chosen, include_defaults=False
    )
    session.execute(insert_missing_from)


def _sees_more_there() -> sa.ColumnElement[bool]:
    """Return the condition that somebody has another place at the school that shows as much.

    A head who is also a governor gets one bulletin: the head's.
    """
    other = aliased(Membership)
    is_head, other_is_head = Membership.role == Role.HEAD, other.role == Role.HEAD
    return sa.exists().where(
        other.person_id == Membership.person_id,
        other.school_id == Membership.school_id,
        other.ended_at.is_(None),
        other.role.in_(RECIPIENTS),
        sa.or_(
            sa.and_(other_is_head, sa.not_(is_head)),
            sa.and_(other_is_head == is_head, other.id < Membership.id),
        ),
    )


def _has_something(week: Week) -> sa.ColumnElement[bool]:
    """Return the condition on ``Membership`` that its reader may see something of a week."""

    def with_eyes(*, is_head: bool) -> sa.ColumnElement[bool]:
        # The one rule of who may see what, asked about columns instead of one reader's values.
        columns: Any = (Membership.authority_id, Membership.school_id, Membership.person_id)
        authority_id, school_id, person_id = columns
        reader = Reader(authority_id, school_id, person_id, is_head)
        return (
            sa.select(Delivery.id)
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(readable(reader), in_week(week))
            .correlate(Membership)
            .exists()
        )

    is_head = Membership.role == Role.HEAD
    return sa.or_(
        sa.and_(is_head, with_eyes(is_head=True)),
        sa.and_(sa.not_(is_head), with_eyes(is_head=False)),
    )
