"""Which held item a phrase means: 1,000 phrasings of 96 items. ``-s`` prints the figures."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gatekeeping.holdings.catalogue import shipped
from gatekeeping.holdings.matching import Matcher

PHRASINGS = Path(__file__).parent / "phrasings.jsonl"
LEAST_NEAREST = {"tune": 0.95, "unseen": 0.92}
"""Of the phrases for held items, those that come nearest to the right one."""
LEAST_FOUND = {"tune": 0.95, "unseen": 0.86}
"""Of the same, those of which the gate says so."""
MOST_FALSE = {"tune": 0.06, "unseen": 0.19}
"""Of the phrases for what is not held, those that are taken for a held item."""


@cache
def matcher() -> Matcher:
    return Matcher(shipped().items)


def phrasings(part: str) -> Iterator[dict[str, Any]]:
    with PHRASINGS.open(encoding="utf-8") as lines:
        yield from (one for one in map(json.loads, lines) if one["part"] == part)


def measured(part: str) -> tuple[float, float, float]:
    """Return the shares that are nearest, that are found, and of false matches."""
    nearest = found = false = held = 0
    rows = list(phrasings(part))
    for row in rows:
        said = matcher().meant_by(row["phrase"])
        if row["item"] is None:
            false += bool(said)
            continue
        held += 1
        right = (row["holding"], row["item"])
        found += any((one.holding.key, one.name) == right for one in said[:1])
        first = matcher().nearest(row["phrase"])[:1]
        nearest += any((one.holding.key, one.name) == right for one in first)
    return nearest / held, found / held, false / (len(rows) - held)


@pytest.mark.parametrize("part", ["tune", "unseen"])
def test_a_phrase_finds_the_item_that_it_means(part):
    nearest, found, false = measured(part)
    print(  # noqa: T201 - the figures
        f"\nitems, {part}: nearest {nearest:.3f}, found {found:.3f}, false {false:.3f}"
    )
    assert nearest >= LEAST_NEAREST[part]
    assert found >= LEAST_FOUND[part]
    assert false <= MOST_FALSE[part]
