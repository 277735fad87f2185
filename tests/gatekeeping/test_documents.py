import pytest

from gatekeeping.documents import DocumentError, SubmissionDocument


def test_texts_stay_as_they_are_so_that_evidence_points_into_them():
    document = SubmissionDocument.read({"body": "  Sign here. \n", "items": [{"name": " a "}]})
    assert document.body == "  Sign here. \n"
    assert document.items[0].name == " a "


def test_what_no_database_can_hold_is_left_out():
    document = SubmissionDocument.read({"title": "a\x00b", "body": "half \ud800"})
    assert (document.title, document.body) == ("ab", "half ?")
    document = SubmissionDocument.read(
        {"categories": ["a\x00b"], "audience": {"districts": ["half \ud800"]}}
    )
    assert (document.categories, document.audience.districts) == (["ab"], ["half ?"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 301),
        ("body", 7),
        ("kind", "letter"),
        ("send_on", "2026-13-01"),
        ("audience", {"phases": ["middle"]}),
        ("audience", {"urns": [10**30]}),
        ("audience", {"urns": [-1]}),
        ("audience", {"districts": ["Chorley"] * 1_001}),
        ("effort", [{"role": "office", "people": -1}]),
        ("expected_response", 1.5),
    ],
)
def test_a_wrong_value_is_named(field, value):
    with pytest.raises(DocumentError) as refusal:
        SubmissionDocument.read({field: value})
    assert refusal.value.problems[0][0].startswith(field)


def test_a_document_survives_writing_and_reading():
    document = SubmissionDocument.read({"title": "A", "send_on": "2026-12-01", "due_on": ""})
    assert SubmissionDocument.read(document.as_json()) == document
