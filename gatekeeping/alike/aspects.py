"""Which side of its subject a document asks about: its cost, its state, who leads it.

Two questions about one subject differ by it: the condition of roofs and the cost of roofs, a bus
pass and an incident on a bus. Two ways of asking the same share it, whatever their words are.
"""

from collections.abc import Iterable

from gatekeeping.alike.vocabulary import named

_LONGEST = 4_000
_UNTOLD = 0.5
"""How alike two documents are of which one tells no aspect; each aspect told weighs twice that."""


def aspects_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the aspects that texts name; empty where none does."""
    return named("aspect", "\n".join(texts)[:_LONGEST])


def same_aspects(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how far the one with fewer aspects asks about those of the other, 0 to 1."""
    return (len(one & other) + _UNTOLD) / (min(len(one), len(other)) + 2 * _UNTOLD)
