"""What a change of something submitted would do: keep its approval, void it, or neither (4.2)."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.assessment import Assessment
from gatekeeping.changes.since_frozen import changed_since_frozen, changes_since
from gatekeeping.changes.weighing import Change, Weight, voids
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import (
    Decision,
    Severity,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Verb,
)

BEFORE_THE_GATE: Final = frozenset({State.TRIAGE, State.IN_REVIEW, State.ESCALATED})
APPROVED: Final = frozenset({State.APPROVED, State.SCHEDULED, State.LIVE})
CHANGEABLE: Final = BEFORE_THE_GATE | APPROVED | {State.APPROVED_COND, State.SUSPENDED}

ASKED_ABOUT: Final[Mapping[str, frozenset[str]]] = {
    "dates": frozenset({"K50", "K51"}),
    "texts": frozenset(
        {"K01", "K02", "K03", "K04", "K05", "K06", "K07", "K30", "K41", "K70", "K91", "K92"}
    ),
}
"""Which rules a changed date or text may set off that the approved version did not."""
DATES: Final = frozenset({"send_on", "due_on"})
TEXTS: Final = frozenset({"title", "body", "purpose", "legal_claim", "items"})


class Consequence(enum.StrEnum):
    """What sending a change does."""

    NOTHING = "nothing"
    WAITS = "waits"
    KEEPS = "keeps"
    VOIDS = "voids"
    CONFIRMED = "confirmed"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Effect:
    """What changed, against what the gate has seen or approved, and what sending that does."""

    changes: Sequence[Change]
    consequence: Consequence


def effect_of(session: Session, submission: Submission, assessment: Assessment) -> Effect:
    """Return what has been changed and what sending that would do, as things stand now.

    Against the version that was approved where one was, so that many small changes do not add up
    to a large one; else against the newest.
    """
    newest, approved = _versions(session, submission)
    if not changed_since_frozen(submission, newest):
        return Effect((), Consequence.NOTHING)
    base = approved if approved and submission.state in APPROVED else newest
    document = SubmissionDocument.read(submission.document)
    found = changes_since(session, submission, base, document)
    if submission.state in APPROVED and not voids(found):
        found += _new_questions(session, base, found, assessment)
    return Effect(found, consequence_in(submission.state, found))


def consequence_in(state: State, found: Sequence[Change]) -> Consequence:
    """Return what sending these changes does to a submission in this state."""
    if state in APPROVED:
        return Consequence.VOIDS if voids(found) else Consequence.KEEPS
    if state is State.APPROVED_COND:
        return Consequence.CONFIRMED
    return Consequence.SUSPENDED if state is State.SUSPENDED else Consequence.WAITS


def _new_questions(
    session: Session, base: SubmissionVersion, found: Sequence[Change], assessment: Assessment
) -> list[Change]:
    """Return as changes what the checks ask of the new dates or texts and did not ask before."""
    fields = {change.field for change in found}
    rules = (ASKED_ABOUT["dates"] if fields & DATES else frozenset()) | (
        ASKED_ABOUT["texts"] if fields & TEXTS else frozenset()
    )
    if not rules:
        return []
    known = set(
        session.scalars(
            sa.select(StoredFinding.rule).where(
                StoredFinding.authority_id == base.authority_id,
                StoredFinding.version_id == base.id,
            )
        )
    )
    return [
        Change("checks", f"The checks now ask: {asked.title} ({asked.rule})", Weight.MORE)
        for asked in assessment.findings
        if asked.rule in rules - known and asked.severity in {Severity.CHALLENGE, Severity.BLOCK}
    ]


def _versions(
    session: Session, submission: Submission
) -> tuple[SubmissionVersion, SubmissionVersion | None]:
    """Return the newest version and the newest that a gatekeeper approved: one statement."""
    approved = (
        sa.select(sa.func.max(SubmissionVersion.version))
        .join(Decision, Decision.version_id == SubmissionVersion.id)
        .where(
            SubmissionVersion.submission_id == submission.id,
            Decision.submission_id == submission.id,
            Decision.verb == Verb.APPROVE,
        )
        .scalar_subquery()
    )
    found = session.execute(
        sa.select(SubmissionVersion, (SubmissionVersion.version == approved).label("approved"))
        .where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
            sa.or_(
                SubmissionVersion.version == submission.version,
                SubmissionVersion.version == approved,
            ),
        )
        .order_by(SubmissionVersion.version.desc())
    ).all()
    return found[0][0], next((row[0] for row in found if row[1]), None)
