"""How much each word of a name tells: rare ones much, light and weak ones little."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from gatekeeping.thesaurus.naming import LIGHT, STOP, stems

_LIGHT_WEIGHT = 0.22
_WEAK_WEIGHT = 0.12
"""What a word weighs that seldom tells one thing from another."""
UNITS = frozenset(stems("day week month term hour minute time kind type size"))
"""Words that measure many things."""
_UNIT_WEIGHT = 0.5
"""What is left of the weight of a word that measures many things."""
_FIGURE = re.compile(r"year\d+|\d+")


def weights_of(bags: list[frozenset[str]]) -> Mapping[str, float]:
    """Return what each stem weighs: a word of one thing 1, a word of all next to nothing."""
    often = Counter(stem for bag in bags for stem in bag)
    most = math.log(1 + len(bags)) or 1.0
    found = {
        stem: max(0.05, math.log((1 + len(bags)) / count) / most) * _share(stem)
        for stem, count in often.items()
    }
    return {**dict.fromkeys(STOP, _WEAK_WEIGHT), **found}


def _share(stem: str) -> float:
    if stem in STOP:
        return _WEAK_WEIGHT
    if is_light(stem):
        return _LIGHT_WEIGHT
    return _UNIT_WEIGHT if stem in UNITS else 1.0


@lru_cache(maxsize=16384)
def is_light(stem: str) -> bool:
    """Tell whether a stem only narrows a name, seldom tells anything, or is a figure."""
    return stem in LIGHT or stem in STOP or bool(_FIGURE.fullmatch(stem))


def heavy_of(found: frozenset[str]) -> frozenset[str]:
    """Return the stems that make a name: neither light nor weak, and no figures."""
    return frozenset(stem for stem in found if not is_light(stem))
