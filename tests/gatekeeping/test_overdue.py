"""What time does when a promise is broken: told once, shown, escalated, lapsed; never approved."""

import itertools
import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Role
from gatekeeping.deadlines.moves_by_time import last_day_before, move_by_time
from gatekeeping.models import (
    Condition,
    ConditionKind,
    Decision,
    Move,
    PendingDecision,
    Reminder,
    Severity,
    State,
    Submission,
    Track,
    Verb,
)
from gatekeeping.moves import move
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory, OfficerFactory, TeamFactory
from tests.factories.gatekeeping import make_decision, make_finding, make_submission, version_of

S = State
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")


def noon_of(text):
    return datetime.fromisoformat(f"{text} 12:00").replace(tzinfo=LONDON)


@pytest.fixture
def staff(session):
    """A gatekeeper, an executive and a data protection officer with no stake in anything."""
    made = {
        role: OfficerFactory(
            role=role, team=TeamFactory(name=role.value), person__email=f"{role.value}@gate.example"
        )
        for role in (Role.GATEKEEPER, Role.EXECUTIVE, Role.GOVERNANCE)
    }
    session.commit()
    return made


def put(session, *states, at=NOON, **facts):
    """Make a submission that came to the gate at that moment and went through these states."""
    submission = make_submission(State.SUBMITTED, **facts)
    for to in (State.TRIAGE, *states):
        move(session, submission, to=to, by=None, at=at)
    session.commit()
    return submission


def pass_time(database, session, at):
    session.commit()  # or SQLite would keep everybody else from writing
    done = move_by_time(database, at=at, address="https://portal.example")
    assert move_by_time(database, at=at) == 0, "a second run changes nothing"
    session.expire_all()
    return done


def mails(session):
    found = session.execute(sa.select(Mail.subject, Mail.address).order_by(Mail.id)).all()
    session.rollback()
    return [(subject.split(":")[0], address.split("@")[0]) for subject, address in found]


@pytest.mark.parametrize(
    ("days", "day"), [(1, "2026-11-29"), (2, "2026-11-26"), (5, "2026-11-23"), (0, "2026-11-30")]
)
def test_counting_working_days_back(days, day):
    assert last_day_before(date(2026, 11, 30), days) == date.fromisoformat(day)


def test_an_unanswered_question_is_reminded_once_and_then_lapses(database, session, staff):
    gatekeeper = staff[Role.GATEKEEPER]
    submission = put(session, S.IN_REVIEW, claimed_by=gatekeeper, author=OfficerFactory())
    make_decision(submission, gatekeeper, Verb.CHALLENGE)
    move(session, submission, to=S.CHALLENGED, by=gatekeeper.person_id, at=NOON)
    session.commit()
    author = submission.author.email.split("@")[0]
    told = []
    for day, state in [
        ("2026-11-27", S.CHALLENGED),
        ("2026-11-30", S.CHALLENGED),  # 5 working days
        ("2026-12-08", S.CHALLENGED),  # overdue, told no more
        ("2026-12-18", S.CHALLENGED),
        ("2026-12-21", S.LAPSED),  # 20 working days
    ]:
        pass_time(database, session, noon_of(day))
        told.append(mails(session))
        assert session.get_one(Submission, submission.id).state is state
    reminded = [("Please answer", author)]
    assert told == [[], reminded, reminded, reminded, [*reminded, ("Lapsed", author)]]
    assert submission.overdue_at is None, "that is the officer's delay, not the gate's"
    assert submission.claimed_by_id is None


@pytest.mark.parametrize(
    ("track", "last"),
    [
        (Track.LIGHT, "2026-11-25"),
        (Track.STANDARD, "2026-11-30"),
        (Track.HIGH, "2026-12-07"),
    ],
)
def test_what_is_not_decided_in_time_goes_to_the_executive(database, session, staff, track, last):
    submission = put(session, S.IN_REVIEW, track=track)
    submission.claimed_by_id = staff[Role.GATEKEEPER].person_id
    submission.claimed_until = noon_of(last) + 2 * DAY
    session.commit()
    assert pass_time(database, session, noon_of(last)) == 0
    late = noon_of(last) + DAY
    assert pass_time(database, session, late) == 1
    assert (submission.state, submission.claimed_by_id) == (S.ESCALATED, None)
    assert submission.overdue_at == late
    assert mails(session) == [("For you to decide", "executive")]
    pass_time(database, session, late + 10 * DAY)
    assert mails(session)[1:] == [("Your decision is overdue", "executive")]
    assert submission.state is S.ESCALATED, "time never decides"


