"""The clock as a table of cases. Unless a case says otherwise, times are in England."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeping.deadlines import sla
from gatekeeping.models import Condition, ConditionKind, State, Submission, Track, Verb
from gatekeeping.moves import MOVES, move
from tests.factories.base import NOON, authority_id
from tests.factories.directory import GatekeeperFactory
from tests.factories.gatekeeping import make_decision, make_submission

pytestmark = pytest.mark.sqlite_only
LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
S = State


def moment(text):
    """Read "2026-11-23 12:00" as a time in England."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def put(session, track=Track.STANDARD, at=NOON, state=State.SUBMITTED):
    submission = make_submission(state, track=track)
    move(session, submission, to=State.TRIAGE, by=None, at=at)
    return submission


@pytest.mark.parametrize(
    ("at", "track", "decide_by", "first_look"),
    [
        # an ordinary Monday
        ("2026-11-23 12:00", Track.LIGHT, "2026-11-25", "2026-11-24"),
        ("2026-11-23 12:00", Track.STANDARD, "2026-11-30", "2026-11-24"),
        ("2026-11-23 12:00", Track.HIGH, "2026-12-07", "2026-11-24"),
        # a Friday evening, and the weekend after it
        ("2026-11-27 23:59", Track.LIGHT, "2026-12-01", "2026-11-30"),
        ("2026-11-28 10:00", Track.LIGHT, "2026-12-01", "2026-11-30"),
        ("2026-11-29 10:00", Track.LIGHT, "2026-12-01", "2026-11-30"),
        # Christmas Eve: the 25th, the 28th (for Saturday) and New Year's Day are holidays
        ("2026-12-24 12:00", Track.STANDARD, "2027-01-05", "2026-12-29"),
        # Good Friday and Easter Monday
        ("2027-03-25 12:00", Track.LIGHT, "2027-03-31", "2027-03-30"),
        # over the change to summer time, just before and after midnight in England
        ("2027-03-28 23:30", Track.LIGHT, "2027-03-31", "2027-03-30"),
        ("2026-10-24 23:30", Track.STANDARD, "2026-10-30", "2026-10-26"),
        ("2026-10-26 00:15", Track.STANDARD, "2026-11-02", "2026-10-27"),
    ],
)
def test_the_days_of_the_track_are_working_days(session, at, track, decide_by, first_look):
    submission = put(session, track, moment(at))
    assert submission.decide_by == date.fromisoformat(decide_by)
    assert submission.days_left is None
    assert submission.state_due_at == moment(f"{first_look} 23:59:59")


def test_the_day_is_englands_not_utcs(session):
    at = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)  # half past midnight on Tuesday in England
    assert put(session, Track.LIGHT, at).decide_by == date(2026, 6, 4)


@pytest.mark.parametrize(
    ("asked", "answered", "left", "decide_by"),
    [
        ("2026-11-23 15:00", "2026-11-23 16:00", 5, "2026-11-30"),  # the same day costs nothing
        ("2026-11-25 09:00", "2026-12-01 09:00", 3, "2026-12-04"),
        ("2026-11-25 09:00", "2026-12-05 09:00", 3, "2026-12-09"),  # answered on a Saturday
        ("2026-11-30 17:00", "2026-12-14 09:00", 0, "2026-12-14"),  # the last day: today
        ("2026-11-30 17:00", "2026-12-12 09:00", 0, "2026-12-14"),  # and never on a Saturday
        ("2026-12-02 17:00", "2026-12-14 09:00", 0, "2026-12-14"),  # overdue already: never less
        ("2026-11-20 09:00", "2026-11-24 09:00", 5, "2026-12-01"),  # a clock that went back
    ],
)
def test_the_clock_stops_for_a_question_and_goes_on_with_the_answer(
    session, asked, answered, left, decide_by
):
    submission = put(session)
    move(session, submission, to=State.IN_REVIEW, by=None, at=NOON)
    move(session, submission, to=State.CHALLENGED, by=None, at=moment(asked))
    assert (submission.days_left, submission.decide_by) == (left, None)
    assert sla.standing(submission, moment(asked)).stopped
    move(session, submission, to=State.IN_REVIEW, by=None, at=moment(answered))
    assert submission.days_left is None
    assert submission.decide_by == date.fromisoformat(decide_by)
    assert submission.state_due_at == moment(f"{decide_by} 23:59:59")


