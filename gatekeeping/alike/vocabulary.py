"""The words by which forms, people, schools and purposes are told, and how much a word tells."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from gatekeeping.thesaurus.naming import LIGHT, stems

LIGHT_WEIGHT = 0.2
COMMON_WEIGHT = 0.35
_SIGN = "sign"


@cache
def patterns(table: str) -> Mapping[str, re.Pattern[str]]:
    """Return a table of alike_words.csv: a name, and the pattern of the words that mean it."""
    found: dict[str, list[str]] = defaultdict(list)
    with files("gatekeeping").joinpath("data", "alike_words.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["table"] == table:
                words = row["pattern"]
                found[row["name"]].append(words if row["as"] == _SIGN else rf"\b(?:{words})\b")
    return {name: re.compile("|".join(each), re.IGNORECASE) for name, each in found.items()}


def named(table: str, text: str) -> frozenset[str]:
    """Return the names of a table whose words stand in a text."""
    return frozenset(name for name, pattern in patterns(table).items() if pattern.search(text))


def mass_of(found: Iterable[str]) -> float:
    """Return how much stems tell together."""
    return sum(map(weight_of, found))


@lru_cache(maxsize=20_000)
def weight_of(stem: str) -> float:
    """Return how much a stem tells about what is asked, from 0 to 1."""
    if stem in LIGHT or stem.isdigit():
        return LIGHT_WEIGHT
    return COMMON_WEIGHT if stem in _common() else 1.0


@cache
def _common() -> frozenset[str]:
    text = files("gatekeeping").joinpath("data", "alike_common.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(stem for line in lines for stem in stems(line))
