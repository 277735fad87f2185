"""Submissions as other people would write them, with what the gate must and must not say.

They were written from the specification, without looking at the checks. A line of
``gate_examples.jsonl`` changes a plain request or letter: ``must`` names the rules that speak,
``any`` those of which one does, ``may`` those that are a matter of taste. Any other rule that
speaks is a false alarm. URNs in a line are places in the list of schools made here.
"""

import json
from pathlib import Path

import pytest

from directory.models import School
from gatekeeping.assessment import Assessment, assess
from gatekeeping.documents import SubmissionDocument
from gatekeeping.evidence import text_of
from tests.factories.base import NOON
from tests.factories.calendar import load_lancashire
from tests.factories.directory import SchoolFactory

LINES = (Path(__file__).parents[1] / "data" / "gate_examples.jsonl").read_text("utf-8")
EXAMPLES = [json.loads(line) for line in LINES.splitlines()]
REQUEST = {
    "kind": "data_request",
    "title": "Trees planted on school grounds",
    "purpose": "To decide which schools get saplings in 2027-28. The Cabinet Member decides in "
    "March 2027.",
    "decision_maker": "Cabinet Member for Environment, March 2027",
    "body": "Please tell us how many trees you planted this year. Answer in the portal by "
    "29 January 2027.",
    "origin": "policy",
    "items": [{"name": "Number of trees planted on the grounds this year"}],
    "audience": {"phases": ["primary"], "types": ["maintained"]},
    "categories": ["cleaning-grounds"],
    "send_on": "2026-11-30",
    "due_on": "2027-01-29",
    "effort": [
        {
            "role": "office",
            "people": 1,
            "minutes": {"read": 3, "gather": 10, "complete": 5, "check": 2, "send": 1},
        }
    ],
    "reply_by": "portal",
    "results_back": "Summary in the bulletin in April 2027",
    "voluntary": True,
    "author": "officer@lancashire.example",
    "team": "Environment",
}
LETTER = {
    "kind": "communication",
    "title": "Opening hours of the helpdesk at Christmas",
    "purpose": "So that schools know when to ring.",
    "body": "The helpdesk is closed from 24 December 2026 to 3 January 2027. It opens again on "
    "4 January 2027.",
    "audience": {"all": True},
    "categories": ["ict-strategy"],
    "send_on": "2026-12-07",
    "reply_by": "none",
    "author": "officer@lancashire.example",
    "team": "ICT",
}
ALWAYS = {"K20"}


@pytest.fixture
def schools(session):
    """Make 66 schools of every kind, with Lancashire's calendar."""
    load_lancashire()
    kinds = [("01", "2", 24), ("34", "2", 12), ("34", "4", 12), ("05", "4", 12), ("11", "7", 6)]
    made: list[School] = []
    for type_code, phase_code, many in kinds:
        made += SchoolFactory.create_batch(many, type_code=type_code, phase_code=phase_code)
    session.flush()
    return made


def document_of(example, schools):
    base = REQUEST if example["like"] == "request" else LETTER
    document = {**base, **example["document"]}
    if "urns" in document["audience"]:
        places = document["audience"]["urns"]
        document["audience"] = {"urns": [schools[place].urn for place in places]}
    return SubmissionDocument.read(document)


def wrong(example, document, judged: Assessment):
    """Return what was missed, what was a false alarm, and whose evidence is not in the text."""
    said = {finding.rule for finding in judged.findings}
    missed = set(example["must"]) - said
    either = set(example.get("any", ()))
    if either and not either & said:
        missed |= either
    false = said - {*example["must"], *example.get("may", ()), *either, *ALWAYS}
    stored = document.as_json()
    astray = [
        (finding.rule, span)
        for finding in judged.findings
        for span in finding.evidence
        if text_of(stored, span.field)[span.start : span.end] != span.text
    ]
    return missed, false, astray


@pytest.mark.sqlite_only
def test_every_example_is_judged_as_the_specification_says(session, authority_id, schools):
    found = {}
    for example in EXAMPLES:
        document = document_of(example, schools)
        judged = assess(session, authority_id, document, at=NOON)
        missed, false, astray = wrong(example, document, judged)
        if missed or false or astray:
            found[example["id"]] = {"missed": missed, "false": false, "astray": astray}
    assert not found


@pytest.mark.sqlite_only
def test_the_order_of_a_batch_changes_nothing(session, authority_id, schools):
    some = EXAMPLES[::12]

    def judged(examples):
        return {
            one["id"]: assess(session, authority_id, document_of(one, schools), at=NOON).findings
            for one in examples
        }

    assert judged(some) == judged(some[::-1])
