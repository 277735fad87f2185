"""The thesaurus of what schools are asked about: concepts, and what people call them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from gatekeeping.thesaurus.lexicon import Entry, Lexicon


@dataclass(frozen=True)
class Concept:
    """One thing schools are asked about.

    ``held`` is the shipped held item that has it, as "holding/item", if there is one. ``people``
    tells whom it is about: pupil, staff, governor, parent, or nothing.
    """

    key: str
    label: str
    group: str
    people: str
    names: tuple[str, ...]
    narrows: bool = False
    held: str = ""


@cache
def every() -> Mapping[str, Concept]:
    """Return the concepts by key, in the order of the file."""
    with files("gatekeeping").joinpath("data", "concepts.csv").open(encoding="utf-8") as stream:
        return {row["key"]: _read(row) for row in csv.DictReader(stream)}


@cache
def shipped() -> Lexicon:
    """Return the lexicon of the concepts, built once in a process."""
    return Lexicon(
        Entry(one.key, (one.label, *one.names), one.people, one.narrows, one.group)
        for one in every().values()
    )


def label(key: str) -> str:
    """Return what to call a concept; the key itself where it is none of ours."""
    found = every().get(key)
    return found.label if found else key.replace("-", " ")


def concepts_of(text: str, about: str = "") -> Mapping[str, float]:
    """Return the concepts that a phrase means with their weights (0 to 1), heaviest first."""
    return dict(_concepts_of(text, about))


@lru_cache(maxsize=8192)
def _concepts_of(text: str, about: str) -> tuple[tuple[str, float], ...]:
    return tuple((one.key, one.score) for one in shipped().meant_by(text, about=about))


def _read(row: Mapping[str, str]) -> Concept:
    names = tuple(filter(None, (name.strip() for name in row["names"].split(";"))))
    return Concept(
        row["key"],
        row["label"],
        row["group"],
        row["people"],
        names,
        row["narrows"] == "yes",
        row["held"],
    )