def test_only_a_question_stops_it(session):
    submission = put(session)
    for to in (State.IN_REVIEW, State.TRIAGE, State.IN_REVIEW, State.ESCALATED):
        move(session, submission, to=to, by=None, at=NOON + timedelta(days=1))
        assert (submission.decide_by, submission.days_left) == (date(2026, 11, 30), None)


def test_what_is_handed_back_has_days_again(session):
    submission = put(session)
    late = moment("2026-12-08 09:00")
    move(session, submission, to=State.ESCALATED, by=None, at=late)
    assert submission.overdue_at == late
    move(session, submission, to=State.IN_REVIEW, by=None, at=late)
    assert submission.decide_by == date(2026, 12, 11)


@pytest.mark.parametrize(
    ("state", "before", "due"),
    [
        (S.CHALLENGED, S.IN_REVIEW, "2026-12-07"),
        (S.ESCALATED, S.IN_REVIEW, "2026-11-26"),
        (S.APPEAL, S.REFUSED, "2026-12-07"),
        (S.AFTER_REVIEW, S.EMERGENCY_RELEASED, "2026-12-07"),
        (S.RETURNED, S.SUBMITTED, None),
        (S.WITHDRAWN, S.TRIAGE, None),
        (S.SUSPENDED, S.LIVE, None),
    ],
)
def test_each_state_has_its_own_time(session, state, before, due):
    submission = make_submission(before)
    move(session, submission, to=state, by=None, at=NOON)
    assert submission.state_due_at == (moment(f"{due} 23:59:59") if due else None)


def test_the_after_review_is_to_begin_in_two_days(session):
    submission = make_submission(State.TRIAGE, track=Track.EMERGENCY)
    make_decision(submission, GatekeeperFactory(), Verb.RELEASE)
    move(session, submission, to=State.EMERGENCY_RELEASED, by=None, at=NOON)
    assert submission.state_due_at == moment("2026-11-25 23:59:59")


@pytest.mark.parametrize("at", ["2026-11-23 12:00", "2026-11-28 03:00", "2026-10-25 00:30"])
def test_an_emergency_is_answered_within_an_hour_also_at_night(session, at):
    at = moment(at).astimezone(UTC)
    submission = put(session, Track.EMERGENCY, at)
    assert submission.state_due_at == at + HOUR
    for to in (State.IN_REVIEW, State.TRIAGE, State.ESCALATED):  # which buy no second hour
        move(session, submission, to=to, by=None, at=at + HOUR / 2)
        assert submission.state_due_at == at + HOUR
    assert sla.standing(submission, at + HOUR / 2).words == "30 minutes left"
    assert sla.standing(submission, at + 2 * HOUR).overdue


def test_conditions_are_due_when_the_first_before_sending_is(session):
    submission = make_submission(State.IN_REVIEW)
    decision = make_decision(submission, GatekeeperFactory(), Verb.APPROVE_WITH_CONDITIONS)
    for day, before_sending in ((4, True), (2, True), (1, False)):
        decision.terms.append(
            Condition(
                authority_id=authority_id(),
                submission_id=submission.id,
                kind=ConditionKind.OTHER,
                text="Say why.",
                due_on=date(2026, 12, day),
                before_sending=before_sending,
                done_how="",
            )
        )
    session.flush()
    move(session, submission, to=State.APPROVED_COND, by=None, at=NOON)
    assert submission.state_due_at == moment("2026-12-02 23:59:59")


