import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeping.burden import (
    burden,
    count_words,
    kept,
    minutes_at_a_school,
    reading_minutes,
    recompute,
    steps,
)
from gatekeeping.documents import ROLES, TIMES_A_YEAR, SubmissionDocument
from gatekeeping.models import State
from gatekeeping.protocol import DEFAULT, RATES_2025_26
from gatekeeping.writing.freezing import freeze
from tests.factories.base import NOON
from tests.factories.directory import OfficerFactory, SchoolFactory
from tests.factories.gatekeeping import make_submission

OTHER = replace(
    DEFAULT,
    rates_name="2027-28",
    rates={role: pence + 117 for role, pence in RATES_2025_26.items()},
    reading_words_a_minute=180,
)
ASKING = {
    "kind": "data_request",
    "body": "Please tell us.",
    "items": [{"name": "Colour of the hall"}],
    "effort": [{"role": "office", "people": 1, "minutes": {"complete": 20}}],
    "send_on": "2026-12-14",
    "due_on": "2027-01-29",
}


def effort(role, people=1, **minutes):
    return {"role": role, "people": people, "minutes": minutes}


def request(**more):
    return SubmissionDocument.read({"kind": "data_request", **more})


THREE_ROLES = [
    effort("office", read=5, gather=20, complete=15, check=5),
    effort("business_manager", complete=20),
    effort("head", check=10),
]


def test_the_worked_example_of_the_protocol_comes_out_to_the_penny():
    found = burden(request(effort=THREE_ROLES), 647)
    assert found.hours == {"office": 485.25, "business_manager": 215.67, "head": 107.83}
    assert found.gross_pence == 2490950
    assert found.per_school_pence == 3850


def test_the_example_of_the_design_comes_out_to_the_penny():
    assert burden(request(effort=THREE_ROLES), 656).as_json() == {
        "minutes": {"office": 29520, "business_manager": 13120, "head": 6560},
        "hours": {"office": 492.0, "business_manager": 218.67, "head": 109.33},
        "gross_pence": 2525600,
        "chase_pence": 0,
        "gross_with_chase_pence": 2525600,
        "expected_staff_pence": 2525600,
        "expected_pence": 2525600,
        "per_school_pence": 3850,
    }


def test_a_note_of_600_words_to_two_people_at_each_school_takes_67_hours():
    note = SubmissionDocument.read({"body": "word " * 600, "effort": [effort("office", people=2)]})
    assert burden(note, 647).hours == {"office": 67.04}


@pytest.mark.parametrize(
    ("categories", "readers"),
    [([], 1), (["attendance"], 1), (["attendance", "budget", "energy"], 3)],
)
def test_a_communication_is_read_by_one_person_for_each_category(categories, readers):
    note = SubmissionDocument.read({"body": "word " * 230, "categories": categories})
    (step,) = steps(note, 10)
    assert (step.role, step.people, step.minutes_each) == ("unknown", readers, Fraction(3, 2))


def test_volunteers_cost_hours_and_never_money():
    found = burden(request(effort=[effort("governor", people=2, read=30)]), 6)
    assert found.hours == {"governor": 6.0}
    assert found.gross_pence == 0


def test_the_same_role_twice_is_added_up():
    found = burden(request(effort=[effort("office", read=10), effort("office", check=20)]), 2)
    assert found.minutes == {"office": 60}


@pytest.mark.parametrize(
    ("frequency", "times"),
    [
        ({"times": 1, "per": "once"}, 1),
        ({"times": 1, "per": "term"}, 3),
        ({"times": 2, "per": "month"}, 22),
        ({"times": 1, "per": "week"}, 39),
    ],
)
def test_what_is_asked_often_costs_as_often(frequency, times):
    found = burden(request(effort=[effort("office", read=60)], frequency=frequency), 10)
    assert found.gross_pence == 10 * 2200 * times


def test_expected_cost_counts_the_silent_but_pays_the_post_for_all_and_the_chasing():
    found = burden(
        request(
            effort=[effort("office", read=60)],
            costs_pence={"print": 10, "post": 90},
            expected_response=0.8,
            reminders=2,
            chase_minutes=3,
        ),
        100,
    )
    assert found.gross_pence == 100 * 2200 + 100 * 100
    assert found.chase_pence == 4400  # 100 × 0.2 × 2 × 3/60 h × 22.00
    assert found.gross_with_chase_pence == 234400
    assert found.expected_staff_pence == 176000
    assert found.expected_pence == 176000 + 10000 + 4400


