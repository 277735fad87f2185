from datetime import date

import pytest

from directory.models import OrganisationKind
from gatekeeping.assessment import assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.load import LOADING, week_load, week_of
from gatekeeping.models import State
from gatekeeping.protocol import DEFAULT
from tests.factories.base import NOON
from tests.factories.calendar import load_lancashire
from tests.factories.directory import OrganisationFactory, SchoolFactory
from tests.factories.gatekeeping import make_submission, make_version

MONDAY, SUNDAY = date(2027, 1, 18), date(2027, 1, 24)


def asking(minutes, audience, due_on="2027-01-20", **more):
    return {
        "kind": "data_request",
        "audience": audience,
        "send_on": "2026-11-23",
        "due_on": due_on,
        "effort": [{"role": "office", "people": 1, "minutes": {"gather": minutes}}],
        **more,
    }


def planned(minutes, audience, *, state=State.LIVE, **more):
    return make_submission(state, document=asking(minutes, audience, **more))


def load(session, authority_id, minutes=60, audience=None, besides=None, **more):
    document = SubmissionDocument.read(asking(minutes, audience or {"all": True}, **more))
    return week_load(session, authority_id, document, besides=besides, protocol=DEFAULT)


def test_the_week_runs_from_monday_to_sunday():
    for day in (MONDAY, date(2027, 1, 20), SUNDAY):
        assert week_of(day) == (MONDAY, SUNDAY)


def test_the_school_that_is_asked_most_is_found_with_what_is_asked_of_it(session, authority_id):
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    primary, secondary = SchoolFactory(), SchoolFactory(phase_code="4", type_code="28")
    busiest = SchoolFactory(name="Oak School", trust=trust)
    everybody = planned(200, {"all": True})
    trusts = planned(150, {"trusts": [trust.code]}, due_on="2027-01-24")
    named = planned(100, {"urns": [busiest.urn, primary.urn]}, due_on="2027-01-18")
    planned(300, {"types": ["academy"], "urns": [secondary.urn]}, due_on="2027-01-25")
    found = load(session, authority_id, minutes=40)
    assert (found.minutes, found.own_minutes) == (490, 40)
    assert (found.urn, found.school, found.schools_over) == (busiest.urn, "Oak School", 1)
    assert [(asked.submission_id, asked.minutes) for asked in found.submissions] == [
        (everybody.id, 200),
        (trusts.id, 150),
        (named.id, 100),
    ]
    assert found.complete


def test_only_the_schools_that_are_asked_are_looked_at(session, authority_id):
    busy, asked = SchoolFactory(), SchoolFactory()
    planned(500, {"urns": [busy.urn]})
    planned(30, {"all": True})
    found = load(session, authority_id, audience={"urns": [asked.urn]})
    assert (found.minutes, found.urn, found.schools_over) == (90, asked.urn, 0)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", list(State))
def test_what_is_live_planned_or_waiting_counts(session, authority_id, state):
    SchoolFactory()
    planned(500, {"all": True}, state=state)
    assert bool(load(session, authority_id).submissions) is (state in LOADING)


def test_the_newest_version_counts(session, authority_id):
    SchoolFactory()
    submission = planned(500, {"all": True})
    submission.version = 2
    make_version(submission, document=asking(450, {"all": True}))
    assert load(session, authority_id).minutes == 510


def test_a_submission_is_no_load_beside_itself(session, authority_id):
    SchoolFactory()
    own = planned(500, {"all": True})
    assert load(session, authority_id, besides=own.id).submissions == ()
    assert load(session, authority_id, number=f"{own.number} v1").submissions == ()
    assert load(session, authority_id).submissions != ()


def test_what_is_asked_every_day_is_asked_five_times_a_week(session, authority_id):
    SchoolFactory()
    found = load(session, authority_id, minutes=100, frequency={"times": 1, "per": "day"})
    assert found.minutes == 500
    found = load(session, authority_id, minutes=100, frequency={"times": 2, "per": "week"})
    assert found.minutes == 200


def test_the_title_of_what_is_not_approved_yet_stays_with_its_writers(session, authority_id):
    SchoolFactory()
    planned(500, {"all": True}, state=State.TRIAGE, title="Secret")
    planned(400, {"all": True}, state=State.LIVE, title="Known")
    found = load(session, authority_id)
    assert [asked.title for asked in found.submissions] == ["", "Known"]
    assert all(asked.number for asked in found.submissions)


def test_closed_schools_and_no_schools_bear_no_load(session, authority_id):
    planned(500, {"all": True})
    found = load(session, authority_id)
    assert (found.minutes, found.urn) == (60, 0)


def test_without_a_due_date_there_is_no_week(session, authority_id):
    assert load(session, authority_id, due_on="") is None


@pytest.mark.sqlite_only
def test_it_takes_two_statements_whatever_is_due(session, authority_id, statements):
    urns = [school.urn for school in SchoolFactory.create_batch(30)]
    for number in range(60):
        planned(10 + number, {"urns": urns[number % 30 :]})
    session.flush()
    statements.clear()
    found = load(session, authority_id)
    assert len(statements) == 2
    assert (found.urn, len(found.submissions)) == (urns[29], 60)
    assert found.minutes == 60 + sum(range(10, 70))


@pytest.mark.sqlite_only
def test_below_the_cap_one_statement_is_enough(session, authority_id, statements):
    SchoolFactory()
    planned(100, {"all": True})
    session.flush()
    statements.clear()
    assert load(session, authority_id).minutes == 60
    assert len(statements) == 1


@pytest.mark.sqlite_only
def test_more_lists_than_one_statement_holds_are_counted_as_far_as_it_goes(session, authority_id):
    school = SchoolFactory()
    lists = [[school.urn, *range(200_000 + n, 212_000 + n)] for n in range(3)]
    for number, urns in enumerate(lists):
        planned(400 + number, {"urns": urns})
    found = load(session, authority_id)
    assert (found.minutes, found.complete) == (863, False)


def test_the_gate_says_all_three_things_of_a_bad_date(session, authority_id):
    load_lancashire()
    SchoolFactory.create_batch(2)
    planned(470, {"all": True}, due_on="2027-01-06")
    document = SubmissionDocument.read(
        asking(60, {"all": True}, due_on="2027-01-05", title="Meals", body="How many?")
    )
    found = assess(session, authority_id, document, at=NOON)
    by_rule = {finding.rule: finding for finding in found.findings}
    assert by_rule["K51"].detail["parts"] == ["just_reopened", "mostly_closed"]
    assert by_rule["K52"].detail["minutes"] == 530
    assert "K50" not in by_rule  # 20 school days exactly


@pytest.mark.sqlite_only
def test_a_document_without_dates_costs_no_statement_more(session, authority_id, statements):
    SchoolFactory()
    session.flush()

    def sent(**more):
        statements.clear()
        document = SubmissionDocument.read({"title": "Menus", "audience": {"all": True}, **more})
        assess(session, authority_id, document, at=NOON)
        return len(statements)

    sent()  # what is read once for all, such as the catalogue of held data, is known from here on
    assert sent(send_on="2026-12-14", due_on="2027-01-11") - sent() == 4