@pytest.mark.parametrize(
    ("was", "track", "used", "decide_by"),
    [
        (Track.STANDARD, Track.HIGH, 2, "2026-12-07"),
        (Track.HIGH, Track.STANDARD, 2, "2026-11-30"),
        (Track.HIGH, Track.LIGHT, 4, "2026-11-27"),  # more was used than the new track has
        (Track.STANDARD, Track.STANDARD, 2, "2026-11-30"),
    ],
)
def test_a_version_on_another_track_has_the_days_of_that_track(
    session, was, track, used, decide_by
):
    submission = put(session, was)
    submission.track = track
    sla.restart(session, submission, was=was, at=NOON + timedelta(days=used))
    assert submission.decide_by == date.fromisoformat(decide_by)
    assert submission.days_left is None


@pytest.mark.parametrize(
    ("was", "track", "left"),
    [(Track.STANDARD, Track.HIGH, 8), (Track.HIGH, Track.LIGHT, 0), (None, Track.HIGH, 3)],
)
def test_it_does_so_while_the_clock_stands_still(session, was, track, left):
    submission = make_submission(State.CHALLENGED, track=track, days_left=3)
    sla.restart(session, submission, was=was, at=NOON)
    assert submission.days_left == left


@pytest.mark.parametrize(
    ("at", "words", "left", "overdue"),
    [
        ("2026-11-24 09:00", "4 working days left", 4, False),
        ("2026-11-28 09:00", "1 working day left", 1, False),
        ("2026-11-30 23:59", "Due today", 0, False),
        ("2026-12-01 00:00", "Overdue since Monday", 0, True),
        ("2026-12-06 12:00", "Overdue since Monday", 0, True),
        ("2026-12-07 12:00", "Overdue since 30 November 2026", 0, True),
        ("2099-12-07 12:00", "Overdue since 30 November 2026", 0, True),
        ("2020-01-01 12:00", "1,747 working days left", 1747, False),
    ],
)
def test_how_it_stands_is_said_in_words(at, words, left, overdue):
    submission = Submission(
        state=State.IN_REVIEW,
        track=Track.STANDARD,
        decide_by=date(2026, 11, 30),
        state_due_at=moment("2026-11-30 23:59:59"),
    )
    standing = sla.standing(submission, moment(at))
    assert (standing.words, standing.days_left, standing.overdue) == (words, left, overdue)
    assert standing.sentence == f"Decision: {words[0].lower()}{words[1:]}"


@pytest.mark.parametrize(
    ("state", "due", "words"),
    [
        (S.IN_REVIEW, "2026-11-30", "You get a decision by 30 November 2026."),
        (S.TRIAGE, "2026-11-24", "You get a decision by 30 November 2026."),
        (S.CHALLENGED, "2026-12-01", "Your answer: 6 working days left. The clock stands still"),
        (S.APPEAL, "2026-11-24", "Appeal: 1 working day left."),
        (S.LIVE, "2026-11-24", ""),
    ],
)
def test_the_officer_is_told_what_is_due(state, due, words):
    submission = Submission(
        state=state,
        track=Track.STANDARD,
        decide_by=date(2026, 11, 30),
        state_due_at=moment(f"{due} 23:59:59"),
    )
    told = sla.for_officer(submission, NOON)
    assert told.startswith(words)
    assert bool(told) == bool(words)


@pytest.mark.parametrize("state", sorted(set(State) - set(sla.DUE)))
def test_nothing_is_due_elsewhere(state):
    assert sla.standing(Submission(state=state), NOON) == sla.Standing()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_clock_makes_a_figure_negative_or_history_impossible(session, data):
    submission = put(session, data.draw(st.sampled_from(Track)))
    days = st.integers(-4000, 4000)
    for _ in range(6):
        at = NOON + timedelta(days=data.draw(days), seconds=data.draw(st.integers(0, 86_399)))
        asks_nobody = {S.TRIAGE, S.IN_REVIEW, S.CHALLENGED, S.ESCALATED}
        to = data.draw(st.sampled_from(sorted(MOVES[submission.state] & asks_nobody)))
        move(session, submission, to=to, by=None, at=at)
        assert submission.days_left is None or 0 <= submission.days_left <= 10
        assert (submission.decide_by is None) == (to is S.CHALLENGED)
        for moment_of_looking in (at, NOON):
            standing = sla.standing(submission, moment_of_looking)
            assert standing.days_left is None or standing.days_left >= 0
            assert standing.words
    session.rollback()