def test_a_first_look_that_is_missing_is_told_once(database, session, staff):
    submission = put(session)
    late = noon_of("2026-11-25")
    assert [pass_time(database, session, late + n * HOUR) for n in range(3)] == [1, 0, 0]
    assert (submission.state, submission.overdue_at) == (S.TRIAGE, late)
    assert mails(session) == [("Nobody has looked at this", "executive")]


def test_an_emergency_is_told_of_after_an_hour_and_never_escalated(database, session, staff):
    submission = put(session, track=Track.EMERGENCY, at=noon_of("2026-11-28"))
    at = noon_of("2026-11-28") + HOUR
    assert pass_time(database, session, at) == 0
    assert pass_time(database, session, at + HOUR) == 1
    move(session, submission, to=S.IN_REVIEW, by=None, at=at + HOUR)
    submission.claimed_until = at + 3 * HOUR
    session.commit()
    assert pass_time(database, session, at + 2 * HOUR) == 0
    assert mails(session) == [("Emergency not answered", "executive")]
    assert session.scalar(sa.select(Mail.urgent))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("state", "due", "subject"),
    [
        (S.EMERGENCY_RELEASED, "2026-11-25", "Review of an emergency not begun"),
        (S.AFTER_REVIEW, "2026-12-07", "Review of an emergency overdue"),
    ],
)
def test_an_overdue_review_is_told_to_executives_and_gatekeepers(
    database, session, staff, state, due, subject
):
    submission = put(session, track=Track.EMERGENCY)
    submission.sent_at = NOON
    make_decision(submission, staff[Role.EXECUTIVE], Verb.RELEASE)
    move(session, submission, to=S.EMERGENCY_RELEASED, by=None, at=NOON)
    if state is S.AFTER_REVIEW:
        move(session, submission, to=S.AFTER_REVIEW, by=None, at=NOON)
    session.commit()
    assert pass_time(database, session, noon_of(due)) == 0
    assert pass_time(database, session, noon_of(due) + DAY) == 1
    told = [(subject, "executive"), (subject, "gatekeeper")]
    assert sorted(mails(session)) == told
    assert submission.overdue_at is not None


@pytest.mark.sqlite_only
def test_what_nobody_may_decide_goes_to_the_executive(database, session, staff):
    submission = put(session, author=staff[Role.GATEKEEPER])
    assert pass_time(database, session, NOON) == 1
    assert submission.state is S.ESCALATED
    assert mails(session) == [("For you to decide", "executive")]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("facts", "after"),
    [
        ({"due_on": date(2026, 11, 22)}, S.LAPSED),
        ({"due_on": date(2026, 11, 23)}, S.APPROVED_COND),
        ({"due_on": date(2026, 11, 22), "before_sending": False}, S.APPROVED_COND),
        ({"due_on": date(2026, 11, 22), "met_at": NOON}, S.APPROVED_COND),
        ({"due_on": date(2026, 11, 22), "done_at": NOON}, S.APPROVED_COND),
    ],
)
def test_a_condition_that_is_not_met_by_its_date_lets_it_lapse(
    database, session, staff, facts, after
):
    submission = make_submission(S.APPROVED_COND)
    decision = make_decision(submission, staff[Role.GATEKEEPER], Verb.APPROVE_WITH_CONDITIONS)
    decision.terms.append(
        Condition(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            kind=ConditionKind.CUT_ITEMS,
            text="Leave out question 4.",
            done_how="",
            **{"before_sending": True, **facts},
        )
    )
    session.commit()
    pass_time(database, session, NOON)
    assert submission.state is after
    assert [subject for subject, _ in mails(session)] == (["Lapsed"] if after is S.LAPSED else [])


@pytest.mark.sqlite_only
def test_what_was_joined_to_something_that_lapses_waits_by_itself_again(database, session, staff):
    parent = put(session, S.IN_REVIEW, S.CHALLENGED)
    child = make_submission(S.MERGED, merged_into_id=parent.id)
    session.commit()
    pass_time(database, session, NOON + 60 * DAY)
    assert parent.state is S.LAPSED
    assert child.merged_into_id is None
    assert child.state in {S.TRIAGE, S.ESCALATED}


@pytest.mark.sqlite_only
def test_a_late_data_protection_verdict_is_told_once(database, session, staff):
    submission = put(session, S.IN_REVIEW, track=Track.HIGH, submitted_at=NOON)
    submission.claimed_until = NOON + 20 * DAY
    make_finding(version_of(submission), "K71", severity=Severity.BLOCK)
    session.commit()
    assert pass_time(database, session, noon_of("2026-11-30")) == 0
    assert pass_time(database, session, noon_of("2026-12-01")) == 1
    assert mails(session) == [("Data protection verdict overdue", "governance")]
    assert session.query(Reminder).count() == 1


