"""Citations as people write them, with what each resolves to: written without looking at the code.

Every expectation stands in ``citations_in_the_wild.jsonl``: ``exact`` are the identifiers without
their root, in order; ``paper`` is the verdict on what is no law; ``suggest`` is the provision of
what is only ever suggested.
"""

import json
from pathlib import Path

import pytest

from gatekeeping.law.citations import read
from gatekeeping.law.identifiers import ROOT
from gatekeeping.law.opinions import opinion

LINES = (Path(__file__).parents[2] / "data" / "citations_in_the_wild.jsonl").read_text("utf-8")
EXAMPLES = [json.loads(line) for line in LINES.splitlines()]


@pytest.mark.parametrize("example", EXAMPLES, ids=[one["text"][:60] for one in EXAMPLES])
def test_a_citation_in_the_wild_is_read_as_a_lawyer_would(example):
    text = example["text"]
    found = read(text)
    exact = [one for one in found if one.confidence == "exact" and one.id]
    assert [one.id.removeprefix(ROOT) for one in exact] == example["exact"]
    assert all(text[one.start : one.end] == one.text for one in found)
    if "paper" in example:
        assert example["paper"] in {opinion(one).verdict.value for one in found}
    if "suggest" in example:
        assert example["suggest"] in {o.provision for o in found if o.confidence == "suggest"}


def test_reading_twice_gives_the_same():
    first = [read(one["text"]) for one in EXAMPLES]
    read.cache_clear()
    assert [read(one["text"]) for one in reversed(EXAMPLES)] == first[::-1]
