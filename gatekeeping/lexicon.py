"""Which things a phrase means: names on one side, things on the other, and how sure it is.

Held items and the concepts of the thesaurus are looked up by the same code. Nothing here knows
what the things are; how words come into one shape is `naming`, misspelt ones `spelling`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest

from gatekeeping.asking_words import asked_part
from gatekeeping.naming import stems, words_of
from gatekeeping.spelling import Spelling
from gatekeeping.word_weights import UNITS, heavy_of, is_light, weights_of

PEOPLE: Mapping[str, frozenset[str]] = {
    "pupil": frozenset(stems("pupil boy girl cla")),
    "staff": frozenset(stems("staff teacher ta headteacher caretaker")),
    "governor": frozenset(stems("governor trustee")),
    "parent": frozenset(stems("parent carer guardian")),
    "visitor": frozenset(stems("visitor volunteer contractor supplier")),
}
"""The stems that tell whom something is about, by the people of an `Entry`."""

_FEWEST = 0.3
"""Below this score a thing was mentioned at best."""
_PASSED_OVER = 0.6
"""What is left of the weight of a light or weak word that is asked, but in no name."""
_NOT_KNOWN = 0.6
"""What a word weighs that stands in no name at all."""
_NARROWING = 0.75
"""What stays of the score of people who only narrow another thing."""
_NARROWED = 0.6
"""From this score on a thing is narrowed by people, and not only mentioned beside them."""
_OTHER_PEOPLE = 0.45
_IN_PASSING = 0.5
_MOST = 8
_MOST_LOOKED_AT = 14
_SAID = 0.3
"""How much it counts that a name is said in full, beside that the phrase is explained in full."""
_BY_NAME = 0.2
"""How much of the phrase one name explains counts beside what all names of the thing do."""
_OFTEN = 4
"""Stems in so many names of a thing belong to it wholly."""
_OTHER_NAMES = 0.1
"""How much the next two names that come near count beside the nearest."""


@dataclass(frozen=True)
class Entry:
    """One thing with every name people use for it, and whom it is about, if that is told.

    ``narrows`` tells a group of people that mostly narrows other things ("looked-after pupils").
    Things of one ``group`` are of one subject.
    """

    key: str
    names: tuple[str, ...]
    people: str = ""
    narrows: bool = False
    group: str = ""


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
    said: float = 0.0
    """How much of its nearest name is said, to 1."""
    telling: float = 0.0
    """How much the stems that led to it belong to its subject and to no other, to 1."""
    missed: int = 0
    """How many of the stems that count stand in none of its names."""


@dataclass(frozen=True)
class _Name:
    entry: int
    stems: frozenset[str]
    light: frozenset[str]
    weight: float


class Lexicon:
    """Things by their names. Built once, then only read; any number of threads may share it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Take the things in; a key that comes again adds its names to the first."""
        self._entries = _joined(entries)
        self._places = {entry.key: place for place, entry in enumerate(self._entries)}
        self._spelling = Spelling(name for entry in self._entries for name in entry.names)
        named = [
            list(dict.fromkeys(_words_of_name(name) for name in entry.names))
            for entry in self._entries
        ]
        self._weights = weights_of([frozenset().union(*names) for names in named])
        self._often = [Counter(stem for name in names for stem in name) for names in named]
        self._all = Counter(stem for often in self._often for stem in often.elements())
        self._subjects: dict[str, Counter[str]] = defaultdict(Counter)
        for entry, often in zip(self._entries, self._often, strict=True):
            self._subjects[entry.group or entry.key].update(often)
        self._bags = [self._bag(often) for often in self._often]
        self._names: list[_Name] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for place, names in enumerate(named):
            for name in filter(None, names):
                for stem in name:
                    self._by_stem[stem].append(len(self._names))
                light = frozenset(filter(is_light, name))
                self._names.append(_Name(place, name, light, self._weigh(name)))
        self._read = lru_cache(maxsize=8192)(self._words)

    def __len__(self) -> int:
        """Return how many things it knows."""
        return len(self._entries)

    def entry(self, key: str) -> Entry | None:
        """Return the thing with this key, if there is one."""
        place = self._places.get(key)
        return None if place is None else self._entries[place]

    def meant_by(
        self, text: str, *, about: str = "", vague_from: int = 1, keys: Collection[str] = ()
    ) -> list[Meant]:
        """Return what a phrase means, the surest first; nothing where nothing is sure enough.

        The phrase is one thing, or a few. A piece of a list is ``about`` the people whom the
        whole names. In prose a thing must be named with ``vague_from`` stems at least, or be all
        that is said. With ``keys`` only these things are looked at, however unsure.
        """
        asked = self._read(text)
        if not asked:
            return []
        people = asked | self._read(about) if about else asked
        heavy = heavy_of(asked)
        whole = self._weigh(heavy) + _PASSED_OVER * self._weigh(asked - heavy)
        near: dict[int, float] = {}
        found: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for place, said in self._said(heavy, asked).items():
            name = self._names[place]
            thing = name.entry
            if thing not in near:
                bag = self._bags[thing]
                near[thing] = sum(bag[stem] for stem in asked if stem in bag)
            known = max(said, _BY_NAME * said + (1 - _BY_NAME) * near[thing])
            explained = min(1.0, known / whole)
            found[thing].append(((said / name.weight) ** _SAID * explained ** (1 - _SAID), place))
        if keys:
            found = {one: names for one, names in found.items() if self._entries[one].key in keys}
        scored = {}
        for thing in nlargest(_MOST_LOOKED_AT, found, key=lambda one: max(found[one])):
            one = self._together(thing, found[thing], asked, people)
            if len(one.words) < vague_from and not heavy <= self._bags[thing].keys():
                one = replace(one, score=one.score * _IN_PASSING)
            if one.score >= _FEWEST or one.key in keys:
                scored[thing] = replace(
                    one,
                    telling=self._telling(thing, asked),
                    missed=len(heavy - self._bags[thing].keys() - UNITS),
                )
        return self._told(scored)

    def stems_of(self, key: str, least: int = 1) -> frozenset[str]:
        """Return the stems in so many names of a thing at least; none for what it does not know."""
        place = self._places.get(key)
        often = {} if place is None else self._often[place]
        return frozenset(stem for stem, count in often.items() if count >= least)

    def explained(self, text: str, found: Iterable[Meant]) -> float:
        """Return how much of a phrase some things explain together, to 1."""
        asked = self._read(text)
        known = frozenset().union(*(one.words for one in found))
        heavy = heavy_of(asked)
        return self._weigh(heavy & known) / self._weigh(heavy) if heavy else 1.0

    def _words(self, text: str) -> frozenset[str]:
        words = words_of(asked_part(text), mend=self._spelling.mended)
        return frozenset(words or words_of(text))

    def _bag(self, often: Mapping[str, int]) -> Mapping[str, float]:
        return {
            stem: self._weights[stem] * min(1.0, (count / _OFTEN) ** _SAID)
            for stem, count in often.items()
        }

    def _said(self, heavy: frozenset[str], asked: frozenset[str]) -> Mapping[int, float]:
        """Return how much is said of each name of which anything that counts is said."""
        found: dict[int, float] = {}
        for stem in heavy or asked:
            weight = self._weights.get(stem, 0.0)
            for place in self._by_stem.get(stem, ()):
                found[place] = found.get(place, 0.0) + weight
        if heavy and (light := asked - heavy):
            for place in found:
                for stem in self._names[place].light & light:
                    found[place] += self._weights[stem]
        return found

    def _together(
        self,
        thing: int,
        names: list[tuple[float, int]],
        asked: frozenset[str],
        people: frozenset[str],
    ) -> Meant:
        """Return how surely a thing is meant, by the nearest of its names."""
        names.sort(reverse=True)
        best = [score for score, _ in names[:3]]
        score = (1 - _OTHER_NAMES) * best[0] + _OTHER_NAMES * sum(best) / len(best)
        level = [self._names[place] for score, place in names if score == best[0]]
        nearest = max(level, key=lambda name: len(name.stems))
        words = nearest.stems & asked
        if best[0] > 1 - 1e-6:
            score = 1.0
        if not _same_people(self._entries[thing].people, words, people):
            score *= _OTHER_PEOPLE
        said = self._weigh(words) / nearest.weight
        return Meant(self._entries[thing].key, round(score, 4), words, (), round(said, 4))

    def _telling(self, thing: int, asked: frozenset[str]) -> float:
        entry, own = self._entries[thing], self._often[thing]
        often = self._subjects[entry.group or entry.key]
        elsewhere = 1.0
        for stem in heavy_of(asked) or asked:
            if stem in own:
                elsewhere *= 1 - often[stem] / self._all[stem]
        return round(1 - elsewhere, 4)

    def _told(self, scored: Mapping[int, Meant]) -> list[Meant]:
        """Return what was found, with the groups of people put behind what they narrow."""
        ordered = [(self._entries[place], one) for place, one in sorted(scored.items())]
        groups = {entry.key: heavy_of(one.words) for entry, one in ordered if entry.narrows}
        things = [
            heavy_of(one.words)
            for entry, one in ordered
            if not entry.narrows and one.score >= _NARROWED
        ]
        found = []
        for entry, one in ordered:
            own = heavy_of(one.words)
            if not entry.narrows:
                of = tuple(key for key, group in groups.items() if not group <= own)
                found.append(replace(one, of=of))
            elif any(thing and not thing <= own for thing in things):
                found.append(replace(one, score=round(one.score * _NARROWING, 4)))
            else:
                found.append(one)
        return sorted(found, key=lambda one: -one.score)[:_MOST]

    def _weigh(self, found: Iterable[str]) -> float:
        return sum(self._weights.get(stem, _NOT_KNOWN) for stem in found) or 1e-9


@lru_cache(maxsize=1 << 15)
def _words_of_name(name: str) -> frozenset[str]:
    """Return the stems of a name. Lexicons share most names: one more is made in no time."""
    return frozenset(words_of(name))


def _joined(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in entries:
        first = found.get(entry.key)
        found[entry.key] = replace(first, names=first.names + entry.names) if first else entry
    return tuple(found.values())


def _same_people(ours: str, name: frozenset[str], asked: frozenset[str]) -> bool:
    """Tell whether what is asked of is of the people whom the thing is about."""
    if ours not in PEOPLE:
        return True
    others = any((asked - name) & words for people, words in PEOPLE.items() if people != ours)
    return not others or bool(asked & PEOPLE[ours])
