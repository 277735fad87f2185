"""What time does to submissions: sending on their date, closing, expiring, claims that run out.

Every kind works in bounded batches, each its own transaction, so that a long standstill is made
up without one long lock. Running it twice changes nothing the second time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.outbox import OutboxEvent, publish
from gatekeeping.events import SubmissionApproved
from gatekeeping.leases import lapse
from gatekeeping.models import State, Submission
from gatekeeping.moves import move
from gatekeeping.sending import versions_to_send

BATCH = 200
MOST_BATCHES = 50
AGAIN = timedelta(hours=1)
"""How long after an event failed for good it is published once more."""

Batch = Callable[[Session, int, datetime], int]


def move_by_time(database: Database, *, at: datetime) -> int:
    """Make every move whose time has come, for every authority; return how many were made."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authorities = session.scalars(
            sa.select(AuthorityProfile.authority_id).order_by(AuthorityProfile.authority_id)
        ).all()
    return sum(
        _drain(database, authority_id, batch, at)
        for authority_id in authorities
        for batch in (_lapse, _expire, _close, _send)
    )


def _drain(database: Database, authority_id: int, batch: Batch, at: datetime) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        with database.transaction(authority=authority_id) as session:
            made = batch(session, authority_id, at)
        total += made
        if made < BATCH:
            break
    return total


def _lapse(session: Session, authority_id: int, at: datetime) -> int:
    found = _due(
        session,
        authority_id,
        Submission.state == State.IN_REVIEW,
        sa.or_(Submission.claimed_until.is_(None), Submission.claimed_until <= at),
    )
    for submission in found:
        lapse(session, submission, at=at)
    return len(found)


def _expire(session: Session, authority_id: int, at: datetime) -> int:
    return _moved(
        session,
        authority_id,
        State.EXPIRED,
        at,
        Submission.state.in_([State.APPROVED, State.SCHEDULED, State.LIVE, State.CLOSED]),
        Submission.expires_on < clock.local_date(at),
    )


def _close(session: Session, authority_id: int, at: datetime) -> int:
    return _moved(
        session,
        authority_id,
        State.CLOSED,
        at,
        Submission.state == State.LIVE,
        Submission.due_on < clock.local_date(at),
    )


def _send(session: Session, authority_id: int, at: datetime) -> int:
    # Sending is the relay's work. What it has been told already is not told again.
    waiting = set(
        session.scalars(
            sa.select(OutboxEvent.payload["submission_id"].as_integer()).where(
                OutboxEvent.authority_id == authority_id,
                OutboxEvent.name == SubmissionApproved.__name__,
                OutboxEvent.handled_at.is_(None),
                sa.or_(OutboxEvent.failed_at.is_(None), OutboxEvent.failed_at > at - AGAIN),
            )
        )
    )
    events = [
        event
        for event in versions_to_send(session, at=at, most=BATCH + len(waiting))
        if event.authority_id == authority_id and event.submission_id not in waiting
    ]
    for event in events:
        publish(session, event, at=at)
    return len(events)


def _moved(
    session: Session,
    authority_id: int,
    to: State,
    at: datetime,
    *conditions: sa.ColumnElement[bool],
) -> int:
    found = _due(session, authority_id, *conditions)
    for submission in found:
        move(session, submission, to=to, by=None, at=at)
    return len(found)


def _due(
    session: Session, authority_id: int, *conditions: sa.ColumnElement[bool]
) -> list[Submission]:
    return list(
        session.scalars(
            sa.select(Submission)
            .where(Submission.authority_id == authority_id, *conditions)
            .order_by(Submission.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    )
