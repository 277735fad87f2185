"""Which things of one document are things of another, and how much of each document that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from gatekeeping.alike.measures import same_measure
from gatekeeping.alike.populations import same_population
from gatekeeping.alike.things import Thing
from gatekeeping.alike.topics import cosine, shipped
from gatekeeping.alike.vocabulary import mass_of

SHARED_FROM = 0.5
"""From this likeness on, two things count as the same thing."""
_MOST_CONCEPTS = 8
_TELLS = 0.3
"""Stems that tell less than this of any concept say nothing beside the topic."""
_ONE_TELLS = 0.35
"""How alike a thing that names only the topic is to one that asks something about it."""
_AGAIN = 0.85
"""What stays when a thing matches one that a better match has taken already."""

_Vector = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Matched:
    """How the things of two documents match.

    ``ours`` and ``theirs`` are the shares of each document that the other asks too, 0 to 1;
    ``pairs`` are places of things that are the same, likest first, with their likeness.
    """

    ours: float
    theirs: float
    pairs: tuple[tuple[int, int, float], ...]


def matched(
    one: Sequence[Thing], other: Sequence[Thing], shared: frozenset[str] = frozenset()
) -> Matched:
    """Match the things of two documents. ``shared`` are stems that both titles have."""
    found = [
        (same_thing(ours, theirs, shared), row, column)
        for row, ours in enumerate(one)
        for column, theirs in enumerate(other)
    ]
    found.sort(key=lambda each: (-each[0], each[1], each[2]))
    rows, columns = [0.0] * len(one), [0.0] * len(other)
    pairs = []
    for likeness, row, column in found:
        if not likeness:
            break
        if not rows[row] or not columns[column]:
            value = likeness if not rows[row] and not columns[column] else likeness * _AGAIN
            rows[row], columns[column] = max(rows[row], value), max(columns[column], value)
            if value >= SHARED_FROM:
                pairs.append((row, column, round(value, 4)))
    return Matched(_covered(one, rows), _covered(other, columns), tuple(pairs))


def same_thing(one: Thing, other: Thing, shared: frozenset[str] = frozenset()) -> float:
    """Return how surely two things are the same: by their codes, else their concepts and words.

    ``shared`` stems are what both documents are about anyway: they tell nothing apart.
    """
    if one.code and one.code == other.code:
        return 1.0
    if one.stems == other.stems:
        alike = 1.0 if one.stems else float(one.said == other.said)
    else:
        alike = _apart_from(one, other, shared) if shared else _alike(one, other)
    if not alike:
        return 0.0
    return (
        alike * same_measure(one.measures, other.measures) * same_population(one.about, other.about)
    )


def _alike(one: Thing, other: Thing) -> float:
    words = _stems_alike(one.stems, other.stems, one.mass + other.mass)
    return max(words, cosine(one.concepts, other.concepts))


def _apart_from(one: Thing, other: Thing, shared: frozenset[str]) -> float:
    """Compare what two things say beside the stems that both documents are about."""
    ours, theirs = one.stems - shared, other.stems - shared
    if ours == one.stems and theirs == other.stems:
        return _alike(one, other)
    topics = shipped()
    tells = [topics.told_by(stems) >= _TELLS for stems in (ours, theirs)]
    if not any(tells):
        return 1.0
    if not all(tells):
        return _ONE_TELLS
    masses = mass_of(ours) + mass_of(theirs)
    meant = cosine(dict(_vector(ours)), dict(_vector(theirs)))
    beside = max(_stems_alike(ours, theirs, masses), meant)
    return math.sqrt(beside * max(beside, _alike(one, other)))


@lru_cache(maxsize=4096)
def _vector(stems: frozenset[str]) -> _Vector:
    found = shipped().of(dict.fromkeys(sorted(stems), 1.0), most=_MOST_CONCEPTS)
    return tuple(found.items())


def _stems_alike(one: frozenset[str], other: frozenset[str], masses: float) -> float:
    both = one & other
    return 2 * mass_of(both) / masses if both else 0.0


def _covered(things: Sequence[Thing], best: Sequence[float]) -> float:
    weight = sum(thing.weight for thing in things)
    return sum(t.weight * b for t, b in zip(things, best, strict=True)) / weight if weight else 0.0
