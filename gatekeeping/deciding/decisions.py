"""Approving and refusing a submission.

Each verb makes its change, records it, asks for the letter and queues the mail that tells the
officer, or raises a Refusal and changes nothing. None commits. ``address`` is where the portal's
pages are, for the link in the mail; ``version`` is the version that the person has read. What a
verb is called with beside that is plain JSON, so that a decision can wait until it can no longer
be undone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.models import Person, Role
from foundation import clock
from gatekeeping.deadlines.expiry import valid_until
from gatekeeping.deciding import stops
from gatekeeping.deciding.deciders import begin, roles_in
from gatekeeping.deciding.outcomes import close, free, go_on
from gatekeeping.deciding.recording import (
    MissingTextError,
    Outcome,
    Term,
    checked_text,
    newest_version,
    store_decision,
)
from gatekeeping.deciding.stops import StoppedError, TooLateError
from gatekeeping.deciding.terms import read_terms
from gatekeeping.editions import protocol_of
from gatekeeping.letters import told
from gatekeeping.models import Decision, State, Submission, SubmissionVersion, Verb
from gatekeeping.moves import CURRENT, move
from gatekeeping.uniting import parting

__all__ = [
    "REFUSAL_CODES",
    "StoppedError",
    "TooLateError",
    "approve",
    "approve_with_conditions",
    "refuse",
]

REFUSAL_CODES = {
    "not_needed": "Not needed",
    "no_use": "No use of the answers was shown",
    "duplicate": "Already asked, or already answered",
    "unlawful": "Not lawful",
    "disproportionate": "The work for schools outweighs the use",
    "unfixable_in_time": "Cannot be mended in time",
}
"""The reasons of a refusal (gatekeeping 4.7), in words for the officer."""


def approve(  # noqa: PLR0913 - what every verb takes, and what it decides
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str = "",
    answer_to_panel: str = "",
    terms: Sequence[Term] = (),
    at: datetime,
    address: str,
) -> Decision:
    """Let a version go to schools: its number becomes current until the expiry date.

    On the HIGH track the first gatekeeper's yes is a SUPPORT, and a second one's the approval.
    ``terms`` are conditions that come after sending. Publishes SubmissionApproved, or when it is
    with schools already returns it there. Raises what ``deciders.begin`` raises, TooLateError, and
    StoppedError for what must happen first. Approving the same again changes nothing.
    """
    reason = _with_answer(
        checked_text(reason, field="reason", missing="Enter why you approve this."), answer_to_panel
    )
    outcome = Outcome(Verb.APPROVE, reason, terms=terms)
    made = begin(session, submission, outcome, by=by, version=version, at=at, after=CURRENT)
    if made is not None:
        return made
    newest = newest_version(session, submission)
    stops.check_ordinary(submission)
    stops.check_new(session, submission, newest)
    if _first_of_two(session, submission, newest, by=by):
        return _support(session, submission, outcome, by=by, at=at)
    if stops.is_high(session, submission, newest):
        stops.check_not_alone(session, submission, by=by)
        stops.check_panel(session, newest, answer_to_panel, by=by)
    stops.check_dates(submission, at=at)
    stops.check_findings(session, submission, newest)
    stops.check_conditions(session, submission)
    protocol = protocol_of(session, submission.authority_id, at=at)
    submission.expires_on = valid_until(submission, newest, clock.local_date(at), protocol)
    decision = close(session, submission, outcome, to=State.APPROVED, by=by, at=at)
    go_on(session, submission, decision, at=at)
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def approve_with_conditions(  # noqa: PLR0913 - as above
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str = "",
    conditions: Sequence[Mapping[str, Any]] = (),
    answer_to_panel: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Approve a version on conditions: it cannot be sent before those that come first are met.

    ``conditions`` are rows of kind, text, due_on (ISO) and before_sending. When all of them come
    after sending, it is approved. Raises what ``approve`` raises, and MissingTextError.
    """
    terms = read_terms(conditions, today=clock.local_date(at))
    if not any(term.before_sending for term in terms):
        return approve(
            session,
            submission,
            by=by,
            version=version,
            reason=reason,
            answer_to_panel=answer_to_panel,
            terms=terms,
            at=at,
            address=address,
        )
    reason = _with_answer(
        checked_text(reason, field="reason", missing="Enter why you approve this."), answer_to_panel
    )
    outcome = Outcome(Verb.APPROVE_WITH_CONDITIONS, reason, terms=terms)
    after = {State.APPROVED_COND}
    made = begin(session, submission, outcome, by=by, version=version, at=at, after=after)
    if made is not None:
        return made
    newest = newest_version(session, submission)
    stops.check_ordinary(submission)
    if _first_of_two(session, submission, newest, by=by):
        return _support(session, submission, outcome, by=by, at=at)
    if stops.is_high(session, submission, newest):
        stops.check_not_alone(session, submission, by=by)
        stops.check_panel(session, newest, answer_to_panel, by=by)
    decision = close(session, submission, outcome, to=State.APPROVED_COND, by=by, at=at)
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def refuse(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    code: str = "",
    reason: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Refuse a version: it is not sent. ``code`` is one of REFUSAL_CODES.

    What was merged into it waits by itself again. Raises what ``deciders.begin`` raises, and
    MissingTextError. Refusing the same again changes nothing.
    """
    if code not in REFUSAL_CODES:
        raise MissingTextError("Choose the reason that fits best.", field="code")
    reason = checked_text(reason, field="reason", missing="Enter why you refuse this.")
    outcome = Outcome(Verb.REFUSE, reason, code=code)
    made = begin(session, submission, outcome, by=by, version=version, at=at, after={State.REFUSED})
    if made is not None:
        return made
    decision = close(session, submission, outcome, to=State.REFUSED, by=by, at=at)
    told.tell_author(session, submission, decision, at=at, address=address)
    parting.give_back(session, submission, at=at, address=address)
    return decision


def _with_answer(reason: str, answer: str) -> str:
    answer = answer.strip()
    return f"{reason}\n\nTo the school panel: {answer}" if answer else reason


def _first_of_two(
    session: Session, submission: Submission, version: SubmissionVersion, *, by: Person
) -> bool:
    """Tell whether a second gatekeeper must follow; StoppedError for who said yes before."""
    if not stops.is_high(session, submission, version):
        return False
    if Role.EXECUTIVE in roles_in(session, submission):  # no second gatekeeper is to be had
        return False
    supports = [s for s in stops.supports_of(session, submission, version) if s.counts]
    if any(support.by.id != by.id for support in supports):
        return False
    if supports:
        raise StoppedError("You said yes to this already. A second gatekeeper must approve it.")
    return True


def _support(
    session: Session, submission: Submission, outcome: Outcome, *, by: Person, at: datetime
) -> Decision:
    """Store the first of two yeses; it goes back to the queue for the second gatekeeper."""
    supporting = replace(outcome, verb=Verb.SUPPORT)
    decision = store_decision(session, submission, supporting, by=by, at=at)
    if submission.state is State.IN_REVIEW:
        note = "One of two gatekeepers said yes."
        move(session, submission, to=State.TRIAGE, by=by.id, at=at, note=note)
        free(submission)
    return decision
