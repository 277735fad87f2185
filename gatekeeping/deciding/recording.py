"""Storing decisions: what all verbs have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit
from foundation.dates import day
from foundation.errors import Refusal
from gatekeeping.editions import protocol_of
from gatekeeping.models import (
    Condition,
    ConditionKind,
    Decision,
    LetterState,
    Submission,
    SubmissionVersion,
    Verb,
)

LONGEST = 10_000
WITHOUT_LETTER = frozenset({Verb.CHALLENGE, Verb.SUPPORT, Verb.ESCALATE, Verb.HAND_BACK})
"""Verbs that neither end nor change anything for the officer; all others have a letter."""

CONDITION_NAMES = {
    ConditionKind.CUT_ITEMS: "Leave out items",
    ConditionKind.SHORTEN: "Make it shorter",
    ConditionKind.MOVE_DATE: "Move the date",
    ConditionKind.SAMPLE: "Ask a sample of schools, not all",
    ConditionKind.PREFILL: "Fill in what is known already",
    ConditionKind.ELECTRONIC: "Take answers electronically",
    ConditionKind.MERGE_WAVE: "Send it together with another",
    ConditionKind.LABEL_VOLUNTARY: "Say that it is voluntary",
    ConditionKind.RESULTS_BACK: "Give schools the results back",
    ConditionKind.OTHER: "Something else",
}
"""The kinds of conditions (gatekeeping 4.7) in words."""


class MissingTextError(Refusal):
    """A reason, question or answer is empty or too long; ``field`` names it."""


@dataclass(frozen=True)
class Term:
    """One condition of an approval, as it is given."""

    kind: ConditionKind
    text: str
    due_on: date
    before_sending: bool

    def in_words(self) -> str:
        """Return the condition as letters and pages show it in a line."""
        when = "Before it is sent, by" if self.before_sending else "After it is sent, by"
        return f"{CONDITION_NAMES[self.kind]}: {self.text} {when} {day(self.due_on)}."


@dataclass(frozen=True)
class Outcome:
    """What somebody decided about a version.

    ``conditions`` are words; ``terms`` are conditions one by one, and are put into words when
    nothing else is said. ``redirect_to`` and ``into_id`` belong to REDIRECT and MERGE.
    """

    verb: Verb
    reason: str
    conditions: str = ""
    code: str = ""
    terms: Sequence[Term] = ()
    redirect_to: str = ""
    into_id: int | None = None


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
    """Write the decision with its conditions, before the state moves, and its audit entry.

    It asks for its letter unless the verb is one of WITHOUT_LETTER. The database refuses a decider
    with a conflict of interest or without the role; rules ask ``conflicts`` first.
    """
    session.flush()  # what the database's guards read: a new version, an answer, a stake
    decision = Decision(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version_id=newest_version(session, submission).id,
        verb=outcome.verb,
        code=outcome.code,
        by_id=by.id,
        at=at,
        reason=outcome.reason,
        conditions=outcome.conditions or "\n".join(term.in_words() for term in outcome.terms),
        redirect_to=outcome.redirect_to,
        into_id=outcome.into_id,
        protocol=protocol_of(session, submission.authority_id, at=at).version,
        letter_state=LetterState.NONE if outcome.verb in WITHOUT_LETTER else LetterState.WANTED,
    )
    session.add(decision)
    session.flush()  # before the state: the database wants to see the decision first
    if outcome.verb is not Verb.SUPPORT:  # the second gatekeeper's conditions are the ones to meet
        _store_terms(session, decision, outcome.terms)
    detail = {"verb": outcome.verb.value, "version": submission.version, "code": outcome.code}
    audit_submission(session, submission, "submission.decided", by=by, at=at, detail=detail)
    return decision


def _store_terms(session: Session, decision: Decision, terms: Sequence[Term]) -> None:
    session.add_all(
        Condition(
            authority_id=decision.authority_id,
            decision_id=decision.id,
            submission_id=decision.submission_id,
            kind=term.kind,
            text=term.text,
            due_on=term.due_on,
            before_sending=term.before_sending,
        )
        for term in terms
    )
    session.flush()


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
