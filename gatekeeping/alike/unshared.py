"""Whether the words that only one of two documents has mean what the other is about.

Two requests for the same in other words do; two questions about one subject do not, because what
they share is set aside.
"""

import math
from collections.abc import Mapping

from gatekeeping.alike.meaning import Meaning
from gatekeeping.alike.topics import shipped

_ENOUGH = 0.3
"""Where fewer of the words than this are unshared, it says little that they point nowhere."""


def unshared(one: Meaning, other: Meaning) -> float:
    """Return 1 where all words are shared, or the others mean the same, to 0 where they do not.

    A document without words shares nothing.
    """
    if not one.words or not other.words:
        return 0.0
    ours, theirs = _only(one.words, other.words), _only(other.words, one.words)
    share = math.sqrt(_share(ours, one.words) * _share(theirs, other.words))
    counts = min(1.0, share / _ENOUGH)
    if not counts:
        return 1.0
    meant = 0.5 * _pointing(ours, other) + 0.5 * _pointing(theirs, one)
    return 1 - counts * (1 - meant)


def _only(words: Mapping[str, float], others: Mapping[str, float]) -> Mapping[str, float]:
    return {stem: weight for stem, weight in words.items() if stem not in others}


def _share(part: Mapping[str, float], words: Mapping[str, float]) -> float:
    return sum(part.values()) / (sum(words.values()) or 1.0)


def _pointing(words: Mapping[str, float], other: Meaning) -> float:
    """Return how well words point to what the other document is about."""
    return math.sqrt(float(shipped().vector(words) @ other.pointing)) if words else 1.0
