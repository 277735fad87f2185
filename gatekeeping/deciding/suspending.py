"""Suspending an approval and resuming it, as it was or as it was changed.

Each verb is as those in ``decisions``.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation import clock
from foundation.dates import day
from gatekeeping.deciding import stops
from gatekeeping.deciding.deciders import begin
from gatekeeping.deciding.outcomes import go_on
from gatekeeping.deciding.recording import Outcome, checked_text, newest_version, store_decision
from gatekeeping.deciding.stops import StoppedError, TooLateError
from gatekeeping.letters import told
from gatekeeping.models import Decision, State, Submission, Verb
from gatekeeping.moves import CURRENT, move


def suspend(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Pause an approval: nothing is sent and nobody is reminded until it is resumed."""
    reason = checked_text(reason, field="reason", missing="Enter why you suspend it.")
    outcome = Outcome(Verb.SUSPEND, reason)
    made = begin(
        session, submission, outcome, by=by, version=version, at=at, after={State.SUSPENDED}
    )
    if made is not None:
        return made
    decision = store_decision(session, submission, outcome, by=by, at=at)
    move(session, submission, to=State.SUSPENDED, by=by.id, at=at)
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def resume(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Let an unchanged approval count again: at schools, or on its date.

    A changed version is approved afresh: StoppedError. TooLateError when its number or its due
    date has passed.
    """
    reason = checked_text(reason, field="reason", missing="Enter why you resume it.")
    outcome = Outcome(Verb.RESUME, reason)
    made = begin(session, submission, outcome, by=by, version=version, at=at, after=CURRENT)
    if made is not None:
        return made
    _check_unchanged(session, submission)
    if submission.expires_on is not None and submission.expires_on < clock.local_date(at):
        raise TooLateError(
            f"Its number was valid to {day(submission.expires_on)}. It must be renewed."
        )
    if submission.sent_at is None:
        stops.check_dates(submission, at=at)
    decision = store_decision(session, submission, outcome, by=by, at=at)
    move(session, submission, to=State.APPROVED, by=by.id, at=at)
    go_on(session, submission, decision, at=at)
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def _check_unchanged(session: Session, submission: Submission) -> None:
    newest = newest_version(session, submission)
    approved = sa.exists().where(
        Decision.authority_id == submission.authority_id,
        Decision.version_id == newest.id,
        Decision.verb == Verb.APPROVE,
    )
    if not session.scalar(sa.select(approved)):
        raise StoppedError(
            "It was changed since it was approved. Read the new version and approve that."
        )
