"""What follows from every outcome: it is stored, the submission moves, the claim is free."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.db import wake
from foundation.outbox import publish
from gatekeeping.deciding.recording import Outcome, store_decision
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Decision, State, Submission, Verb
from gatekeeping.moves import move
from notifications.models import Notice


def close(
    session: Session,
    submission: Submission,
    outcome: Outcome,
    *,
    to: State,
    by: Person,
    at: datetime,
) -> Decision:
    """Store an outcome, move the submission and free the claim."""
    decision = store_decision(session, submission, outcome, by=by, at=at)
    move(session, submission, to=to, by=by.id, at=at, note=outcome.code)
    submission.decided_at = at
    free(submission)
    wake(session, "letters")
    return decision


def go_on(session: Session, submission: Submission, decision: Decision, *, at: datetime) -> None:
    """Send what was just approved, on its date.

    What is with schools and was only resumed is there again; a version that was approved afresh
    asks something else than they have, so they get it as well.
    """
    if decision.verb is Verb.RESUME and _is_sent(session, decision):
        move(session, submission, to=State.LIVE, by=None, at=at)
        return
    event = SubmissionApproved(submission.authority_id, submission.id, decision.version_id)
    publish(session, event, at=at)


def _is_sent(session: Session, decision: Decision) -> bool:
    """Tell whether schools have this very version: it may be suspended before it goes out."""
    sent = sa.exists().where(
        Notice.authority_id == decision.authority_id, Notice.source_id == decision.version_id
    )
    return bool(session.scalar(sa.select(sent)))


def free(submission: Submission) -> None:
    """Give up the claim on a submission."""
    submission.claimed_by_id = None
    submission.claimed_until = None
