"""Working through what is due in bounded batches, each its own transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from foundation.db import Database
from gatekeeping.models import PendingDecision, Submission

BATCH = 200
MOST_BATCHES = 50


@dataclass(frozen=True)
class Now:
    """For which authority time is acting, when, and where the portal's pages are."""

    authority_id: int
    at: datetime
    address: str


Batch = Callable[[Session, Now], int]
"""Does up to ``BATCH`` of its kind and returns how many; done again at once it finds none."""


def drain(database: Database, batch: Batch, now: Now) -> int:
    """Repeat a batch, each time in its own transaction, until there is no more; return how many."""
    total = 0
    for _ in range(MOST_BATCHES):
        with database.transaction(authority=now.authority_id) as session:
            made = batch(session, now)
        total += made
        if made < BATCH:
            break
    return total


def due(session: Session, now: Now, *conditions: sa.ColumnElement[bool]) -> list[Submission]:
    """Return up to ``BATCH`` submissions that match, locked; what others have locked waits."""
    return list(
        session.scalars(
            sa.select(Submission)
            .where(Submission.authority_id == now.authority_id, *conditions)
            .options(joinedload(Submission.author))
            .order_by(Submission.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True, of=Submission)
        )
    )


def undecided() -> sa.ColumnElement[bool]:
    """Match submissions on which no decision waits that can still be undone."""
    return ~sa.exists().where(
        PendingDecision.submission_id == Submission.id, PendingDecision.refused_because == ""
    )
