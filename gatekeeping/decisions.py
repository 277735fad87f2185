"""Approving and refusing a submission.

Each verb makes its change, records it, asks for the letter and queues the mail that tells the
officer, or raises a Refusal and changes nothing. None commits. ``address`` is where the portal's
pages are, for the link in the mail; ``version`` is the version that the person has read.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from directory.models import Person
from foundation import clock
from foundation.dates import day
from foundation.db import wake
from foundation.errors import Refusal
from foundation.outbox import publish
from gatekeeping import told
from gatekeeping.events import SubmissionApproved
from gatekeeping.leases import check_holds, lock
from gatekeeping.models import Decision, State, Submission, SubmissionVersion, Verb
from gatekeeping.moves import CURRENT, move
from gatekeeping.numbers import parse_number
from gatekeeping.recording import (
    LONGEST,
    MissingTextError,
    Outcome,
    checked_text,
    made_before,
    newest_version,
    store_decision,
)

ONE_OFF = timedelta(days=30)
EMERGENCY = timedelta(days=14)

REFUSAL_CODES = {
    "not_needed": "Not needed",
    "no_use": "No use of the answers was shown",
    "duplicate": "Already asked, or already answered",
    "unlawful": "Not lawful",
    "disproportionate": "The work for schools outweighs the use",
    "unfixable_in_time": "Cannot be mended in time",
}
"""The reasons of a refusal (gatekeeping 4.7), in words for the officer."""


class TooLateError(Refusal):
    """The dates have passed while the submission waited."""


def approve(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str,
    conditions: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Let a version go to schools: its number becomes current until the expiry date.

    Publishes SubmissionApproved and asks for the letter. Raises what ``challenge`` raises, and
    TooLateError when the due date has passed. Approving the same again changes nothing.
    """
    reason = checked_text(reason, field="reason", missing="Enter why you approve this.")
    if len(conditions) > LONGEST:
        raise MissingTextError(f"Use {LONGEST:,} characters at most.", field="conditions")
    outcome = Outcome(Verb.APPROVE, reason, conditions.strip())
    lock(session, submission)
    made = made_before(session, submission, by, outcome)
    if made is not None and submission.state in CURRENT:
        return made
    check_holds(session, submission, version=version, by=by, at=at)
    today = clock.local_date(at)
    if submission.due_on is not None and submission.due_on < today:
        raise TooLateError(
            f"Schools were to answer by {day(submission.due_on)}, which has passed. "
            "Ask the officer for a new date first."
        )
    submission.expires_on = expiry(submission, newest_version(session, submission), today)
    decision = _close(session, submission, outcome, to=State.APPROVED, by=by, at=at)
    event = SubmissionApproved(submission.authority_id, submission.id, decision.version_id)
    publish(session, event, at=at)
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def refuse(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    code: str,
    reason: str,
    at: datetime,
    address: str,
) -> Decision:
    """Refuse a version: it is not sent. ``code`` is one of REFUSAL_CODES.

    Asks for the letter. Raises what ``challenge`` raises. Refusing the same again changes nothing.
    """
    if code not in REFUSAL_CODES:
        raise MissingTextError("Choose the reason that fits best.", field="code")
    reason = checked_text(reason, field="reason", missing="Enter why you refuse this.")
    outcome = Outcome(Verb.REFUSE, reason, code=code)
    lock(session, submission)
    made = made_before(session, submission, by, outcome)
    if made is not None and submission.state is State.REFUSED:
        return made
    check_holds(session, submission, version=version, by=by, at=at)
    decision = _close(session, submission, outcome, to=State.REFUSED, by=by, at=at)
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def expiry(submission: Submission, version: SubmissionVersion, today: date) -> date:
    """Return the last day on which the number is good (gatekeeping 4.10).

    Emergency 14 days; asked again and again 12 months; else 30 days after the due date, or after
    the day it is sent when nothing is due.
    """
    sent = max(submission.send_on or today, today)
    number = parse_number(submission.number or "")
    if number is not None and number.letter == "E":
        return sent + EMERGENCY
    if version.document.get("frequency", {}).get("per", "once") != "once":
        return _a_year_after(sent)
    return (submission.due_on or sent) + ONE_OFF


def _a_year_after(start: date) -> date:
    try:
        return start.replace(year=start.year + 1)
    except ValueError:  # 29 February
        return start.replace(year=start.year + 1, day=28)


def _close(
    session: Session,
    submission: Submission,
    outcome: Outcome,
    *,
    to: State,
    by: Person,
    at: datetime,
) -> Decision:
    decision = store_decision(session, submission, outcome, by=by, at=at)
    move(session, submission, to=to, by=by.id, at=at, note=outcome.code)
    submission.decided_at = at
    submission.claimed_by_id = None
    submission.claimed_until = None
    wake(session, "letters")
    return decision
