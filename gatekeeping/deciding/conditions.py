"""Meeting the conditions of an approval: the officer says how, a gatekeeper confirms each."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.errors import NotFoundError, Refusal
from gatekeeping.authors import check_may_write
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.deciding.deciders import SENDABLE, roles_in
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import audit_submission, checked_text
from gatekeeping.letters import told
from gatekeeping.models import Condition, State, Submission

OPEN_IN = SENDABLE | {State.APPROVED_COND}
"""States in which conditions can be met; those after sending also once it is with schools."""


class ClosedError(Refusal):
    """The conditions are not open any more."""

    sentence = "The conditions of this submission are not open any more."


def conditions_of(session: Session, submission: Submission) -> Sequence[Condition]:
    """Return all conditions of a submission in the order in which they were given."""
    return session.scalars(
        sa.select(Condition)
        .where(
            Condition.authority_id == submission.authority_id,
            Condition.submission_id == submission.id,
        )
        .order_by(Condition.id)
        .limit(100)
    ).all()


def say_done(
    session: Session,
    submission: Submission,
    condition_id: int,
    *,
    how: str,
    by: Person,
    at: datetime,
) -> Condition:
    """Let the officer say how a condition was met; said again, the newer words stand.

    Raises MissingTextError, NotYourSubmissionError, ClosedError (also once it is confirmed) and
    NotFoundError.
    """
    how = checked_text(how, field="how", missing="Enter how you have met it.")
    lock(session, submission)
    check_may_write(session, submission, by)
    condition = _open(session, submission, condition_id)
    if condition.met_at is not None:
        raise ClosedError("A gatekeeper has confirmed this condition already.")
    if condition.done_how == how:
        return condition
    condition.done_how, condition.done_at, condition.done_by_id = how, at, by.id
    session.flush()
    detail = {"condition": condition.id}
    audit_submission(session, submission, "condition.done", by=by, at=at, detail=detail)
    return condition


def confirm(
    session: Session, submission: Submission, condition_id: int, *, by: Person, at: datetime
) -> Condition:
    """Confirm that a condition is met; done twice nothing more happens.

    Raises NotGatekeeperError, ConflictError, ClosedError and NotFoundError. The officer need not
    have said so first: a gatekeeper may see it in the text.
    """
    condition = _for_gatekeeper(session, submission, condition_id, by=by)
    if condition.met_at is not None:
        return condition
    condition.met_at, condition.met_by_id = at, by.id
    session.flush()
    detail = {"condition": condition.id}
    audit_submission(session, submission, "condition.met", by=by, at=at, detail=detail)
    return condition


def not_met(
    session: Session,
    submission: Submission,
    condition_id: int,
    *,
    why: str,
    by: Person,
    at: datetime,
    address: str,
) -> Condition:
    """Say that a condition is not met yet, and why; the officer is told and says it afresh."""
    why = checked_text(why, field="why", missing="Enter what is still missing.")
    condition = _for_gatekeeper(session, submission, condition_id, by=by)
    if condition.met_at is None and condition.done_at is None:
        return condition
    condition.met_at = condition.met_by_id = condition.done_at = condition.done_by_id = None
    condition.done_how = ""
    session.flush()
    told.tell_not_met(session, submission, f"{condition.text}\n\n{why}", at=at, address=address)
    detail = {"condition": condition.id}
    audit_submission(session, submission, "condition.not_met", by=by, at=at, detail=detail)
    return condition


def _for_gatekeeper(
    session: Session, submission: Submission, condition_id: int, *, by: Person
) -> Condition:
    lock(session, submission)
    check_may_decide(session, submission, by.id, roles=roles_in(session, submission))
    return _open(session, submission, condition_id)


def _open(session: Session, submission: Submission, condition_id: int) -> Condition:
    condition = session.scalars(
        sa.select(Condition).where(
            Condition.authority_id == submission.authority_id,
            Condition.submission_id == submission.id,
            Condition.id == condition_id,
        )
    ).one_or_none()
    if condition is None:
        raise NotFoundError
    if submission.state not in OPEN_IN:
        raise ClosedError
    return condition
