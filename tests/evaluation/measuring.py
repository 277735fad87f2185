"""How good scores and labels are on the pairs: precision, recall, average precision."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DUPLICATE, OVERLAP, DIFFERENT, RENEWAL = "duplicate", "overlap", "different", "renewal"


@dataclass(frozen=True)
class Pair:
    """Two documents, and what people say they are to each other."""

    id: str
    part: str
    label: str
    kind: str
    a: dict[str, Any]
    b: dict[str, Any]
    is_hard: bool


def pairs(part: str) -> list[Pair]:
    """Return the pairs of one part, in their order; none where they are not written yet."""
    return [pair for pair in _read() if pair.part == part]


def _read() -> Iterator[Pair]:
    place = HERE / "pairs.jsonl"
    if not place.exists():
        return
    for line in place.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        a, b = row["a"], row["b"]
        yield Pair(
            row["id"],
            row["part"],
            row["label"],
            row.get("kind", ""),
            a,
            b,
            row["label"] == DIFFERENT,
        )


def text_of(document: dict[str, Any]) -> str:
    """Return all words of a document that a search would see."""
    items = [
        f"{item.get('name', '')} {item.get('definition', '')}" for item in document.get("items", [])
    ]
    said = [
        document.get(key, "") for key in ("title", "purpose", "body", "period", "audience_text")
    ]
    return "\n".join([*said, *items])


def average_precision(scores: Sequence[float], wanted: Sequence[bool]) -> float:
    """Return the mean, over what is wanted, of the precision among all that scores as high.

    Equal scores count as one step, so their order cannot help.
    """
    total = sum(wanted)
    if not total:
        return 0.0
    found, result = 0, 0.0
    ranked = sorted(zip(scores, wanted, strict=True), key=lambda one: -one[0])
    place = 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        hits = sum(is_wanted for _, is_wanted in ranked[place:end])
        found += hits
        result += hits / total * (found / end)
        place = end
    return result


def precision_and_recall(told: Sequence[bool], wanted: Sequence[bool]) -> tuple[float, float]:
    """Return which share of what was told is right, and which share of what is right was told."""
    both = sum(one and other for one, other in zip(told, wanted, strict=True))
    return (both / sum(told) if any(told) else 0.0, both / sum(wanted) if any(wanted) else 0.0)