@pytest.mark.parametrize(
    ("law", "told"),
    [
        ({}, []),
        ({"verdict": "POWER_TO_REQUIRE", "verified": True}, []),
        ({"verdict": "DUTY_ON_LA", "verified": False}, [("Legal verdict overdue", "legal")]),
    ],
)
def test_a_late_legal_verdict_is_told_once(database, session, staff, law, told):
    OfficerFactory(role=Role.LEGAL, person__email="legal@gate.example")
    submission = put(session, S.IN_REVIEW, track=Track.HIGH, submitted_at=NOON)
    submission.claimed_until = NOON + 20 * DAY
    version_of(submission).law = law
    assert pass_time(database, session, noon_of("2026-12-01")) == len(told)
    assert mails(session) == told


@pytest.mark.sqlite_only
def test_nothing_is_taken_away_while_a_decision_can_be_undone(database, session, staff):
    gatekeeper = staff[Role.GATEKEEPER]
    submission = put(session, S.IN_REVIEW)
    submission.claimed_by_id, submission.claimed_until = gatekeeper.person_id, NOON
    session.add(
        PendingDecision(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            verb=Verb.REFUSE,
            version=1,
            values={},
            by_id=gatekeeper.person_id,
            made_at=NOON,
            due_at=NOON,
        )
    )
    session.commit()
    assert pass_time(database, session, NOON + 30 * DAY) == 0
    assert submission.state is S.IN_REVIEW


@pytest.mark.sqlite_only
def test_what_came_before_the_clock_gets_one(database, session, staff):
    submission = make_submission(S.TRIAGE, decide_by=None)
    session.commit()
    assert pass_time(database, session, NOON) == 1
    assert submission.decide_by == date(2026, 11, 30)


@pytest.mark.sqlite_only
def test_a_claim_from_before_the_clock_was_put_back_ends_like_any_other(database, session, staff):
    submission = make_submission(S.IN_REVIEW, claimed_by=staff[Role.GATEKEEPER])
    submission.claimed_until = NOON + 4000 * DAY
    session.commit()
    assert pass_time(database, session, NOON) == 1
    assert submission.claimed_until == NOON + 2 * HOUR


WAYS = [
    (),
    (S.IN_REVIEW,),
    (S.IN_REVIEW, S.CHALLENGED),
    (S.ESCALATED,),
    (S.IN_REVIEW, S.CHALLENGED, S.IN_REVIEW),
]


@pytest.mark.sqlite_only
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    times=st.lists(st.integers(-40_000, 200_000), min_size=1, max_size=5),  # minutes
    track=st.sampled_from(Track),
    way=st.sampled_from(WAYS),
)
def test_whatever_the_clock_shows_nothing_moves_twice_or_is_approved(
    database, session, staff, times, track, way
):
    submission = put(session, *way, track=track)
    for minutes in times:
        before = submission.state
        pass_time(database, session, NOON + timedelta(minutes=minutes))
        assert submission.state in {S.TRIAGE, S.IN_REVIEW, S.CHALLENGED, S.ESCALATED, S.LAPSED}
        if before is S.LAPSED:
            assert submission.state is S.LAPSED
    found = session.scalars(
        sa.select(Move).where(Move.submission_id == submission.id).order_by(Move.id)
    ).all()
    pairs = [(each.before, each.after) for each in found]
    assert all(one[1] is other[0] for one, other in itertools.pairwise(pairs))
    assert not session.query(Decision).count()
    session.rollback()


@pytest.mark.postgresql_only
def test_two_workers_at_once_do_everything_once(database, session, staff):
    for _ in range(8):
        put(session)
        put(session, S.IN_REVIEW, S.CHALLENGED)
    start = threading.Barrier(2)
    late = noon_of("2026-12-10")

    def work():
        start.wait()
        move_by_time(database, at=late)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    move_by_time(database, at=late)
    told = [subject for subject, _ in mails(session)]
    assert (told.count("For you to decide"), told.count("Please answer")) == (8, 8)
    assert session.query(Move).filter(Move.after == S.ESCALATED).count() == 8


@pytest.mark.sqlite_only
def test_a_gatekeeper_with_a_stake_does_not_count_but_another_does(database, session, staff):
    put(session, author=staff[Role.GATEKEEPER])
    GatekeeperFactory()
    session.commit()
    assert pass_time(database, session, NOON) == 0
