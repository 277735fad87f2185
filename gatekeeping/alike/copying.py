"""How far two texts are written by one hand: the pairs of neighbouring words that both have.

Who copies a text and changes some of it means the changes. Who asks the same in other words
copies nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from heapq import nsmallest
from itertools import pairwise
from zlib import crc32

SIZE = 40
"""So many numbers stand for a text; a likeness worked out from them is off by 0.07 as a rule."""
_WORD = re.compile(r"[^\W_]+|[.;:?!\n|]")
_SCATTER, _RANGE = 2_654_435_761, 1 << 32


def sketch_of(texts: Iterable[str]) -> frozenset[int]:
    """Return the sketch of texts: numbers of 32 bits, the same on every machine."""
    found = {
        crc32(f"{one} {other}".encode()) * _SCATTER % _RANGE
        for text in texts
        for one, other in pairwise(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
        if one.isalnum() and other.isalnum()
    }
    return frozenset(nsmallest(SIZE, found))


def copied(one: frozenset[int], other: frozenset[int]) -> float:
    """Return which share of all their pairs of words both texts have, from 0 to 1."""
    if not one or not other or one.isdisjoint(other):
        return 0.0
    union = sorted(one | other)[:SIZE]
    return len(one & other & set(union)) / len(union)
