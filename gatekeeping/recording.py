"""Storing decisions: what approving, refusing and asking have in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.models import Decision, LetterState, Submission, SubmissionVersion, Verb

LONGEST = 10_000


class MissingTextError(Refusal):
    """A reason, question or answer is empty or too long; ``field`` names it."""


@dataclass(frozen=True)
class Outcome:
    """What a gatekeeper says of a version."""

    verb: Verb
    reason: str
    conditions: str = ""
    code: str = ""


def newest_version(session: Session, submission: Submission) -> SubmissionVersion:
    """Return the version that is before the gate; NoResultFound for a draft never submitted."""
    return session.scalars(
        sa.select(SubmissionVersion).where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
            SubmissionVersion.version == submission.version,
        )
    ).one()


def store_decision(
    session: Session, submission: Submission, outcome: Outcome, *, by: Person, at: datetime
) -> Decision:
    """Write the decision, before the state moves, and its audit entry.

    A decision that is an outcome (not a question) asks for its letter.
    """
    has_letter = outcome.verb is not Verb.CHALLENGE
    decision = Decision(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version_id=newest_version(session, submission).id,
        verb=outcome.verb,
        code=outcome.code,
        by_id=by.id,
        at=at,
        reason=outcome.reason,
        conditions=outcome.conditions,
        letter_state=LetterState.WANTED if has_letter else LetterState.NONE,
    )
    session.add(decision)
    session.flush()  # before the state: the database wants to see the decision first
    detail = {"verb": outcome.verb.value, "version": submission.version, "code": outcome.code}
    audit_submission(session, submission, "submission.decided", by=by, at=at, detail=detail)
    return decision


def made_before(
    session: Session, submission: Submission, by: Person, outcome: Outcome
) -> Decision | None:
    """Return the same decision by the same person on this version, if it was made before."""
    return session.scalars(
        sa.select(Decision)
        .join(SubmissionVersion, SubmissionVersion.id == Decision.version_id)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
            SubmissionVersion.version == submission.version,
            Decision.by_id == by.id,
            Decision.verb == outcome.verb,
            Decision.reason == outcome.reason,
        )
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()


def checked_text(text: str, *, field: str, missing: str) -> str:
    """Return the text without outer spaces; MissingTextError when it is empty or too long."""
    text = text.strip()
    if not text:
        raise MissingTextError(missing, field=field)
    if len(text) > LONGEST:
        raise MissingTextError(f"Use {LONGEST:,} characters at most.", field=field)
    return text


def audit_submission(
    session: Session,
    submission: Submission,
    action: str,
    *,
    by: Person,
    at: datetime,
    detail: dict[str, Any],
) -> None:
    """Put what was done to a submission into the audit trail."""
    audit.record(
        session,
        authority_id=submission.authority_id,
        action=action,
        subject="submission",
        subject_id=submission.id,
        by=by.id,
        at=at,
        detail=detail,
    )
