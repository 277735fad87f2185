"""Carrying out decisions (``gatekeeping.deciding.pending``) when they can no longer be undone."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.db import EVERY_AUTHORITY, Database
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import record_refused
from gatekeeping.deciding.verbs import carry_out
from gatekeeping.models import PendingDecision, Submission

log = logging.getLogger(__name__)

MOST = 100
AHEAD = timedelta(minutes=1)
"""What was made so far in the future was made before the clock was put back: it is due."""


class FaultError(Refusal):
    """Something went wrong that no rule foresaw."""

    sentence = (
        "This could not be carried out. Look at it and decide again. If that happens twice, "
        "tell an administrator."
    )


def carry_out_due(database: Database, *, at: datetime, address: str) -> int:
    """Carry out what is due, each in its own transaction; return how many took effect.

    A worker that is killed leaves the decision as it was: another carries it out, once. What the
    rules refuse by now is kept with the reason, for its maker.
    """
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        due = session.execute(
            sa.select(
                PendingDecision.authority_id, PendingDecision.submission_id, PendingDecision.by_id
            )
            .where(PendingDecision.refused_because == "", _is_due(at))
            .order_by(PendingDecision.due_at, PendingDecision.submission_id)
            .limit(MOST)
        ).all()
    return sum(_carry_out(database, *row, at=at, address=address) for row in due)


def _carry_out(
    database: Database,
    authority_id: int,
    submission_id: int,
    by_id: int,
    *,
    at: datetime,
    address: str,
) -> int:
    key = (submission_id, by_id)
    try:
        with database.transaction(authority=authority_id) as session:
            pending = _claimed(session, key, at)
            if pending is None:
                return 0  # undone a moment ago, or another worker has it
            submission = session.get_one(Submission, submission_id)
            carry_out(
                session,
                submission,
                pending.verb,
                pending.values,
                by=session.get_one(Person, by_id),
                version=pending.version,
                at=at,
                address=address,
            )
            session.delete(pending)
    except Refusal as refusal:
        _give_back(database, authority_id, key, refusal, at=at)
        return 0
    except OperationalError:
        raise  # the database is away or busy: the next drain finds everything as it was
    except Exception:
        log.exception("a decision failed", extra={"submission_id": submission_id})
        _give_back(database, authority_id, key, FaultError(), at=at)
        return 0
    return 1


def _claimed(session: Session, key: tuple[int, int], at: datetime) -> PendingDecision | None:
    # The submission first, as everybody does who changes it: two never wait for each other.
    free = sa.select(Submission).where(Submission.id == key[0]).with_for_update(skip_locked=True)
    if session.scalars(free).first() is None:
        return None
    return session.scalars(
        sa.select(PendingDecision).where(
            PendingDecision.submission_id == key[0],
            PendingDecision.by_id == key[1],
            PendingDecision.refused_because == "",
            _is_due(at),
        )
    ).first()


def _give_back(
    database: Database,
    authority_id: int,
    key: tuple[int, int],
    refusal: Refusal,
    *,
    at: datetime,
) -> None:
    with database.transaction(authority=authority_id) as session:
        pending = session.get(PendingDecision, key, with_for_update=True)
        if pending is None or pending.refused_because:
            return
        pending.refused_because = str(refusal)
        record_refused(
            session,
            authority_id=authority_id,
            submission_id=key[0],
            verb=pending.verb.value,
            refusal=refusal,
            by=key[1],
            at=at,
        )


def _is_due(at: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(PendingDecision.due_at <= at, PendingDecision.made_at > at + AHEAD)
