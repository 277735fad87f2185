import pytest

from gatekeeping.models import Severity
from tests.judging import findings

NAMES = [{"name": "Pupil name and date of birth"}]
COUNTS = [{"name": "Number of pupils with SEND"}]
FORM = "Please answer at https://forms.office.com/r/abc123."


@pytest.mark.parametrize(
    ("document", "ways"),
    [
        ({"items": NAMES, "reply_by": "email"}, ["email"]),
        ({"items": [{"name": "Grade", "personal": True}], "reply_by": "email"}, ["email"]),
        ({"personal_data": "children_at_scale", "reply_by": "email"}, ["email"]),
        ({"body": "Please e-mail the list of pupils to x@example.gov.uk."}, ["email"]),
        (
            {"items": NAMES, "body": "Complete the attached spreadsheet.", "reply_by": "none"},
            ["file"],
        ),
        ({"items": NAMES, "body": FORM}, ["open_form"]),
        ({"body": f"List the names of all pupils who walk. {FORM}"}, ["open_form"]),
    ],
)
def test_pupils_data_on_an_insecure_way_is_stopped(document, ways):
    (found,) = findings("K72", {"kind": "data_request", **document})
    assert found.severity is Severity.BLOCK
    assert found.detail["ways"] == ways


@pytest.mark.parametrize(
    "document",
    [
        {"items": COUNTS, "reply_by": "email"},
        {"items": [{"name": "Number of pupils", "personal": True}], "reply_by": "email"},
        {"items": COUNTS, "body": FORM},
        {"items": NAMES, "reply_by": "portal"},
        {"items": NAMES, "reply_by": "portal", "body": "Complete the attached spreadsheet."},
        {"items": [{"name": "Staff names", "personal": True}], "reply_by": "email"},
        {"items": NAMES, "body": "Never e-mail the list of pupils to us.", "reply_by": "portal"},
        {"items": NAMES, "body": "Return the list by secure e-mail (Egress).", "reply_by": "email"},
        {"items": NAMES, "body": "Questions? E-mail data@example.gov.uk.", "reply_by": "portal"},
        {"body": "E-mail the number of pupils in each year group to x@example.gov.uk."},
    ],
)
def test_counts_and_safe_ways_are_let_be(document):
    assert findings("K72", {"kind": "data_request", **document}) == []
