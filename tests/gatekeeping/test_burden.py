from fractions import Fraction

import pytest

from gatekeeping.burden import burden, count_words, minutes_at_a_school, reading_minutes, steps
from gatekeeping.documents import SubmissionDocument


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
