"""Comparing what two documents mean: how surely both ask the same, and in which parts.

A part is 1 where both are the same, 0 where they are not, None where one of them does not tell:
what is not told is no difference.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gatekeeping.alike.meaning import Meaning
from gatekeeping.alike.measures import same_measure
from gatekeeping.alike.populations import same_population
from gatekeeping.alike.purposes import same_purpose
from gatekeeping.alike.saying import sentences_for
from gatekeeping.alike.things import Thing
from gatekeeping.alike.times import same_time
from gatekeeping.alike.topics import cosine
from gatekeeping.alike.vocabulary import weight_of
from gatekeeping.alike.who import same_schools
from gatekeeping.protocol import DEFAULT, Protocol

SHARED_FROM = 0.5
"""From this likeness on, two things count as the same thing."""


class Label(StrEnum):
    """What two documents are to each other."""

    DUPLICATE = "duplicate"
    OVERLAP = "overlap"
    DIFFERENT = "different"
    RENEWAL = "renewal"


@dataclass(frozen=True)
class Comparison:
    """How surely two documents ask the same, 0 to 1, and why.

    ``parts`` are items, who, period, purpose, text, each 0 to 1 where it is told; ``shared_items``
    are things of the first document that the second asks too; ``says`` are plain sentences.
    """

    score: float
    label: Label
    parts: Mapping[str, float | None]
    shared_items: tuple[str, ...]
    says: tuple[str, ...]


def compare(one: Meaning, other: Meaning, *, protocol: Protocol = DEFAULT) -> Comparison:
    """Compare two meanings. Score and label are the same whichever comes first."""
    rows = [[same_thing(ours, theirs) for theirs in other.things] for ours in one.things]
    ours = _covered(one.things, [max(row, default=0.0) for row in rows])
    theirs = _covered(
        other.things,
        [max((row[place] for row in rows), default=0.0) for place in range(len(other.things))],
    )
    parts: dict[str, float | None] = {
        "items": round(math.sqrt(ours * theirs), 4),
        "who": _rounded(same_schools(one.who, other.who)),
        "period": _rounded(same_time(one.time, other.time)),
        "purpose": _rounded(same_purpose(one.purposes, other.purposes)),
        "text": round(_cosine(one.words, other.words, one.words_length * other.words_length), 4),
    }
    topic = cosine(one.concepts, other.concepts)
    score = _score(parts, min(ours, theirs), topic)
    label = _label(one, other, parts, score, (ours, theirs), protocol)
    if label is Label.RENEWAL:
        score = min(score, 0.3)
    shared = tuple(
        thing.said
        for thing, row in zip(one.things, rows, strict=True)
        if max(row, default=0.0) >= SHARED_FROM
    )
    return Comparison(
        round(score, 4),
        label,
        parts,
        shared,
        sentences_for(one, other, parts, shared, (ours, theirs)),
    )


def same_thing(one: Thing, other: Thing) -> float:
    """Return how surely two things are the same: by their codes, their concepts, their words."""
    if one.code and one.code == other.code:
        return 1.0
    words = _stems_alike(one.stems, other.stems)
    alike = max(words, cosine(one.concepts, other.concepts))
    if not alike:
        return 0.0
    return (
        alike * same_measure(one.measures, other.measures) * same_population(one.about, other.about)
    )


def _stems_alike(one: frozenset[str], other: frozenset[str]) -> float:
    both = _weight(one & other)
    return both and 2 * both / (_weight(one) + _weight(other))


def _weight(found: frozenset[str]) -> float:
    return sum(weight_of(stem) for stem in found)


def _covered(things: Sequence[Thing], best: Sequence[float]) -> float:
    weight = sum(thing.weight for thing in things)
    return sum(t.weight * b for t, b in zip(things, best, strict=True)) / weight if weight else 0.0


def _cosine(one: Mapping[str, float], other: Mapping[str, float], lengths: float) -> float:
    if not lengths:
        return 0.0
    if len(other) < len(one):
        one, other = other, one
    return min(1.0, sum(w * other[key] for key, w in one.items() if key in other) / lengths)


def _score(parts: Mapping[str, float | None], least: float, topic: float) -> float:
    items, text = parts["items"] or 0.0, parts["text"] or 0.0
    who, period = parts["who"], parts["period"]
    weighed = -4.0 + 2.0 * items + 1.0 * least + 7 * topic + 1.5 * text
    weighed -= 3.0 * (1 - who) if who is not None else 0.0
    weighed -= 3.5 * (1 - period) if period is not None else 0.0
    return 1 / (1 + math.exp(-weighed))


def _label(
    one: Meaning,
    other: Meaning,
    parts: Mapping[str, float | None],
    score: float,
    covered: tuple[float, float],
    protocol: Protocol,
) -> Label:
    del protocol
    period = parts["period"]
    same_asker = not one.team or not other.team or one.team == other.team
    if period is not None and period <= 0.3 and min(covered) > 0.55 and same_asker:  # noqa: PLR2004
        return Label.RENEWAL
    if score >= 0.6:  # noqa: PLR2004
        return Label.DUPLICATE
    if max(covered) >= 0.5 and (period is None or period > 0.3) and parts["who"] != 0:  # noqa: PLR2004
        return Label.OVERLAP
    return Label.DIFFERENT


def _rounded(part: float | None) -> float | None:
    return None if part is None else round(part, 4)
