"""Questions of the gatekeeper and answers of the officer: one message carries all questions.

Neither verb commits. ``address`` is where the portal's pages are, for the link in the mail.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person
from gatekeeping import told
from gatekeeping.authors import check_may_write
from gatekeeping.freezing import changed_since_frozen, freeze
from gatekeeping.leases import AlreadyDoneError, check_holds, lease_end, lock
from gatekeeping.models import Decision, Message, State, Submission, Verb
from gatekeeping.moves import move
from gatekeeping.recording import (
    Outcome,
    audit_submission,
    checked_text,
    made_before,
    newest_version,
    store_decision,
)


def challenge(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    text: str,
    at: datetime,
    address: str,
) -> Decision:
    """Put all questions to the officer in one message; IN_REVIEW becomes CHALLENGED.

    The clock stops until the answer. Raises MissingTextError, NotHeldError, HeldError,
    ConflictError, NotGatekeeperError or AlreadyDoneError. Asking the same again changes nothing.
    """
    text = checked_text(text, field="text", missing="Enter your questions.")
    outcome = Outcome(Verb.CHALLENGE, text)
    lock(session, submission)
    made = made_before(session, submission, by, outcome)
    if made is not None and submission.state is State.CHALLENGED:
        return made
    check_holds(session, submission, version=version, by=by, at=at)
    decision = store_decision(session, submission, outcome, by=by, at=at)
    _say(session, submission, text, by=by, at=at, is_answer=False)
    move(session, submission, to=State.CHALLENGED, by=by.id, at=at)
    submission.claimed_until = None  # whose question it is stays known: the answer goes there
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def answer(
    session: Session, submission: Submission, *, by: Person, text: str, at: datetime, address: str
) -> None:
    """Answer the questions; CHALLENGED becomes IN_REVIEW with the gatekeeper who asked.

    That gatekeeper gets two fresh hours and a mail. A document that was changed since the
    question becomes a new version. Raises NotYourSubmissionError, MissingTextError,
    AlreadyDoneError when there is no open question, and IncompleteError when the changed document
    lacks what submitting needs.
    """
    text = checked_text(text, field="text", missing="Enter your answer.")
    lock(session, submission)
    check_may_write(session, submission, by)
    if submission.state is not State.CHALLENGED:
        raise AlreadyDoneError("There is no open question. Your answer may have been sent already.")
    if changed_since_frozen(submission, newest_version(session, submission)):
        freeze(session, submission, by=by.id, at=at)
    _say(session, submission, text, by=by, at=at, is_answer=True)
    move(session, submission, to=State.IN_REVIEW, by=by.id, at=at)
    submission.claimed_until = lease_end(session, submission, at=at)
    told.tell_gatekeeper(session, submission, at=at, address=address)
    audit_submission(session, submission, "submission.answered", by=by, at=at, detail={})


def _say(
    session: Session,
    submission: Submission,
    text: str,
    *,
    by: Person,
    at: datetime,
    is_answer: bool,
) -> None:
    session.add(
        Message(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            version=submission.version,
            is_answer=is_answer,
            by_id=by.id,
            at=at,
            text=text,
        )
    )
