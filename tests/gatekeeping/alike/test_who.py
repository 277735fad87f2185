import pytest

from gatekeeping.alike.measures import measures_of, same_measure
from gatekeeping.alike.populations import population_of, same_population
from gatekeeping.alike.who import Who, in_words, same_schools, who_of
from gatekeeping.documents import SubmissionDocument


def who(phases=(), types=(), places=(), *, everyone=False):
    return Who(frozenset(phases), frozenset(types), frozenset(places), everyone=everyone)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("All schools", who(everyone=True)),
        ("every school and academy", who(everyone=True)),
        ("LA maintained and academies", who(everyone=True)),
        ("All secondary schools and academies", who(["secondary"])),
        ("maintained schools only (no academies)", who(types=["maintained"])),
        ("schools the council maintains", who(types=["maintained"])),
        ("infant, junior and primary schools", who(["primary"])),
        ("any school with pupils aged 11 to 16", who(["secondary"])),
        ("special schools and PRUs", who(types=["special", "pru"])),
        ("West Lancashire primaries", who(["primary"], places=["west lancashire"])),
        (
            "secondary schools in Preston, Chorley and South Ribble",
            who(["secondary"], places=["preston", "chorley", "south ribble"]),
        ),
        ("schools on the attached list", who()),
    ],
)
def test_words_tell_which_schools(words, expected):
    assert in_words(words) == expected


def test_a_text_tells_only_where_it_speaks_of_schools():
    document = SubmissionDocument.read(
        {"body": "Primary schools: how many pupils chose a college?"}
    )
    assert who_of(document) == who(["primary"])


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (who(["primary"]), who(["primary"]), 1, 1),
        (who(["primary"]), who(["secondary"]), 0, 0),
        (who(["primary"]), who(everyone=True), 0.4, 0.7),
        (who(places=["burnley"]), who(everyone=True), 0.2, 0.5),
        (who(places=["burnley"]), who(places=["pendle"]), 0, 0),
        (Who(urns=frozenset({1, 2, 3})), Who(urns=frozenset({2, 3, 4})), 0.5, 0.7),
    ],
)
def test_schools_in_common_are_weighed(one, other, least, most):
    assert least <= same_schools(one, other) <= most
    assert same_schools(one, other) == same_schools(other, one)


def test_schools_that_are_not_told_are_no_difference():
    assert same_schools(who(), who(["primary"])) is None
    assert same_schools(Who(urns=frozenset({1})), who(["primary"])) is None


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Attendance of boys", "Attendance of girls", 0, 0.4),
        ("Attendance in Year 6", "Attendance in Year 11", 0, 0.4),
        ("Key Stage 2 pupils", "pupils in Years 3 to 6", 1, 1),
        ("Staff absence", "Pupil absence", 0, 0.4),
        ("attendance of looked-after children", "attendance of pupils in public care", 1, 1),
        ("attendance of looked-after children", "attendance of pupils", 0.3, 0.7),
    ],
)
def test_a_thing_is_about_the_same_people_or_others(one, other, least, most):
    assert least <= same_population(population_of(one), population_of(other)) <= most


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("How many pupils have a plan?", {"count"}),
        ("Names of pupils with a plan", {"names"}),
        ("What did electricity cost?", {"money"}),
        ("Electricity used, kWh", {"amount"}),
        ("Percentage of pupils", {"share"}),
        ("Please send your menu", set()),
    ],
)
def test_the_form_of_the_answer_is_read(text, forms):
    assert measures_of(text) == forms


def test_forms_serve_each_other_or_not():
    assert same_measure(frozenset({"count"}), frozenset()) == 1
    assert same_measure(frozenset({"count"}), frozenset({"share"})) > 0.8
    assert same_measure(frozenset({"count"}), frozenset({"names"})) < 0.5
    assert same_measure(frozenset({"money"}), frozenset({"amount"})) < 0.5
