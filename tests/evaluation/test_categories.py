"""How well categories are suggested for texts that nobody tuned by. ``-s`` prints the figures."""

import json
from pathlib import Path

import pytest

from categories.catalogue import SHIPPED, read_catalogue
from categories.topics.suggesting import suggest

TEXTS = Path(__file__).parent / "categories.jsonl"


def shares(part: str) -> tuple[int, float, float]:
    """Return how many texts a part has, and the shares found first and among the first three."""
    known = read_catalogue(SHIPPED)
    lines = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    mine = [line for line in lines if line["part"] == part]
    first = among = 0
    for line in mine:
        ranked = [found.slug for found in suggest(known, line["text"])]
        first += ranked[:1] == [line["category"]]
        among += line["category"] in ranked[:3]
    return len(mine), first / len(mine), among / len(mine)


@pytest.mark.parametrize(
    ("part", "first_at_least", "among_at_least"), [("tune", 0.90, 0.95), ("unseen", 0.78, 0.88)]
)
def test_categories_are_found(part, first_at_least, among_at_least):
    texts, first, among = shares(part)
    print(f"\ncategories, {part}: {texts} texts, top-1 {first:.3f}, top-3 {among:.3f}")  # noqa: T201 - the figures
    assert first >= first_at_least
    assert among >= among_at_least
