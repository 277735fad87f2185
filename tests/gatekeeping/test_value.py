from dataclasses import dataclass, field
from typing import Any

import pytest

from gatekeeping.deciding.process import proposals_of
from gatekeeping.documents import SubmissionDocument
from gatekeeping.protocol import DEFAULT
from gatekeeping.value import tier_of, value_of


@dataclass
class Found:
    """A finding as far as the value asks about it."""

    rule: str
    title: str = "Found"
    detail: dict[str, Any] = field(default_factory=dict)
    overrides: list[Any] = field(default_factory=list)


FULL = {
    "kind": "data_request",
    "decision_maker": "Transport board",
    "purpose": "So that the board can decide on routes in March.",
    "used_before": "Two routes were added.",
    "results_back": "Schools get a table of all answers.",
    "items": [{"name": "Pupils by need"}, {"name": "Pupils by distance"}],
}


def points(document, *found):
    value = value_of(SubmissionDocument.read(document), found, gross_pence=0, protocol=DEFAULT)
    return [part.points for part in value.parts]


@pytest.mark.parametrize(
    ("change", "found", "expected"),
    [
        ({}, [], [2, 2, 2, 2, 2]),
        ({"decision_maker": ""}, [], [1, 2, 2, 2, 2]),
        ({"decision_maker": "", "purpose": ""}, [], [0, 2, 2, 2, 2]),
        ({"used_before": ""}, [], [2, 1, 2, 2, 2]),
        ({"used_before": "", "renews": "888-2526-D-00001-X"}, [], [2, 0, 2, 2, 2]),
        ({}, [Found("K11", detail={"items": ["Pupils by need"]})], [2, 2, 1, 2, 2]),
        ({}, [Found("K10")], [2, 2, 0, 2, 2]),
        ({}, [Found("K10", overrides=["aside"])], [2, 2, 2, 2, 2]),
        ({"results_back": "Yes"}, [], [2, 2, 2, 1, 2]),
        ({"results_back": ""}, [], [2, 2, 2, 0, 2]),
        ({}, [Found("K50")], [2, 2, 2, 2, 1]),
        ({}, [Found("K50"), Found("K51")], [2, 2, 2, 2, 0]),
        ({}, [Found("K30"), Found("K40")], [2, 2, 2, 2, 2]),
    ],
)
def test_each_question_gives_up_to_two_points(change, found, expected):
    assert points({**FULL, **change}, *found) == expected


def test_every_part_says_why_and_all_together_are_ten():
    value = value_of(SubmissionDocument.read(FULL), [], gross_pence=0, protocol=DEFAULT)
    assert (value.points, value.most) == (10, 10)
    assert all(part.why.endswith(".") for part in value.parts)


def test_a_communication_is_not_scored():
    document = SubmissionDocument.read({"kind": "communication"})
    assert value_of(document, [], gross_pence=0, protocol=DEFAULT) is None


@pytest.mark.parametrize(
    ("pence", "tier"),
    [(0, "low"), (99_999, "low"), (100_000, "middle"), (999_999, "middle"), (1_000_000, "high")],
)
def test_the_tier_of_the_cost_follows_the_protocol(pence, tier):
    assert tier_of(pence, DEFAULT) == tier


def test_the_findings_propose_what_was_not_set_aside():
    held = Found("K12", detail={"title": "Census", "owner": "Data Team", "as_at": "2026-10-01"})
    found = [
        Found("K10", detail={"number": "one"}, overrides=["aside"]),
        Found("K10", detail={"number": "two"}),
        held,
    ]
    proposed = proposals_of(found)
    assert (proposed.into, proposed.owner) == ("two", "Data Team")
    assert proposed.source == "Census, as at 2026-10-01"
    assert proposals_of([]).into == ""
