"""The queue of the gate: what waits, what is due first on top, and why it is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from foundation import clock
from gatekeeping.deadlines import sla
from gatekeeping.deadlines.working_days import working_days
from gatekeeping.deciding.leases import is_held
from gatekeeping.deciding.queue_filters import (
    IS_EMERGENCY,
    Filters,
    narrowed,
    shown,
)
from gatekeeping.models import (
    IS_NEWEST,
    Decision,
    Interest,
    PendingDecision,
    Severity,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Verb,
)

PAGE = 25
MOST_AHEAD = 200
FIRST_DUE = (
    sa.case((IS_EMERGENCY, 0), else_=1),
    Submission.state_due_at.asc().nulls_last(),
    Submission.submitted_at,
    Submission.id,
)
"""Emergencies, then what is due first; it is the order of the page and of “next”."""


@dataclass(frozen=True)
class Chip:
    """A rule that found something, with its worst severity."""

    rule: str
    title: str
    severity: Severity


@dataclass(frozen=True)
class Entry:
    """One line of the queue. ``holder`` is empty when anybody may claim it.

    ``decided_by`` names who decided it a moment ago and can still undo that.
    """

    submission: Submission
    chips: Sequence[Chip]
    age: int
    holder: str
    held_until: datetime | None
    standing: sla.Standing
    decided_by: str


@dataclass(frozen=True)
class Queue:
    """One page of the queue, and how many entries match."""

    entries: Sequence[Entry]
    total: int


def list_queue(
    session: Session,
    authority_id: int,
    filters: Filters,
    *,
    by: int,
    at: datetime,
    page: int = 1,
) -> Queue:
    """Return one page of the queue: three statements whatever its length."""
    conditions = [*shown(authority_id, filters.show, by=by, at=at), *narrowed(session, filters)]
    total = session.scalar(sa.select(sa.func.count()).select_from(Submission).where(*conditions))
    waiting = sa.and_(
        PendingDecision.submission_id == Submission.id, PendingDecision.refused_because == ""
    )
    rows = session.execute(
        sa.select(Submission, PendingDecision)
        .outerjoin(PendingDecision, waiting)
        .where(*conditions)
        .options(
            joinedload(Submission.team),
            joinedload(Submission.organisation),
            joinedload(Submission.claimed_by),
            joinedload(PendingDecision.by),
        )
        .order_by(*FIRST_DUE)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    chips = _chips(session, authority_id, [row[0].id for row in rows])
    entries = [_entry(row, pending, chips.get(row.id, ()), at) for row, pending in rows]
    return Queue(entries, total or 0)


def next_in_queue(
    session: Session, authority_id: int, *, by: int, executive: bool, after: int | None = None
) -> int | None:
    """Return the id of what this person should look at after ``after``; None when nothing waits.

    Only what they may take: free or their own, without a stake of theirs that is written down, no
    decision on it that can be undone, and no yes of theirs that waits for a second gatekeeper.
    """
    mine = sa.and_(Submission.state == State.IN_REVIEW, Submission.claimed_by_id == by)
    free = Submission.state == State.TRIAGE
    to_take = Submission.state == State.ESCALATED if executive else sa.or_(free, mine)
    ids = session.scalars(
        sa.select(Submission.id)
        .where(
            Submission.authority_id == authority_id,
            Submission.state.in_(
                [State.ESCALATED] if executive else [State.TRIAGE, State.IN_REVIEW]
            ),
            to_take,
            Submission.author_id != by,
            ~sa.exists().where(Interest.submission_id == Submission.id, Interest.person_id == by),
            ~sa.exists().where(
                PendingDecision.submission_id == Submission.id,
                PendingDecision.refused_because == "",
            ),
            ~sa.exists()
            .where(
                Decision.submission_id == Submission.id,
                Decision.verb == Verb.SUPPORT,
                Decision.by_id == by,
                Decision.version_id == SubmissionVersion.id,
                IS_NEWEST,
            )
            .correlate(Submission),
        )
        .order_by(*FIRST_DUE)
        .limit(MOST_AHEAD)
    ).all()
    if after in ids:
        place = ids.index(after) + 1
        ids = [*ids[place:], *ids[: place - 1]]
    return ids[0] if ids else None


def _entry(
    submission: Submission,
    pending: PendingDecision | None,
    chips: Sequence[Chip],
    at: datetime,
) -> Entry:
    since = clock.local_date(submission.submitted_at or submission.created_at)
    held = is_held(submission, at=at) and submission.claimed_by is not None
    return Entry(
        submission,
        chips,
        max(working_days(since, clock.local_date(at)), 0),
        submission.claimed_by.name if held and submission.claimed_by else "",
        submission.claimed_until if held else None,
        sla.standing(submission, at),
        pending.by.name if pending else "",
    )


def _chips(session: Session, authority_id: int, ids: Sequence[int]) -> Mapping[int, list[Chip]]:
    rows = session.execute(
        sa.select(
            SubmissionVersion.submission_id,
            StoredFinding.rule,
            StoredFinding.title,
            StoredFinding.severity,
        )
        .join(SubmissionVersion, SubmissionVersion.id == StoredFinding.version_id)
        .join(Submission, IS_NEWEST)
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
