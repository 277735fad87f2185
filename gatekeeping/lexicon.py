"""Which things a phrase means: names on one side, things on the other, and how sure it is.

Held items and the concepts of the thesaurus are looked up by the same code. Nothing here knows
what the things are; how words come into one shape is `naming`.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gatekeeping.naming import LIGHT, stems

PEOPLE: Mapping[str, frozenset[str]] = {
    "pupil": frozenset(stems("pupil boy girl cla")),
    "staff": frozenset(stems("staff teacher ta headteacher caretaker colleague")),
    "governor": frozenset(stems("governor trustee")),
    "parent": frozenset(stems("parent carer family mother father guardian")),
    "visitor": frozenset(stems("visitor volunteer contractor supplier")),
}
"""The stems that tell whom something is about, by the people of an `Entry`."""

_FEWEST = 0.34
"""Below this score a thing was mentioned at best."""
_LIGHT_WEIGHT = 0.2
_NOT_KNOWN = 0.7
"""What a word weighs that stands in no name at all."""
_NARROWING = 0.55
"""What stays of the score of people who only narrow another thing."""
_MOST = 8


@dataclass(frozen=True)
class Entry:
    """One thing with every name people use for it, and whom it is about, if that is told.

    ``narrows`` tells a group of people that mostly narrows other things ("looked-after pupils").
    """

    key: str
    names: tuple[str, ...]
    people: str = ""
    narrows: bool = False


@dataclass(frozen=True)
class Meant:
    """A thing that is meant, how surely (0 to 1), and the stems that led to it.

    ``of`` are the keys of groups that narrow it: "attendance of children in care" means
    attendance, ``of`` the looked after.
    """

    key: str
    score: float
    words: frozenset[str]
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Name:
    entry: int
    stems: frozenset[str]
    weight: float


class Lexicon:
    """Things by their names. Built once, then only read; any number of threads may share it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Take the things in; a key that comes again adds its names to the first."""
        self._entries = _joined(entries)
        named = [
            list(dict.fromkeys(frozenset(stems(name)) for name in entry.names))
            for entry in self._entries
        ]
        self._bags = [frozenset().union(*names) for names in named]
        self._weights = _weights(self._bags)
        self._names: list[_Name] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for place, names in enumerate(named):
            for name in filter(None, names):
                for stem in name:
                    self._by_stem[stem].append(len(self._names))
                self._names.append(_Name(place, name, self._weigh(name)))

    def __len__(self) -> int:
        """Return how many things it knows."""
        return len(self._entries)

    def entry(self, key: str) -> Entry | None:
        """Return the thing with this key, if there is one."""
        return next((entry for entry in self._entries if entry.key == key), None)

    def meant_by(self, text: str, *, about: str = "", vague_from: int = 1) -> list[Meant]:
        """Return what a phrase means, the surest first; nothing where nothing is sure enough.

        The phrase is one thing, or a few. A piece of a list is ``about`` the people whom the
        whole names. In prose a thing must be named with ``vague_from`` stems at least, or be all
        that is said.
        """
        asked = frozenset(stems(text))
        if not asked:
            return []
        people = asked | frozenset(stems(about))
        scored: dict[int, tuple[float, frozenset[str]]] = {}
        whole = self._weigh(asked)
        for name in self._candidates(asked):
            hit = name.stems & asked
            entry = self._entries[name.entry]
            if not _same_people(entry.people, hit, people):
                continue
            score = self._score(hit, name, asked, whole)
            if len(hit) < vague_from and not asked <= self._bags[name.entry]:
                score *= 0.6
            if score > scored.get(name.entry, (0.0,))[0]:
                scored[name.entry] = (score, hit)
        return self._told(scored)

    def _candidates(self, asked: frozenset[str]) -> Iterable[_Name]:
        heavy = [stem for stem in asked if stem not in LIGHT and stem in self._by_stem]
        places = {place for stem in heavy or asked for place in self._by_stem.get(stem, ())}
        return (self._names[place] for place in places)

    def _score(
        self, hit: frozenset[str], name: _Name, asked: frozenset[str], whole: float
    ) -> float:
        """Return how much of the name is said, times how much of what is said it explains."""
        said = self._weigh(hit)
        near = self._weigh(asked & self._bags[name.entry])
        explained = (0.6 * said + 0.4 * near) / whole
        return math.sqrt(said / name.weight * explained)

    def _told(self, scored: Mapping[int, tuple[float, frozenset[str]]]) -> list[Meant]:
        groups = tuple(
            self._entries[place].key
            for place, (score, _) in sorted(scored.items())
            if self._entries[place].narrows and score >= _FEWEST
        )
        others = any(
            score >= _FEWEST and not self._entries[place].narrows
            for place, (score, _) in scored.items()
        )
        found = []
        for place, (score, words) in scored.items():
            entry = self._entries[place]
            if score < _FEWEST:
                continue
            if entry.narrows and others:
                found.append(Meant(entry.key, round(score * _NARROWING, 4), words))
            else:
                found.append(Meant(entry.key, round(score, 4), words, groups))
        return sorted(found, key=lambda one: (-one.score, one.key))[:_MOST]

    def _weigh(self, found: Iterable[str]) -> float:
        return sum(self._weights.get(stem, _NOT_KNOWN) for stem in found) or 1e-9


def _joined(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in entries:
        first = found.get(entry.key)
        found[entry.key] = (
            Entry(entry.key, first.names + entry.names, first.people, first.narrows)
            if first
            else entry
        )
    return tuple(found.values())


def _weights(bags: list[frozenset[str]]) -> Mapping[str, float]:
    """Return what each stem weighs: a word of one thing 1, a word of all next to nothing."""
    often = Counter(stem for bag in bags for stem in bag)
    most = math.log(1 + len(bags)) or 1.0
    return {
        stem: max(0.05, math.log((1 + len(bags)) / count) / most)
        * (_LIGHT_WEIGHT if stem in LIGHT or re.fullmatch(r"year\d+|\d+", stem) else 1.0)
        for stem, count in often.items()
    }


def _same_people(ours: str, name: frozenset[str], asked: frozenset[str]) -> bool:
    """Tell whether what is asked of is of the people whom the thing is about."""
    if ours not in PEOPLE:
        return True
    others = any((asked - name) & words for people, words in PEOPLE.items() if people != ours)
    return not others or bool(asked & PEOPLE[ours])
