"""The monthly figures: counted from what was decided, in the month in which it was."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gatekeeping.models import Move, State, Track, Verb
from gatekeeping.protocol import DEFAULT
from gatekeeping.registry.figures import figures_of, months_up_to, next_month
from tests.factories.base import NOON, authority_id
from tests.factories.directory import GatekeeperFactory, OfficerFactory
from tests.factories.gatekeeping import make_decision, make_submission

LONDON = ZoneInfo("Europe/London")
NOVEMBER = date(2026, 11, 1)
DAY = timedelta(days=1)
AT = datetime(2026, 12, 5, tzinfo=LONDON)


def moment(text):
    return datetime.fromisoformat(f"{text}T12:00").replace(tzinfo=LONDON)


@pytest.fixture
def gatekeeper(session):
    return GatekeeperFactory()


def decide(gatekeeper, verb, submitted, decided, *, asked=None, answered=None, **facts):
    submission = make_submission(State.IN_REVIEW, submitted_at=moment(submitted), **facts)
    make_decision(submission, gatekeeper, verb, at=moment(decided))
    session = submission._sa_instance_state.session
    for at, before, after in (
        (asked, State.IN_REVIEW, State.CHALLENGED),
        (answered, State.CHALLENGED, State.IN_REVIEW),
    ):
        if at:
            facts = {"submission_id": submission.id, "version": 1, "at": moment(at), "note": ""}
            session.add(Move(authority_id=authority_id(), before=before, after=after, **facts))
    session.flush()
    return submission


def count(session, first=NOVEMBER):
    return figures_of(session, authority_id(), first, DEFAULT, at=AT)


def test_days_are_working_days_without_the_stops(session, gatekeeper):
    decide(gatekeeper, Verb.APPROVE, "2026-11-02", "2026-11-04")  # 2
    decide(gatekeeper, Verb.REFUSE, "2026-11-06", "2026-11-09")  # 1: over a weekend
    decide(
        gatekeeper,
        Verb.APPROVE,
        "2026-11-02",
        "2026-11-20",  # 14, of which 9 were the officer's
        asked="2026-11-03",
        answered="2026-11-16",
    )
    decide(gatekeeper, Verb.APPROVE, "2026-11-02", "2026-11-17", track=Track.HIGH)
    found = {each.track: each for each in count(session).tracks}
    standard, high = found[Track.STANDARD], found[Track.HIGH]
    assert (standard.decided, standard.days, standard.promised, standard.late) == (3, 2, 5, 0)
    assert (high.decided, high.days, high.late) == (1, 11, 1)
    assert found[Track.LIGHT].decided == 0


def test_each_submission_counts_once_in_the_month_of_its_first_decision(session, gatekeeper):
    submission = decide(gatekeeper, Verb.APPROVE_WITH_CONDITIONS, "2026-10-26", "2026-10-30")
    make_decision(submission, gatekeeper, Verb.APPROVE, at=moment("2026-11-10"))
    decide(gatekeeper, Verb.REFUSE, "2026-11-02", "2026-11-30")
    decide(gatekeeper, Verb.REFUSE, "2026-11-02", "2026-12-01")
    found = count(session)
    assert found.decided == 1
    assert found.outcomes[Verb.REFUSE] == 1
    assert count(session, date(2026, 10, 1)).outcomes[Verb.APPROVE_WITH_CONDITIONS] == 1


def test_the_month_is_englands(session, gatekeeper):
    late = decide(gatekeeper, Verb.REFUSE, "2026-06-01", "2026-06-02")
    make_decision(late, gatekeeper, Verb.CHALLENGE, at=datetime(2026, 6, 30, 23, 30, tzinfo=LONDON))
    assert count(session, date(2026, 6, 1)).challenged == 1
    assert count(session, date(2026, 7, 1)).challenged == 0


def test_unchanged_is_without_conditions_and_in_the_first_version(session, gatekeeper):
    assert count(session).unchanged_percent is None
    decide(gatekeeper, Verb.APPROVE, "2026-11-02", "2026-11-03")
    decide(gatekeeper, Verb.APPROVE, "2026-11-02", "2026-11-03", version=2)
    decide(gatekeeper, Verb.APPROVE_WITH_CONDITIONS, "2026-11-02", "2026-11-03")
    found = count(session)
    assert (found.unchanged, found.decided, found.unchanged_percent) == (1, 3, 33)


def test_questions_emergencies_appeals_and_what_is_overdue(session, gatekeeper):
    executive = OfficerFactory(role="executive")
    asked = make_submission(State.CHALLENGED)
    for _ in range(2):
        make_decision(asked, gatekeeper, Verb.CHALLENGE)
    for verb in (Verb.RELEASE, Verb.NOT_RATIFY):
        by = executive if verb is Verb.RELEASE else gatekeeper
        make_decision(make_submission(track=Track.EMERGENCY), by, verb)
    for verb in (Verb.UPHOLD, Verb.VARY, Verb.QUASH):
        make_decision(make_submission(), gatekeeper, verb)
    make_submission(overdue_at=NOON)
    make_submission(State.APPROVED, overdue_at=NOON)
    make_submission(state_due_at=AT - DAY)
    make_submission(state_due_at=AT + DAY)
    found = count(session)
    assert (found.challenged, found.released, found.not_ratified) == (1, 1, 1)
    assert (found.appeals, found.overturned) == (3, 2)
    assert (found.overdue, found.overdue_now) == (2, 1)


@pytest.mark.sqlite_only
def test_months_are_counted_over_the_year():
    assert months_up_to(date(2026, 2, 28), 3) == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
    ]
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)


@pytest.mark.sqlite_only
class TestPage:
    def test_it_is_open_to_everybody_and_shows_what_is_late_in_red(
        self, session, client, gatekeeper, statements
    ):
        make_submission(overdue_at=NOON)
        decide(gatekeeper, Verb.APPROVE, "2026-11-02", "2026-11-03")
        session.commit()
        client.get("/figures?month=2026-11")
        statements.clear()
        page = client.get("/figures?month=2026-11").text
        assert len(statements) < 10
        assert "portal-overdue" in page
        assert "<svg" in page

    @pytest.mark.parametrize("query", ["", "?month=2026-11", "?month=nonsense", "?month=1066-01"])
    def test_any_month_is_answered_also_without_decisions(self, session, client, query):
        session.commit()
        assert client.get(f"/figures{query}").status_code == 200

    def test_the_file_says_the_same(self, session, client, gatekeeper):
        decide(gatekeeper, Verb.REFUSE, "2026-11-02", "2026-11-03")
        session.commit()
        answer = client.get("/figures.csv?month=2026-11")
        assert answer.mimetype == "text/csv"
        assert "2026-11,Refused,1" in answer.text
        assert "2026-11,Standard track: median working days,1" in answer.text
