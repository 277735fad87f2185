import pytest

from gatekeeping.models import Severity
from tests.judging import findings


def items(*names):
    return [{"name": name} for name in names]


@pytest.mark.parametrize(
    "document",
    [
        {
            "body": "Please tell us how many boilers you have. On a separate note, please send us "
            "your list of governors."
        },
        {
            "body": "Please complete the catering form. While we are writing, could you also tell "
            "us how many laptops you have?"
        },
        {
            "title": "Energy survey",
            "purpose": "To plan gas contracts.",
            "items": items("Annual gas use", "Governor vacancies"),
        },
        {
            "purpose": "To plan energy contracts and to update our governor database.",
            "items": items("Boiler age", "Names of governors"),
        },
        {
            "purpose": "To plan kitchen repairs. Also to count laptops.",
            "body": "Please tell us the age of your ovens in the kitchen. Please tell us how many "
            "laptops you have.",
        },
    ],
)
def test_two_unrelated_asks_are_pointed_out(document):
    (found,) = findings("K92", {"kind": "data_request", **document})
    assert found.severity is Severity.WARN


@pytest.mark.parametrize(
    "document",
    [
        {},
        {
            "title": "Energy survey",
            "purpose": "To plan gas contracts.",
            "items": items("Annual gas use", "Boiler age", "Name of site manager"),
        },
        {
            "title": "Census check",
            "purpose": "To check attendance and SEND data",
            "items": items("Number with SEND", "Attendance"),
        },
        {
            "title": "Catering costs",
            "purpose": "To set the budget for meals",
            "items": items("Meals served", "Catering budget"),
        },
        {"body": "Please tell us how many boilers you have. Please also tell us how old each is."},
        {"body": "Please return the form. Separately, we will write to you about meals."},
        {"items": items("Boiler age", "Names of governors")},
        {
            "title": "Staff survey",
            "purpose": "Recruitment plan",
            "items": items("Vacancies", "Laptops for new staff"),
        },
    ],
)
def test_one_purpose_with_many_sides_is_let_be(document):
    assert findings("K92", {"kind": "data_request", **document}) == []
