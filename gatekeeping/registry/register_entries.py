"""Reading entries of the register: for the authority whole, for the public with words masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from gatekeeping.models import IS_NEWEST, Decision, Kind, State, Submission, SubmissionVersion, Verb
from gatekeeping.registry.masking import WITHHELD, is_withheld, masked, public_title
from gatekeeping.registry.standings import minutes_per_school
from gatekeeping.wording import DECIDED

INSIDE = frozenset(
    {
        Verb.CHALLENGE,
        Verb.SUPPORT,
        Verb.ESCALATE,
        Verb.HAND_BACK,
        Verb.RETURN,
        Verb.TAKE_IN,
    }
)
"""Decisions on the way; the register shows where the way led."""


@dataclass(frozen=True)
class Spoken:
    """A decision as the register gives it: what, when and why, with nobody's name."""

    words: str
    on: date
    reason: str
    conditions: Sequence[str]


@dataclass(frozen=True)
class Entry:
    """One line of the register. Hours and money are of a year at all schools, in pence."""

    id: int
    number: str
    version: int
    title: str
    owner: str
    kind: Kind
    state: State
    track: str
    schools: int
    hours: float
    gross_pence: int
    minutes_per_school: int
    law: str
    expires_on: date | None
    submitted_on: date | None
    decision: Spoken | None


def entries_where(
    conditions: Sequence[sa.ColumnElement[bool]],
) -> sa.Select[tuple[Submission, SubmissionVersion]]:
    """Return the query of the submissions that match with their newest versions, newest first."""
    return (
        sa.select(Submission, SubmissionVersion)
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(*conditions)
        .options(
            joinedload(Submission.team),
            joinedload(Submission.organisation),
            joinedload(Submission.author),
        )
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
    )


def read_entries(
    session: Session,
    authority_id: int,
    query: sa.Select[tuple[Submission, SubmissionVersion]],
    *,
    open_only: bool,
) -> list[Entry]:
    """Read entries with their decisions: two statements."""
    rows = session.execute(query).all()
    decisions = decisions_of(session, authority_id, [submission.id for submission, _ in rows])
    return [
        entry_of(submission, version, decisions[submission.id], open_only=open_only)
        for submission, version in rows
    ]


def decisions_of(
    session: Session, authority_id: int, ids: Sequence[int]
) -> dict[int, list[Decision]]:
    """Return the decisions of each submission, the newest first."""
    found: dict[int, list[Decision]] = {one: [] for one in ids}
    if not ids:
        return found
    rows = session.scalars(
        sa.select(Decision)
        .where(
            Decision.authority_id == authority_id,
            Decision.submission_id.in_(ids),
            Decision.verb.not_in(sorted(INSIDE)),
        )
        .options(joinedload(Decision.by), joinedload(Decision.terms))
        .order_by(Decision.at.desc(), Decision.id.desc())
    ).unique()
    for decision in rows:
        found[decision.submission_id].append(decision)
    return found


def entry_of(
    submission: Submission,
    version: SubmissionVersion,
    decisions: Sequence[Decision],
    *,
    open_only: bool,
) -> Entry:
    """Return the entry of a submission; ``decisions`` are its own, the newest first."""
    hide = _names(submission, decisions)
    law = str(version.law.get("sentence", ""))
    organisation = submission.organisation.name
    decision = decisions[0] if decisions else None
    return Entry(
        id=submission.id,
        number=submission.number or "",
        version=submission.version,
        title=public_title(submission, hide) if open_only else submission.title,
        owner=f"{submission.team.name}, {organisation}" if submission.team else organisation,
        kind=submission.kind,
        state=submission.state,
        track=version.track.value,
        schools=version.schools,
        hours=sum(version.burden.get("hours", {}).values()),
        gross_pence=version.burden.get("gross_pence", 0),
        minutes_per_school=minutes_per_school(version),
        law=masked(law, hide) if open_only else law,
        expires_on=submission.expires_on,
        submitted_on=submission.submitted_at.date() if submission.submitted_at else None,
        decision=_spoken(decision, submission, hide, open_only=open_only) if decision else None,
    )


def spoken_of(
    submission: Submission, decisions: Sequence[Decision], *, open_only: bool
) -> list[Spoken]:
    """Return what was decided, the newest first, as the register gives it."""
    hide = _names(submission, decisions)
    return [_spoken(decision, submission, hide, open_only=open_only) for decision in decisions]


def _spoken(
    decision: Decision, submission: Submission, hide: Sequence[str], *, open_only: bool
) -> Spoken:
    reason = decision.reason
    terms = [term.text for term in decision.terms]
    if not terms and decision.conditions:
        terms = [decision.conditions]
    if open_only:
        if is_withheld(submission):
            reason, terms = WITHHELD[submission.withheld], []
        reason, terms = masked(reason, hide), [masked(term, hide) for term in terms]
    return Spoken(DECIDED[decision.verb], decision.at.date(), reason, terms)


def _names(submission: Submission, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Return everybody whose part in it the public need not know by name."""
    return submission.author.name, *(decision.by.name for decision in decisions)
