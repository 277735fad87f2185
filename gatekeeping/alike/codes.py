"""A meaning as a code of fixed length: its weightiest concepts and words, each with its weight.

A code has 48 places: 24 for concepts and 24 for words. A place names its thing by 16 bits of a
hash, so no list of words has to be kept, and codes made on different machines are the same. How
much a thing tells is not in the code: that is counted over the register when a question is asked.
Behind the places stand the days that are asked about and the kinds of schools that are asked.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from struct import Struct

FORMAT = 2
CONCEPTS = 24
WORDS = 24
PLACES = CONCEPTS + WORDS
THINGS = 1 << 16
HEAVIEST = 255
"""The weight of a thing that is all there is."""
FARTHEST = 1 << 24
"""Days: no day of any document is farther away."""
MOST_ASKED = 32
"""So many words of a question are looked for: more than a code holds, so parts are found too."""
_CODE = Struct(f"<{PLACES}H{PLACES}BiiH")
SIZE = _CODE.size
KINDS = 16
"""Kinds of schools that are told apart."""


@dataclass(frozen=True)
class Sight:
    """What of a meaning a code shows: days are counted from 1 January 1970; no kind is any kind.

    ``is_timed`` tells that its words name the time, and not only the day on which it is sent; the
    code does not show it.
    """

    concepts: Mapping[str, float]
    words: Mapping[str, float]
    first_day: int
    last_day: int
    kinds: frozenset[str] = frozenset()
    is_timed: bool = True


@dataclass(frozen=True)
class Question:
    """What is looked for: things by their number, each with its weight; both lists may be empty."""

    concepts: tuple[tuple[int, float], ...]
    words: tuple[tuple[int, float], ...]
    first_day: int
    last_day: int
    kinds: int
    is_timed: bool = True


def code_of(seen: Sight) -> bytes:
    """Return the code, ``SIZE`` bytes. An empty place is thing 0 with weight 0."""
    places = [
        *_filled(_heaviest(seen.concepts, "c", CONCEPTS), CONCEPTS),
        *_filled(_heaviest(seen.words, "w", WORDS), WORDS),
    ]
    weights = [min(HEAVIEST, math.ceil(weight * HEAVIEST)) for _, weight in places]
    days = (max(-FARTHEST, min(FARTHEST, day)) for day in (seen.first_day, seen.last_day))
    return _CODE.pack(*(thing for thing, _ in places), *weights, *days, _bits(seen.kinds))


def question_of(seen: Sight) -> Question:
    """Return what to look for to find meanings like this one."""
    return Question(
        tuple(_heaviest(seen.concepts, "c", MOST_ASKED)),
        tuple(_heaviest(seen.words, "w", MOST_ASKED)),
        seen.first_day,
        seen.last_day,
        _bits(seen.kinds),
        seen.is_timed,
    )


def _bits(kinds: Iterable[str]) -> int:
    bits = 0
    for kind in kinds:
        bits |= 1 << number_of("k", kind) % KINDS
    return bits


@lru_cache(maxsize=50_000)
def number_of(kind: str, name: str) -> int:
    """Return the number of a thing, 1 to 65,535, the same on every machine."""
    digest = blake2b(f"{kind} {name}".encode(errors="replace"), digest_size=4).digest()
    return int.from_bytes(digest, "little") % (THINGS - 1) + 1


def _heaviest(weights: Mapping[str, float], kind: str, most: int) -> list[tuple[int, float]]:
    """Return the heaviest things; their weights together are of length 1."""
    known = [(name, weight) for name, weight in weights.items() if weight > 0]
    chosen = sorted(known, key=lambda one: (-one[1], one[0]))[:most]
    length = math.sqrt(sum(weight * weight for _, weight in chosen)) or 1.0
    found: dict[int, float] = {}
    for name, weight in chosen:
        found.setdefault(number_of(kind, name), weight / length)
    return list(found.items())


def _filled(things: list[tuple[int, float]], places: int) -> Iterable[tuple[int, float]]:
    return [*things, *[(0, 0.0)] * (places - len(things))]
