import pytest

from gatekeeping.models import Severity, Track
from tests.judging import findings

PUPILS = {"kind": "data_request", "items": [{"name": "Pupil names and dates of birth"}]}
HEALTH = {"kind": "data_request", "items": [{"name": "Medical conditions of each pupil"}]}


@pytest.mark.parametrize("personal_data", ["special", "children_at_scale"])
@pytest.mark.parametrize(
    ("dpia", "fires"),
    [
        ("", True),
        ("n/a", True),
        ("Not yet done", True),
        ("to follow", True),
        ("TBC", True),
        ("DPIA-2026-014", False),
        ("Screening 12, none needed", False),
    ],
)
def test_declared_data_needs_a_reference(personal_data, dpia, fires):
    found = findings("K71", {"personal_data": personal_data, "dpia": dpia})
    assert bool(found) == fires
    assert all(finding.severity is Severity.BLOCK for finding in found)


@pytest.mark.parametrize(
    "name",
    [
        "Ethnicity",
        "SEN status",
        "Religion of each pupil",
        "Medical conditions",
        "Fingerprints",
        "Child protection plan dates",
    ],
)
def test_special_categories_are_recognised_and_asked_about(name):
    document = {"kind": "data_request", "items": [{"name": name}]}
    (found,) = findings("K71", document)
    assert found.severity is Severity.CHALLENGE
    assert "?" in found.says.split(".")[0]
    marked = {"kind": "data_request", "items": [{"name": name, "personal": True}]}
    assert [finding.severity for finding in findings("K71", marked)] == [Severity.BLOCK]
    assert findings("K71", {**document, "dpia": "DPIA-3"}) == []


@pytest.mark.parametrize(
    "name",
    [
        "Number of pupils with SEND",
        "Date of the health and safety policy",
        "Does your school have a safeguarding policy?",
        "Safeguarding training dates",
        "Percentage of pupils from ethnic minorities",
        "Number on roll",
        "Boiler age",
    ],
)
def test_counts_and_policies_need_none(name):
    document = {"kind": "data_request", "items": [{"name": name}]}
    assert findings("K71", document, schools=650) == []


@pytest.mark.parametrize(("schools", "fires"), [(20, False), (21, True)])
def test_pupils_of_many_schools_are_children_at_scale(schools, fires):
    assert bool(findings("K71", PUPILS, schools=schools)) == fires


@pytest.mark.parametrize(
    ("purpose", "reasons"),
    [
        ("We will match the answers with health records.", ["matching"]),
        ("The list is linked to police data.", ["matching"]),
        ("An AI tool will predict who leaves.", ["new_technology"]),
        ("Facial recognition is tried at the gate.", ["new_technology"]),
        ("We will not use AI.", []),
        ("To plan places.", []),
    ],
)
def test_matching_and_new_technology_count_where_people_are_asked_about(purpose, reasons):
    found = findings("K71", {**PUPILS, "purpose": purpose}, schools=3)
    assert [reason for one in found for reason in one.detail["reasons"]] == reasons
    boilers = {"kind": "data_request", "items": [{"name": "Boiler age"}], "purpose": purpose}
    assert findings("K71", boilers) == []


def test_in_an_emergency_it_waits_for_the_after_review():
    (found,) = findings("K71", {"personal_data": "special"}, track=Track.EMERGENCY)
    assert found.severity is not Severity.BLOCK
    assert found.detail["after_review"] is True
    assert "after-review" in found.says


def test_otherwise_it_stops_the_release_only():
    (found,) = findings("K71", HEALTH)
    assert found.detail["stops"] == "release"