def test_each_figure_is_rounded_once_and_a_half_goes_up():
    # 1 minute of an office for 3 schools is 110 pence; of one school 36.67.
    found = burden(request(effort=[effort("office", read=1)]), 3)
    assert (found.gross_pence, found.per_school_pence) == (110, 37)
    halves = burden(
        request(effort=[effort("unknown", read=6)], expected_response=0.11, costs_pence={}), 1
    )
    assert halves.expected_staff_pence == 28  # 250 × 0.11 = 27.5


def test_no_schools_cost_nothing():
    found = burden(request(effort=THREE_ROLES), 0)
    assert (found.gross_pence, found.per_school_pence) == (0, 0)


def test_words_are_counted_without_markdown_marks():
    assert count_words("# Head\n\n* one **two** [three](http://x.example/y/z)") == 4
    assert reading_minutes(460) == Fraction(5, 2)


def test_minutes_at_a_school_are_those_of_all_its_people():
    assert minutes_at_a_school(request(effort=[effort("office", people=2, read=3)])) == 6


PARTS = ("read", "gather", "complete", "check", "send")
EFFORTS = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(ROLES),
            "people": st.integers(0, 20),
            "minutes": st.fixed_dictionaries(
                {
                    part: st.integers(0, 500)
                    for part in ("read", "gather", "complete", "check", "send")
                }
            ),
        }
    ),
    max_size=6,
)
DOCUMENTS = st.builds(
    SubmissionDocument.read,
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["data_request", "communication"]),
            "body": st.text(max_size=200),
            "effort": EFFORTS,
            "frequency": st.fixed_dictionaries(
                {"times": st.integers(1, 5), "per": st.sampled_from(sorted(TIMES_A_YEAR))}
            ),
            "costs_pence": st.fixed_dictionaries(
                {part: st.integers(0, 5_000) for part in ("print", "post", "courier", "licence")}
            ),
            "expected_response": st.floats(0, 1),
            "reminders": st.integers(0, 5),
            "chase_minutes": st.integers(0, 30),
        }
    ),
)
SCHOOLS = st.integers(0, 24_000)


@given(DOCUMENTS, SCHOOLS)
def test_the_burden_is_the_sum_of_its_parts(document, schools):
    found, lines = burden(document, schools), steps(document, schools)
    times = document.frequency.times_a_year
    things = schools * times * document.costs_pence.total
    assert abs(found.gross_pence - (sum(line.pence for line in lines) + things)) <= Fraction(1, 2)
    assert sum(found.minutes.values()) == pytest.approx(
        float(sum(line.minutes for line in lines)), abs=len(ROLES)
    )
    assert abs(found.gross_with_chase_pence - found.gross_pence - found.chase_pence) <= 1
    expected = found.expected_staff_pence + things + found.chase_pence
    assert abs(found.expected_pence - expected) <= 1
    assert found.expected_pence - found.chase_pence <= found.gross_pence + 1
    assert min(found.as_json()[name] for name in found.as_json() if name.endswith("pence")) >= 0
    per_year = minutes_at_a_school(document) * schools * times
    assert per_year == sum(line.minutes for line in lines)


@given(DOCUMENTS, SCHOOLS, st.sampled_from([DEFAULT, OTHER]))
def test_what_a_version_keeps_gives_the_same_pence_later(document, schools, protocol):
    cost = burden(document, schools, protocol)
    stored = json.loads(json.dumps(kept(cost, protocol)))
    assert recompute(document, schools, stored) == cost


@pytest.mark.sqlite_only
def test_a_frozen_version_can_be_worked_out_again_after_the_rates_changed(session):
    author = OfficerFactory()
    draft = make_submission(State.DRAFT, author=author, document=ASKING)
    SchoolFactory.create_batch(3)
    version = freeze(session, draft, by=author.person_id, at=NOON)
    again = recompute(SubmissionDocument.read(version.document), version.schools, version.burden)
    assert again.gross_pence == version.burden["gross_pence"] > 0
    dearer = burden(SubmissionDocument.read(version.document), version.schools, OTHER)
    assert dearer.gross_pence > again.gross_pence
