"""Questions of the gatekeeper and answers of the officer: one message carries all questions.

Neither verb commits. ``address`` is where the portal's pages are, for the link in the mail.
"""

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from gatekeeping.authors import check_may_write
from gatekeeping.changes.since_frozen import changed_since_frozen, changes_since
from gatekeeping.changes.weighing import voids
from gatekeeping.deciding import interests
from gatekeeping.deciding.deciders import begin
from gatekeeping.deciding.leases import AlreadyDoneError, lease_end, lock
from gatekeeping.deciding.recording import (
    MissingTextError,
    Outcome,
    audit_submission,
    checked_text,
    newest_version,
    store_decision,
)
from gatekeeping.documents import SubmissionDocument
from gatekeeping.letters import told
from gatekeeping.models import (
    Decision,
    Message,
    Stake,
    State,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)
from gatekeeping.moves import move
from gatekeeping.writing.endorsing import check_endorsed
from gatekeeping.writing.freezing import freeze
from gatekeeping.writing.lacking import judge

NUMBERED = re.compile(r"^\s*(?:[0-9]{1,2}[.)]|[-*•–])\s+")
"""How somebody may have numbered a question already."""


def challenge(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    text: str = "",
    again: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Put all questions to the officer in one message; IN_REVIEW becomes CHALLENGED.

    ``text`` has one question on each line; several are numbered. ``again`` says why a further
    round is needed: one challenge carries all questions, so that the clock is not stopped for
    every one (gatekeeping 4.8). Raises MissingTextError and what ``deciders.begin`` raises.
    Asking the same again changes nothing.
    """
    text = numbered(checked_text(text, field="text", missing="Enter your questions."))
    outcome = Outcome(Verb.CHALLENGE, f"{text}\n\nWhy we ask again: {again}" if again else text)
    after = {State.CHALLENGED}
    made = begin(session, submission, outcome, by=by, version=version, at=at, after=after)
    if made is not None:
        return made
    if not again.strip() and asked_before(session, submission):
        missing = (
            "This officer was asked before. Enter why you ask again, and why it could not be asked "
            "the first time."
        )
        raise MissingTextError(missing, field="again")
    decision = store_decision(session, submission, outcome, by=by, at=at)
    _say(session, submission, outcome.reason, by=by, at=at, is_answer=False)
    move(session, submission, to=State.CHALLENGED, by=by.id, at=at)
    submission.claimed_until = None  # whose question it is stays known: the answer goes there
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def numbered(text: str) -> str:
    """Return questions, one on each line, as a numbered list; a single one stays as it is."""
    lines = [NUMBERED.sub("", line).strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:  # noqa: PLR2004 - nothing to count
        return text
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, start=1))


def asked_before(session: Session, submission: Submission) -> bool:
    """Tell whether the officer was asked about this submission before."""
    asked = sa.exists().where(
        Decision.authority_id == submission.authority_id,
        Decision.submission_id == submission.id,
        Decision.verb == Verb.CHALLENGE,
    )
    return bool(session.scalar(sa.select(asked)))


def answer(
    session: Session, submission: Submission, *, by: Person, text: str, at: datetime, address: str
) -> None:
    """Answer the questions; CHALLENGED becomes IN_REVIEW with the gatekeeper who asked.

    That gatekeeper gets two fresh hours and a mail. A document that was changed since the
    question becomes a new version. Raises NotYourSubmissionError, MissingTextError,
    AlreadyDoneError when there is no open question, IncompleteError when the changed document
    lacks what submitting needs, and NotEndorsedError when it asks for more and is heavy.
    """
    text = checked_text(text, field="text", missing="Enter your answer.")
    lock(session, submission)
    check_may_write(session, submission, by)
    if submission.state is not State.CHALLENGED:
        raise AlreadyDoneError("There is no open question. Your answer may have been sent already.")
    newest = newest_version(session, submission)
    if changed_since_frozen(submission, newest):
        assessment = judge(session, submission, at)
        if assessment.track is Track.HIGH and _asks_more(session, submission, newest):
            check_endorsed(session, submission)
        freeze(session, submission, by=by.id, at=at, assessment=assessment)
    _say(session, submission, text, by=by, at=at, is_answer=True)
    interests.note(session, submission, by.id, Stake.ANSWERED, at=at)
    move(session, submission, to=State.IN_REVIEW, by=by.id, at=at)
    submission.claimed_until = lease_end(session, submission, at=at)
    told.tell_gatekeeper(session, submission, at=at, address=address)
    audit_submission(session, submission, "submission.answered", by=by, at=at, detail={})


def _asks_more(session: Session, submission: Submission, newest: SubmissionVersion) -> bool:
    document = SubmissionDocument.read(submission.document)
    return voids(changes_since(session, submission, newest, document))


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
