"""What a text is about, as weights of the concepts of the thesaurus.

Every word points to the concepts in whose names it stands, the more the fewer there are. So texts
that share no word are near each other when their words point to the same concepts.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from gatekeeping.alike.vocabulary import weight_of
from gatekeeping.thesaurus.concepts import every
from gatekeeping.thesaurus.naming import stems

SHARPNESS = 1.8
"""The power to which weights are raised: what many words point to stands out."""

Vector = npt.NDArray[np.float64]


class Topics:
    """Concepts by the words of their names. Built once, then only read."""

    def __init__(self, named: Mapping[str, Iterable[str]]) -> None:
        """Take concepts in, each with its names."""
        bags = {
            key: Counter(stem for name in names for stem in set(stems(name)) if len(stem) > 1)
            for key, names in named.items()
        }
        often = Counter(stem for bag in bags.values() for stem in bag)
        most = math.log(len(bags) + 1) or 1.0
        self._rare = {
            stem: weight_of(stem) * math.log((len(bags) + 1) / count) / most
            for stem, count in often.items()
        }
        self._columns = {key: column for column, key in enumerate(bags)}
        self._rows = {stem: row for row, stem in enumerate(often)}
        self._table = np.zeros((len(often), len(bags)))
        self._shares: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for key, bag in bags.items():
            weights = {
                stem: (1 + math.log(count)) * self._rare[stem] for stem, count in bag.items()
            }
            length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
            for stem, weight in weights.items():
                share = self._rare[stem] * weight / length
                self._shares[stem].append((key, share))
                self._table[self._rows[stem], self._columns[key]] = share

    def of(self, words: Mapping[str, float], *, most: int) -> dict[str, float]:
        """Return the ``most`` concepts that weighted stems point to, as a vector of length 1.

        Empty where no stem is a word of any concept.
        """
        found: dict[str, float] = {}
        for stem, often in words.items():
            if stem in self._rows:
                times = math.sqrt(often)
                for key, share in self._shares[stem]:
                    found[key] = found.get(key, 0.0) + times * share
        heaviest = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most]
        sharp = [(key, weight**SHARPNESS) for key, weight in heaviest]
        length = math.sqrt(sum(weight * weight for _, weight in sharp))
        return {key: r for key, w in sharp if (r := round(w / length, 3))} if length else {}

    def vector(self, words: Mapping[str, float]) -> Vector:
        """Return how much weighted stems point to each concept: of length 1, or all 0."""
        known = [(self._rows[stem], often) for stem, often in words.items() if stem in self._rows]
        if not known:
            return np.zeros(len(self._columns))
        rows, weights = zip(*known, strict=True)
        found: Vector = np.sqrt(np.array(weights)) @ self._table[list(rows)]
        found **= SHARPNESS
        length = math.sqrt(float(found @ found))
        return found / length if length else found

    def dense(self, concepts: Mapping[str, float]) -> Vector:
        """Return weights of concepts as ``vector`` gives them; of unknown concepts nothing."""
        found = np.zeros(len(self._columns))
        for key, weight in concepts.items():
            column = self._columns.get(key)
            if column is not None:
                found[column] = weight
        return found

    def told_by(self, found: Iterable[str]) -> float:
        """Return how much stems tell of any concept: the sum of their rarities."""
        return sum(self._rare.get(stem, 0.0) for stem in found)

    def rarity(self, stem: str) -> float:
        """Return how rare a stem is, 0 to 1; a word that no concept has is rare."""
        return self._rare.get(stem, 0.9 * weight_of(stem))


@cache
def shipped() -> Topics:
    """Return the topics of the shipped thesaurus."""
    return Topics({key: (one.label, *one.names) for key, one in every().items()})


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how alike two vectors of length 1 are, 0 to 1."""
    if one.keys().isdisjoint(other):
        return 0.0
    if len(other) < len(one):
        one, other = other, one
    return min(1.0, sum(weight * other[key] for key, weight in one.items() if key in other))
