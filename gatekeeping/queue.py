"""The queue of the gate: what waits, oldest first, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from foundation import clock
from gatekeeping.leases import is_held
from gatekeeping.models import (
    Severity,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Track,
)
from gatekeeping.working_days import working_days

PAGE = 25
SHOWN = {
    "waiting": (State.TRIAGE, State.IN_REVIEW),
    "mine": (State.IN_REVIEW, State.CHALLENGED),
    "asked": (State.CHALLENGED,),
}
"""What each view of the queue shows: all that a gatekeeper can act on, one's own, questions."""


@dataclass(frozen=True)
class Chip:
    """A rule that found something, with its worst severity."""

    rule: str
    title: str
    severity: Severity


@dataclass(frozen=True)
class Entry:
    """One line of the queue. ``holder`` is empty when anybody may claim it."""

    submission: Submission
    chips: Sequence[Chip]
    age: int
    holder: str
    held_until: datetime | None


@dataclass(frozen=True)
class Queue:
    """One page of the queue, how many entries match, and which rules may be filtered by."""

    entries: Sequence[Entry]
    total: int
    rules: Mapping[str, str]


def list_queue(
    session: Session,
    authority_id: int,
    *,
    by: int,
    at: datetime,
    show: str = "waiting",
    track: Track | None = None,
    rule: str = "",
    page: int = 1,
) -> Queue:
    """Return one page of the queue for this gatekeeper: four statements whatever its length."""
    conditions = [
        Submission.authority_id == authority_id,
        Submission.state.in_(SHOWN.get(show, SHOWN["waiting"])),
    ]
    if show == "mine":
        conditions.append(Submission.claimed_by_id == by)
    rules = _rules(session, conditions)
    if track is not None:
        conditions.append(Submission.track == track)
    if rule:
        conditions.append(_found_by(rule))
    total = session.scalar(sa.select(sa.func.count()).select_from(Submission).where(*conditions))
    rows = session.scalars(
        sa.select(Submission)
        .where(*conditions)
        .options(
            joinedload(Submission.team),
            joinedload(Submission.organisation),
            joinedload(Submission.claimed_by),
        )
        .order_by(Submission.submitted_at, Submission.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    chips = _chips(session, authority_id, [row.id for row in rows])
    return Queue([_entry(row, chips.get(row.id, ()), at) for row in rows], total or 0, rules)


def _entry(submission: Submission, chips: Sequence[Chip], at: datetime) -> Entry:
    since = clock.local_date(submission.submitted_at or submission.created_at)
    held = is_held(submission, at=at) and submission.claimed_by is not None
    return Entry(
        submission,
        chips,
        working_days(since, clock.local_date(at)),
        submission.claimed_by.name if held and submission.claimed_by else "",
        submission.claimed_until if held else None,
    )


def _newest() -> sa.ColumnElement[bool]:
    return sa.and_(
        SubmissionVersion.submission_id == Submission.id,
        SubmissionVersion.version == Submission.version,
    )


def _found_by(rule: str) -> sa.Exists:
    return (
        sa.exists()
        .where(StoredFinding.version_id == SubmissionVersion.id, StoredFinding.rule == rule)
        .where(_newest())
        .correlate(Submission)
    )


def _rules(session: Session, conditions: Sequence[sa.ColumnElement[bool]]) -> dict[str, str]:
    rows = session.execute(
        sa.select(StoredFinding.rule, sa.func.min(StoredFinding.title))
        .join(SubmissionVersion, SubmissionVersion.id == StoredFinding.version_id)
        .join(Submission, _newest())
        .where(*conditions)
        .group_by(StoredFinding.rule)
        .order_by(StoredFinding.rule)
    )
    return {rule: title for rule, title in rows}  # noqa: C416 - a row is no pair to mypy


def _chips(session: Session, authority_id: int, ids: Sequence[int]) -> dict[int, list[Chip]]:
    rows = session.execute(
        sa.select(
            SubmissionVersion.submission_id,
            StoredFinding.rule,
            StoredFinding.title,
            StoredFinding.severity,
        )
        .join(SubmissionVersion, SubmissionVersion.id == StoredFinding.version_id)
        .join(Submission, _newest())
        .where(StoredFinding.authority_id == authority_id, Submission.id.in_(ids))
        .order_by(StoredFinding.id)
    )
    order = list(Severity)
    worst: dict[int, dict[str, Chip]] = {}
    for submission_id, rule, title, severity in rows:
        chip = Chip(rule, title, severity)
        before = worst.setdefault(submission_id, {}).get(rule)
        if before is None or order.index(severity) < order.index(before.severity):
            worst[submission_id][rule] = chip
    return {
        key: sorted(chips.values(), key=lambda chip: (order.index(chip.severity), chip.rule))
        for key, chips in worst.items()
    }
