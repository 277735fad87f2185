"""The common form of a word in letters to schools, and how much it tells."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from foundation.remembered import Remembered
from gatekeeping.alike.vocabulary import COMMON_WEIGHT
from gatekeeping.alike.vocabulary import weight_of as _weight_of
from gatekeeping.thesaurus.naming import STOP, words_of

_FIGURES: Final = re.compile(
    r"\d|^(?:st|nd|rd|th|am|pm|noon|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march"
    r"|april|may|june|july|august|september|october|november|december|today|tomorrow|yesterday)$"
)
_YEAR_GROUP: Final = re.compile(r"year\d{1,2}")
STOPPED: Final = 0.15
"""What a word weighs that seldom tells one thing from another."""


def common_form(stem: str) -> str:
    """Return what stands for a stem and for those that mean the same; nothing for figures."""
    if _FIGURES.search(stem) and not _YEAR_GROUP.fullmatch(stem):
        return ""
    return _heads().get(stem, stem)


_FORMS: Final = Remembered(common_form, most=32768)


def common_forms(stems: Iterable[str]) -> Iterator[str]:
    """Return the common form of each that has one."""
    return filter(None, map(_FORMS.__getitem__, stems))


@lru_cache(maxsize=32768)
def weight_of(word: str) -> float:
    """Return how much a word tells about what a letter is about, to 1."""
    if word in STOP:
        return STOPPED
    return COMMON_WEIGHT if word in _common() else _weight_of(word)


@cache
def _common() -> frozenset[str]:
    """Return the common forms of the words that any letter has."""
    text = _data("letter_common.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(common_form(stem) for line in lines for stem in words_of(line))


@cache
def _heads() -> Mapping[str, str]:
    """Return the head of each stem of ``data/letter_words.csv``."""
    found: dict[str, str] = {}
    with _data("letter_words.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            words = [row["head"], *row["words"].split()]
            stems = [stem for word in words for stem in words_of(word)]
            for stem in stems:
                found.setdefault(stem, stems[0])
    return found


def _data(name: str) -> Traversable:
    return files("gatekeeping").joinpath("data", name)
