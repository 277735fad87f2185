"""Submissions in any state, each with a frozen version; findings, decisions and deliveries."""

import itertools
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from directory.models import Membership
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import (
    Decision,
    Kind,
    LetterState,
    Severity,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)
from gatekeeping.registry.numbers import Number, check_character
from tests.factories.base import NOON, authority_id, current
from tests.factories.directory import OfficerFactory

sequence = itertools.count(1)
DECIDED = {State.APPROVED, State.SCHEDULED, State.LIVE, State.CLOSED, State.EXPIRED}

DOCUMENT: dict[str, Any] = {
    "kind": "communication",
    "title": "Menus for the spring term",
    "purpose": "So that kitchens can order in time.",
    "body": "The new menus are here. Please put them up.",
    "audience": {"all": True},
    "categories": ["catering"],
}
BURDEN = {
    "minutes": {"office": 29520, "head": 6560},
    "hours": {"office": 492.0, "head": 109.33},
    "gross_pence": 1760233,
    "chase_pence": 0,
    "gross_with_chase_pence": 1760233,
    "expected_staff_pence": 1760233,
    "expected_pence": 1760233,
    "per_school_pence": 2683,
}


def number(letter: str = "C", year: str = "2627") -> str:
    """Return a fresh valid number of authority 888."""
    place = next(sequence)
    check = check_character("888", year, letter, place)
    return str(Number("888", year, letter, place, check))


def make_submission(
    state: State = State.TRIAGE,
    *,
    author: Membership | None = None,
    claimed_by: Membership | None = None,
    document: dict[str, Any] | None = None,
    **facts: Any,
) -> Submission:
    """Make a submission in a state, with its newest version frozen unless it is a draft."""
    session: Session = current["session"]
    author = author or OfficerFactory()
    content = SubmissionDocument.read({**DOCUMENT, **(document or {})}).as_json()
    is_draft = state is State.DRAFT
    values: dict[str, Any] = {
        "kind": Kind(content["kind"]),
        "title": content["title"],
        "track": None if is_draft else Track.STANDARD,
        "number": None if is_draft else number("D" if content["kind"] == "data_request" else "C"),
        "version": 0 if is_draft else 1,
        "schools": 0 if is_draft else 656,
        "send_on": _day(content.get("send_on")),
        "due_on": _day(content.get("due_on")),
        "created_at": NOON - timedelta(days=7),
        "updated_at": NOON - timedelta(days=7),
        "submitted_at": None if is_draft else NOON - timedelta(days=6),
        "expires_on": date(2027, 2, 28) if state in DECIDED else None,
        "decide_by": date(2026, 11, 30) if state in {State.TRIAGE, State.IN_REVIEW} else None,
        "decided_at": NOON if state in {*DECIDED, State.REFUSED} else None,
    }
    if claimed_by is not None:
        values |= {
            "claimed_by_id": claimed_by.person_id,
            "claimed_until": NOON + timedelta(hours=1),
        }
    submission = Submission(
        authority_id=authority_id(),
        author_id=author.person_id,
        team_id=author.team_id,
        organisation_id=author.organisation_id,
        state=state,
        document=content,
        **{**values, **facts},
    )
    session.add(submission)
    session.flush()
    if not is_draft:
        make_version(submission)
    return submission


def make_version(submission: Submission, **facts: Any) -> SubmissionVersion:
    """Freeze the submission's document as the version that it names."""
    session: Session = current["session"]
    values: dict[str, Any] = {
        "version": submission.version,
        "document": submission.document,
        "track": submission.track,
        "schools": submission.schools,
        "burden": BURDEN,
        "attachments": [],
        "submitted_by_id": submission.author_id,
        "submitted_at": submission.submitted_at,
    }
    version = SubmissionVersion(
        authority_id=submission.authority_id, submission_id=submission.id, **{**values, **facts}
    )
    session.add(version)
    session.flush()
    return version


def version_of(submission: Submission) -> SubmissionVersion:
    """Return the newest frozen version."""
    session: Session = current["session"]
    return (
        session.query(SubmissionVersion)
        .filter_by(submission_id=submission.id, version=submission.version)
        .one()
    )


def make_finding(
    version: SubmissionVersion,
    rule: str = "K30",
    *,
    evidence: list[dict[str, Any]] | None = None,
    **facts: Any,
) -> StoredFinding:
    """Store a finding of a check about a version."""
    session: Session = current["session"]
    values: dict[str, Any] = {
        "rule_version": 1,
        "severity": Severity.CHALLENGE,
        "title": "A signature in ink is asked for",
        "says": "Could schools sign in and tick a declaration instead?",
        "detail": {},
    }
    finding = StoredFinding(
        authority_id=version.authority_id,
        version_id=version.id,
        rule=rule,
        evidence=evidence or [],
        **{**values, **facts},
    )
    session.add(finding)
    session.flush()
    return finding


def make_decision(
    submission: Submission, gatekeeper: Membership, verb: Verb = Verb.APPROVE, **facts: Any
) -> Decision:
    """Store a decision about the newest version, its letter waiting to be written."""
    session: Session = current["session"]
    values: dict[str, Any] = {
        "at": NOON,
        "reason": "Short, needed and in good time.",
        "letter_state": LetterState.NONE if verb is Verb.CHALLENGE else LetterState.WANTED,
    }
    decision = Decision(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version_id=version_of(submission).id,
        verb=verb,
        by_id=gatekeeper.person_id,
        **{**values, **facts},
    )
    session.add(decision)
    session.flush()
    return decision


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
