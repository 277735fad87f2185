"""The monthly figures of the gate (4.8, 4.13 no. 8): how long it takes, what it says, what is late.

Counted from decisions and moves as they are stored: nothing is kept beside them. A submission
counts in the month of its first outcome. Days are working days net of the stops for questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from foundation import clock
from gatekeeping.deadlines.sla import allowed_days
from gatekeeping.deadlines.working_days import working_days
from gatekeeping.mailgate.policy import Why
from gatekeeping.models import (
    BypassCase,
    CaseKind,
    Decision,
    Move,
    State,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)
from gatekeeping.protocol import Protocol

MOST = 20_000
"""More first outcomes in one month are not read; the page then says so."""

OUTCOMES = (Verb.APPROVE, Verb.APPROVE_WITH_CONDITIONS, Verb.REDIRECT, Verb.MERGE, Verb.REFUSE)
STILL_OPEN = (State.TRIAGE, State.IN_REVIEW, State.ESCALATED)
DECEMBER = 12


@dataclass(frozen=True)
class OfTrack:
    """How long the decisions of a track took, in working days; ``promised`` is what is allowed."""

    track: Track
    decided: int
    days: float
    promised: int
    late: int


@dataclass(frozen=True)
class Figures:
    """What the gate did in a month; ``first`` is its first day."""

    first: date
    decided: int
    unchanged: int
    tracks: Sequence[OfTrack]
    outcomes: Mapping[Verb, int]
    challenged: int
    released: int
    not_ratified: int
    appeals: int
    overturned: int
    overdue: int
    overdue_now: int
    bypassed: int
    """Messages to too many schools that were held or seen on their way round the gate."""
    is_cut_off: bool

    @property
    def unchanged_percent(self) -> int | None:
        """Return the share that was approved as it was first put, rounded; None of nothing."""
        return round(100 * self.unchanged / self.decided) if self.decided else None


@dataclass(frozen=True)
class _First:
    submission_id: int
    verb: Verb
    version: int
    track: Track
    submitted: date
    decided: date


def figures_of(
    session: Session, authority_id: int, first: date, protocol: Protocol, *, at: datetime
) -> Figures:
    """Count a month: four statements, each over that month alone."""
    begin, end = _midnight(first), _midnight(next_month(first))
    found = _first_outcomes(session, authority_id, begin, end)
    stops = _stopped_days(session, authority_id, begin, end)
    counted = _counted(session, authority_id, begin, end)
    overdue, overdue_now, bypassed = _beside(session, authority_id, begin, end, at)
    return Figures(
        first=first,
        decided=len(found),
        unchanged=sum(one.verb is Verb.APPROVE and one.version == 1 for one in found),
        tracks=[_of_track(track, found, stops, protocol) for track in Track],
        outcomes={verb: sum(one.verb is verb for one in found) for verb in OUTCOMES},
        challenged=counted.get(Verb.CHALLENGE, 0),
        released=counted.get(Verb.RELEASE, 0),
        not_ratified=counted.get(Verb.NOT_RATIFY, 0),
        appeals=sum(counted.get(verb, 0) for verb in (Verb.UPHOLD, Verb.VARY, Verb.QUASH)),
        overturned=counted.get(Verb.VARY, 0) + counted.get(Verb.QUASH, 0),
        overdue=overdue,
        overdue_now=overdue_now,
        bypassed=bypassed,
        is_cut_off=len(found) >= MOST,
    )


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return date(first.year + first.month // DECEMBER, first.month % DECEMBER + 1, 1)


def months_up_to(today: date, count: int = 12) -> list[date]:
    """Return the first days of the last months, the present one first."""
    found = [today.replace(day=1)]
    while len(found) < count:
        year, month = found[-1].year, found[-1].month
        found.append(date(year - (month == 1), (month - 2) % DECEMBER + 1, 1))
    return found


def _first_outcomes(
    session: Session, authority_id: int, begin: datetime, end: datetime
) -> list[_First]:
    rows = session.execute(
        sa.select(
            Submission.id,
            Decision.verb,
            SubmissionVersion.version,
            SubmissionVersion.track,
            Submission.submitted_at,
            Decision.at,
        )
        .join(Submission, Submission.id == Decision.submission_id)
        .join(SubmissionVersion, SubmissionVersion.id == Decision.version_id)
        .where(*_is_first_outcome(authority_id, begin, end))
        .order_by(Decision.id)
        .limit(MOST)
    )
    return [
        _First(key, verb, version, track, clock.local_date(since or at), clock.local_date(at))
        for key, verb, version, track, since, at in rows
    ]


def _is_first_outcome(
    authority_id: int, begin: datetime, end: datetime
) -> list[sa.ColumnElement[bool]]:
    one = aliased(Decision)
    # Looked up for each decision of the month, so that no plan reads those of all other months.
    first = sa.select(sa.func.min(one.id)).where(
        one.submission_id == Decision.submission_id, one.verb.in_(OUTCOMES)
    )
    return [
        Decision.authority_id == authority_id,
        Decision.at >= begin,
        Decision.at < end,
        Decision.verb.in_(OUTCOMES),
        Decision.id == first.correlate(Decision).scalar_subquery(),
    ]


def _stopped_days(
    session: Session, authority_id: int, begin: datetime, end: datetime
) -> dict[int, int]:
    """Return the working days for which each submission waited for an answer before its outcome."""
    rows = session.execute(
        sa.select(Move.submission_id, Move.after, Move.at)
        .join(Decision, Decision.submission_id == Move.submission_id)
        .where(
            *_is_first_outcome(authority_id, begin, end),
            sa.or_(Move.after == State.CHALLENGED, Move.before == State.CHALLENGED),
            Move.at <= Decision.at,
        )
        .order_by(Move.submission_id, Move.id)
        .limit(2 * MOST)
    )
    stopped: dict[int, int] = {}
    asked: dict[int, datetime] = {}
    for key, after, at in rows:
        if after is State.CHALLENGED:
            asked[key] = at
        elif key in asked:
            days = working_days(clock.local_date(asked.pop(key)), clock.local_date(at))
            stopped[key] = stopped.get(key, 0) + max(days, 0)
    return stopped


def _counted(
    session: Session, authority_id: int, begin: datetime, end: datetime
) -> dict[Verb, int]:
    rows = session.execute(
        sa.select(Decision.verb, sa.func.count(sa.distinct(Decision.submission_id)))
        .where(Decision.authority_id == authority_id, Decision.at >= begin, Decision.at < end)
        .group_by(Decision.verb)
        .order_by(Decision.verb)
    )
    return {verb: count for verb, count in rows}  # noqa: C416 - a row is no pair to mypy


def _beside(
    session: Session, authority_id: int, begin: datetime, end: datetime, at: datetime
) -> tuple[int, int, int]:
    """Return what became overdue, what is overdue now, and how much mail went round the gate."""
    late = sa.select(sa.func.count()).where(
        Submission.authority_id == authority_id,
        Submission.overdue_at >= begin,
        Submission.overdue_at < end,
    )
    now = sa.select(sa.func.count()).where(
        Submission.authority_id == authority_id,
        Submission.state.in_(STILL_OPEN),
        Submission.state_due_at < at,
    )
    bypassed = sa.select(sa.func.count()).where(
        BypassCase.authority_id == authority_id,
        BypassCase.kind != CaseKind.REPORTED,
        BypassCase.why != Why.RUN,  # single messages may be casework
        BypassCase.received_at >= begin,
        BypassCase.received_at < end,
    )
    counts = sa.select(*(one.scalar_subquery() for one in (late, now, bypassed)))
    found = session.execute(counts).one()
    return found[0], found[1], found[2]


def _of_track(
    track: Track, found: Sequence[_First], stops: Mapping[int, int], protocol: Protocol
) -> OfTrack:
    promised = allowed_days(track, protocol)
    days = [
        max(working_days(one.submitted, one.decided) - stops.get(one.submission_id, 0), 0)
        for one in found
        if one.track is track
    ]
    late = sum(each > promised for each in days)
    return OfTrack(track, len(days), median(days) if days else 0, promised, late)


def _midnight(first: date) -> datetime:
    return datetime.combine(first, time(), clock.LOCAL)
