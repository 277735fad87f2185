"""Handing a submission on: back to the officer, to data that is held, to the executive, back.

Each verb is as those in ``decisions``.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person, Role
from gatekeeping.deciding.conflicts import anyone_free
from gatekeeping.deciding.deciders import begin
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.outcomes import close, free
from gatekeeping.deciding.recording import Outcome, checked_text, store_decision
from gatekeeping.deciding.stops import StoppedError
from gatekeeping.letters import told
from gatekeeping.models import Decision, State, Submission, Verb
from gatekeeping.moves import move
from gatekeeping.uniting import parting

NOBODY_FREE = "Every gatekeeper has a stake in it, so somebody outside must decide."
NOBODY_AT_ALL = (
    "Every gatekeeper and the senior executive have a stake in it. An administrator must appoint "
    "somebody outside as executive; nothing is decided until then."
)


def return_(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Return what cannot be judged as it is, saying what to mend; IN_REVIEW becomes RETURNED."""
    reason = checked_text(reason, field="reason", missing="Enter what the officer must mend.")
    outcome = Outcome(Verb.RETURN, reason)
    made = begin(
        session, submission, outcome, by=by, version=version, at=at, after={State.RETURNED}
    )
    if made is not None:
        return made
    decision = close(session, submission, outcome, to=State.RETURNED, by=by, at=at)
    submission.decided_at = None  # it is not decided, only out of the officer's hands no more
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def redirect(  # noqa: PLR0913 - what every verb takes, and where to go
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    source: str = "",
    owner: str = "",
    access: str = "",
    reason: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Send the officer to data that is held: where it is, who owns it, how to get at it."""
    source = checked_text(source, field="source", missing="Enter where the data is.")
    owner = checked_text(owner, field="owner", missing="Enter who owns it.")
    access = checked_text(access, field="access", missing="Enter how the officer gets at it.")
    reason = checked_text(reason, field="reason", missing="Enter why that answers the request.")
    outcome = Outcome(
        Verb.REDIRECT,
        reason,
        redirect_to=f"Where the data is: {source}\nWho owns it: {owner}\nHow to get it: {access}",
    )
    made = begin(
        session, submission, outcome, by=by, version=version, at=at, after={State.REDIRECTED}
    )
    if made is not None:
        return made
    decision = close(session, submission, outcome, to=State.REDIRECTED, by=by, at=at)
    told.tell_author(session, submission, decision, at=at, address=address)
    parting.give_back(session, submission, at=at, address=address)
    return decision


def escalate(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Give it to the senior executive to decide, who is told; the clock of escalation starts."""
    reason = checked_text(reason, field="reason", missing="Enter why the executive must decide.")
    outcome = Outcome(Verb.ESCALATE, reason)
    made = begin(
        session, submission, outcome, by=by, version=version, at=at, after={State.ESCALATED}
    )
    if made is not None:
        return made
    decision = store_decision(session, submission, outcome, by=by, at=at)
    move(session, submission, to=State.ESCALATED, by=by.id, at=at)
    free(submission)
    told.tell_executives(session, submission, reason, at=at, address=address)
    return decision


def hand_back(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str = "",
    at: datetime,
    address: str,  # noqa: ARG001 - every verb is called alike
) -> Decision:
    """Give an escalated one back to the gatekeepers, with the reason; it waits in the queue.

    StoppedError when every gatekeeper has a stake in it: then there is nobody to hand it to.
    """
    reason = checked_text(reason, field="reason", missing="Enter why gatekeepers can decide it.")
    outcome = Outcome(Verb.HAND_BACK, reason)
    made = begin(session, submission, outcome, by=by, version=version, at=at, after={State.TRIAGE})
    if made is not None:
        return made
    if not anyone_free(session, submission):
        raise StoppedError(f"{NOBODY_FREE} It cannot be handed back.")
    decision = store_decision(session, submission, outcome, by=by, at=at)
    move(session, submission, to=State.IN_REVIEW, by=by.id, at=at)
    move(session, submission, to=State.TRIAGE, by=None, at=at, note="The executive handed it back.")
    free(submission)
    return decision


def escalate_if_nobody_is_free(
    session: Session, submission: Submission, *, at: datetime, address: str
) -> bool:
    """Give it to the executive when every gatekeeper has a stake in it; tell whether it was.

    Call it after submitting, and from time to time: TRIAGE, or IN_REVIEW without a holder. When
    the executives have a stake too it stays ESCALATED with a note, and is never waived.
    """
    lock(session, submission)
    if submission.state not in {State.TRIAGE, State.IN_REVIEW}:
        return False
    if anyone_free(session, submission):
        return False
    outside = anyone_free(session, submission, role=Role.EXECUTIVE)
    note = NOBODY_FREE if outside else NOBODY_AT_ALL
    move(session, submission, to=State.ESCALATED, by=None, at=at, note=note)
    free(submission)
    told.tell_executives(session, submission, note, at=at, address=address)
    if not outside:
        told.tell_administrators(session, submission, note, at=at, address=address)
    return True
