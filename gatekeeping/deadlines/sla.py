"""The clock of the gate (gatekeeping 4.8): until when what is due, and how that is said.

A submission carries two dates. ``decide_by`` is the last working day on which the gate keeps its
promise to the officer; it stands still only while a recorded challenge is open, and then
``days_left`` keeps how much was left. ``state_due_at`` is when the state it is in becomes overdue.
``moves.move`` keeps both; nothing else sets them but ``restart``.

A clock that jumps does no harm: what is left lies between nothing and the days of the track, and
nothing here counts below zero.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import clock
from foundation.dates import day
from gatekeeping.deadlines.working_days import add_working_days, is_working_day, working_days
from gatekeeping.editions import protocol_of
from gatekeeping.models import Condition, State, Submission, Track
from gatekeeping.protocol import Protocol

S = State
RUNNING = frozenset({S.TRIAGE, S.IN_REVIEW, S.ESCALATED})
"""While it is here the days until the decision are counted."""

DUE = {
    S.TRIAGE: "First look",
    S.IN_REVIEW: "Decision",
    S.CHALLENGED: "Answer of the officer",
    S.ESCALATED: "Decision of the senior executive",
    S.APPROVED_COND: "Conditions",
    S.APPEAL: "Appeal",
    S.EMERGENCY_RELEASED: "Start of the review",
    S.AFTER_REVIEW: "Review",
}
"""What is due in each state that has a clock of its own."""

A_WEEK = 7
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Standing:
    """How a submission stands with its clock.

    ``words`` is a sentence without its full stop ("2 working days left"), empty where nothing is
    due. ``days_left`` is never negative; None where no days are counted.
    """

    what: str = ""
    words: str = ""
    due: datetime | None = None
    decide_by: date | None = None
    days_left: int | None = None
    overdue: bool = False
    stopped: bool = False

    @property
    def sentence(self) -> str:
        """Return what is due with how it stands: "Decision: 2 working days left"."""
        if not self.what or not self.words:
            return self.words
        return f"{self.what}: {_small(self.words)}"


def allowed_days(track: Track | None, protocol: Protocol) -> int:
    """Return how many working days the gate takes at most on this track."""
    return {
        Track.LIGHT: protocol.light_days,
        Track.HIGH: protocol.high_days,
        Track.EMERGENCY: 0,  # today: its answer is owed within the hour
    }.get(track or Track.STANDARD, protocol.standard_days)


def entered(session: Session, submission: Submission, *, before: State, at: datetime) -> None:
    """Set the clock of a submission that has just come from ``before``; called by ``move``."""
    today = clock.local_date(at)
    if before in RUNNING and submission.decide_by is not None and submission.decide_by < today:
        submission.overdue_at = submission.overdue_at or at
    was_due, submission.state_due_at = submission.state_due_at, None
    submission.reminded_at = None
    if submission.state not in DUE:
        return
    with session.no_autoflush:  # the verb that moves it may not have said everything yet
        protocol = protocol_of(session, submission.authority_id)
    if submission.state in RUNNING:
        _run(submission, before, today, protocol)
    elif submission.state is S.CHALLENGED:
        _stop(submission, today, protocol)
    if {before, submission.state} <= RUNNING and submission.track is Track.EMERGENCY and was_due:
        submission.state_due_at = was_due  # claiming it or giving it up buys no second hour
    else:
        submission.state_due_at = _due(session, submission, at, protocol)


def restart(session: Session, submission: Submission, *, was: Track | None, at: datetime) -> None:
    """Give a submission whose new version is on another track the days of that track.

    Days used already count: from 2 of 5 left, the high track leaves 7 of 10.
    """
    if was is None or was is submission.track:
        return
    protocol = protocol_of(session, submission.authority_id)
    most = allowed_days(submission.track, protocol)
    more = most - allowed_days(was, protocol)
    today = clock.local_date(at)
    if submission.days_left is not None:
        submission.days_left = min(max(submission.days_left + more, 0), most)
    elif submission.decide_by is not None and submission.state in RUNNING:
        left = min(max(working_days(today, submission.decide_by) + more, 0), most)
        submission.decide_by = _after(today, left)
        submission.state_due_at = _due(session, submission, at, protocol)


def standing(submission: Submission, at: datetime) -> Standing:
    """Return how the submission stands with its clock at that moment: no statement."""
    what, due = DUE.get(submission.state, ""), submission.state_due_at
    if not what or due is None:
        return Standing()
    today, stopped = clock.local_date(at), submission.state is S.CHALLENGED
    if submission.state in RUNNING and submission.track is Track.EMERGENCY:
        words, left, what = _to_the_minute(due, at), None, "Answer to an emergency"
    else:
        left = max(working_days(today, clock.local_date(due)), 0)
        words = _in_words(clock.local_date(due), today, left)
    return Standing(
        what=what,
        words=words,
        due=due,
        decide_by=submission.decide_by,
        days_left=submission.days_left if stopped else left,
        overdue=due < at,
        stopped=stopped,
    )


def for_officer(submission: Submission, at: datetime) -> str:
    """Say to the officer what is due when, in a sentence; nothing where nothing is."""
    found = standing(submission, at)
    if not found.words:
        return ""
    if submission.state is S.CHALLENGED:
        return f"Your answer: {_small(found.words)}. The clock stands still until it comes."
    if submission.state in RUNNING and submission.track is not Track.EMERGENCY:
        if found.decide_by is None or found.decide_by < clock.local_date(at):
            return "The decision is overdue. It is with the senior executive, or will be today."
        return f"You get a decision by {day(found.decide_by)}."
    return f"{found.sentence}."


def end_of(last: date) -> datetime:
    """Return the last second of a day in England."""
    return datetime.combine(last, time(23, 59, 59), clock.LOCAL)


def _run(submission: Submission, before: State, today: date, protocol: Protocol) -> None:
    most = allowed_days(submission.track, protocol)
    left = submission.days_left
    submission.days_left = None
    if before is S.CHALLENGED and left is not None:
        submission.decide_by = _after(today, min(max(left, 0), most))
    elif before not in RUNNING or submission.decide_by is None:
        submission.decide_by = _after(today, most)
    elif before is S.ESCALATED:
        # Handed back: whoever takes it now has days to decide, or it would go up again at once.
        afresh = add_working_days(today, protocol.escalation_days)
        submission.decide_by = max(submission.decide_by, afresh)


def _stop(submission: Submission, today: date, protocol: Protocol) -> None:
    most = allowed_days(submission.track, protocol)
    left = working_days(today, submission.decide_by) if submission.decide_by else most
    submission.days_left = min(max(left, 0), most)
    submission.decide_by = None


def _due(
    session: Session, submission: Submission, at: datetime, protocol: Protocol
) -> datetime | None:
    state, today = submission.state, clock.local_date(at)
    if state in RUNNING and submission.track is Track.EMERGENCY:
        return at + timedelta(hours=protocol.emergency_hours)
    if state is S.IN_REVIEW:
        return end_of(submission.decide_by) if submission.decide_by else None
    if state is S.APPROVED_COND:
        first = _first_condition(session, submission)
        return end_of(first) if first else None
    days = {
        S.TRIAGE: protocol.first_look_days,
        S.CHALLENGED: protocol.answer_days,
        S.ESCALATED: protocol.escalation_days,
        S.APPEAL: protocol.appeal_hear_days,
        S.EMERGENCY_RELEASED: protocol.review_start_days,
        S.AFTER_REVIEW: protocol.review_days,
    }[state]
    return end_of(add_working_days(today, days))


def _first_condition(session: Session, submission: Submission) -> date | None:
    return session.scalar(
        sa.select(sa.func.min(Condition.due_on)).where(
            Condition.authority_id == submission.authority_id,
            Condition.submission_id == submission.id,
            Condition.before_sending.is_(True),
            Condition.met_at.is_(None),
        )
    )


def _after(today: date, days: int) -> date:
    """Return the working day so many days on; with none left today, or the next working day."""
    return today if not days and is_working_day(today) else add_working_days(today, max(days, 1))


def _small(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"


def _in_words(due: date, today: date, left: int) -> str:
    if due < today:
        recent = (today - due).days < A_WEEK
        return f"Overdue since {f'{due:%A}' if recent else day(due)}"
    if due == today:
        return "Due today"
    if left == 0:  # only a weekend or a holiday lies between
        return f"Due on {day(due)}"
    return f"{left:,} working day{'' if left == 1 else 's'} left"


def _to_the_minute(due: datetime, at: datetime) -> str:
    if due < at:
        since = clock.local_time(due)
        same_day = since.date() == clock.local_date(at)
        return f"Overdue since {since:%H:%M}" + ("" if same_day else f" on {day(due)}")
    minutes = max(-(-(due - at) // MINUTE), 1)
    if minutes > 90:  # noqa: PLR2004 - from there hours are easier to read
        return f"{minutes // 60} hours left"
    return f"{minutes} minute{'' if minutes == 1 else 's'} left"
