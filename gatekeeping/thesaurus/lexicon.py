"""Which things a phrase means: names on one side, things on the other, and how sure it is.

Held items and the concepts of the thesaurus are looked up by the same code. Nothing here knows
what the things are; how words come into one shape is `naming`, misspelt ones `spelling`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest

from gatekeeping.thesaurus.asking_words import asked_part
from gatekeeping.thesaurus.naming import words_of, words_of_tokens
from gatekeeping.thesaurus.people_meant import are_same_people
from gatekeeping.thesaurus.spelling import Spelling
from gatekeeping.thesaurus.word_weights import UNITS, heavy_of, is_light, weights_of
from gatekeeping.thesaurus.written import tokens_of_each

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
_NAMES_A_STEM = 8
"""Stems in so many names of a thing belong to it wholly; in fewer where it has few names."""
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


@dataclass(frozen=True)
class _Asked:
    """A phrase: its stems, those that count, whom it is about, and what all of it weighs."""

    stems: frozenset[str]
    heavy: frozenset[str]
    people: frozenset[str]
    whole: float

    @property
    def counts(self) -> frozenset[str]:
        return self.heavy or self.stems


class Lexicon:
    """Things by their names. Built once, then only read; any number of threads may share it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Take the things in; a key that comes again adds its names to the first."""
        self._entries = _joined(entries)
        self._places = {entry.key: place for place, entry in enumerate(self._entries)}
        names_of = [tokens_of_each(entry.names) for entry in self._entries]
        self._spelling = Spelling(word for names in names_of for name in names for word in name)
        named = [
            list(dict.fromkeys(frozenset(words_of_tokens(name)) for name in names))
            for names in names_of
        ]
        self._weights = weights_of([frozenset().union(*names) for names in named])
        self._often = [Counter(stem for name in names for stem in name) for names in named]
        self._all = Counter(stem for often in self._often for stem in often.elements())
        self._subjects: dict[str, Counter[str]] = defaultdict(Counter)
        for entry, often in zip(self._entries, self._often, strict=True):
            self._subjects[entry.group or entry.key].update(often)
        self._bags = [
            self._bag(often, 1 + len(names) // _NAMES_A_STEM)
            for often, names in zip(self._often, named, strict=True)
        ]
        self._names: list[_Name] = []
        self._by_stem: list[dict[str, list[int]]] = [defaultdict(list) for _ in named]
        self._in_bags: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
        for place, names in enumerate(named):
            self._take_in(place, [name for name in names if name])
        self._read = lru_cache(maxsize=8192)(self._words)

    def _take_in(self, place: int, names: list[frozenset[str]]) -> None:
        shares: dict[str, float] = {}
        for name in names:
            light = frozenset(filter(is_light, name))
            made = _Name(place, name, light, self._weigh(name))
            for stem in name:
                self._by_stem[place][stem].append(len(self._names))
                shares[stem] = max(shares.get(stem, 0.0), self._weights[stem] / made.weight)
            self._names.append(made)
        for stem, weight in self._bags[place].items():
            self._in_bags[stem].append((place, weight, shares[stem]))

    def __len__(self) -> int:
        """Return how many things it knows."""
        return len(self._entries)

    def meant_by(
        self, text: str, *, about: str = "", vague_from: int = 1, keys: Collection[str] = ()
    ) -> list[Meant]:
        """Return what a phrase means, the surest first; nothing where nothing is sure enough.

        The phrase is one thing, or a few. A piece of a list is ``about`` the people whom the
        whole names. In prose a thing must be named with ``vague_from`` stems at least, or be all
        that is said. With ``keys`` only these things are looked at, however unsure.
        """
        asked = self._asked(text, about)
        if not asked.stems:
            return []
        only = {self._places[key] for key in keys if key in self._places}
        scored = {}
        for thing, near in self._nearest(asked, only):
            one = self._together(thing, self._scores(thing, asked, near), asked)
            if len(one.words) < vague_from and not asked.heavy <= self._bags[thing].keys():
                one = replace(one, score=one.score * _IN_PASSING)
            if one.score >= _FEWEST or thing in only:
                scored[thing] = one
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

    def _bag(self, often: Mapping[str, int], most: int) -> Mapping[str, float]:
        return {
            stem: self._weights[stem] * min(1.0, (count / min(_OFTEN, most)) ** _SAID)
            for stem, count in often.items()
        }

    def _asked(self, text: str, about: str) -> _Asked:
        found = self._read(text)
        heavy = heavy_of(found)
        whole = self._weigh(heavy) + _PASSED_OVER * self._weigh(found - heavy)
        return _Asked(found, heavy, found | self._read(about) if about else found, whole)

    def _nearest(self, asked: _Asked, only: Collection[int]) -> list[tuple[int, float]]:
        """Return the things of whose names most is said, with how much it weighs."""
        near: dict[int, float] = {}
        named: dict[int, float] = {}
        for stem in asked.counts:
            for thing, weight, share in self._in_bags.get(stem, ()):
                near[thing] = near.get(thing, 0.0) + weight
                named[thing] = named.get(thing, 0.0) + share
        if only:
            near = {thing: weight for thing, weight in near.items() if thing in only}
        for stem in asked.stems - asked.counts:
            for thing, weight, share in self._in_bags.get(stem, ()):
                if thing in near:
                    near[thing] += weight
                    named[thing] += share
        likely = {thing: near[thing] * (1 + min(1.0, named[thing])) for thing in near}
        most = nlargest(_MOST_LOOKED_AT, likely, key=likely.__getitem__)
        return [(thing, near[thing]) for thing in most]

    def _scores(self, thing: int, asked: _Asked, near: float) -> list[tuple[float, int]]:
        """Return how sure each name of a thing makes it, with the place of the name."""
        said: dict[int, float] = {}
        by_stem, weights = self._by_stem[thing], self._weights
        for stem in asked.counts:
            for place in by_stem.get(stem, ()):
                said[place] = said.get(place, 0.0) + weights[stem]
        light = asked.stems - asked.counts
        most = (1 - _BY_NAME) * near
        scores = []
        for place, counted in said.items():
            name = self._names[place]
            more = name.light & light
            known = counted + sum([weights[stem] for stem in more]) if more else counted
            explained = min(1.0, max(known, _BY_NAME * known + most) / asked.whole)
            share = (known / name.weight) ** _SAID * explained ** (1 - _SAID)
            scores.append((share, place))
        return scores

    def _together(self, thing: int, names: list[tuple[float, int]], asked: _Asked) -> Meant:
        """Return how surely a thing is meant, by the nearest of its names."""
        best = nlargest(3, names)
        first = best[0][0]
        score = (1 - _OTHER_NAMES) * first + _OTHER_NAMES * sum(one for one, _ in best) / len(best)
        level = [self._names[place] for share, place in names if share == first]
        nearest = max(level, key=lambda name: len(name.stems))
        words = nearest.stems & asked.stems
        if first > 1 - 1e-6:
            score = 1.0
        if not are_same_people(self._entries[thing].people, words, asked.people):
            score *= _OTHER_PEOPLE
        return Meant(
            self._entries[thing].key,
            round(score, 4),
            words,
            said=round(self._weigh(words) / nearest.weight, 4),
            telling=self._telling(thing, asked),
            missed=len(asked.heavy - self._bags[thing].keys() - UNITS),
        )

    def _telling(self, thing: int, asked: _Asked) -> float:
        entry, own = self._entries[thing], self._often[thing]
        often = self._subjects[entry.group or entry.key]
        elsewhere = 1.0
        for stem in asked.counts:
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
                found.append(replace(one, of=of) if of else one)
            elif any(thing and not thing <= own for thing in things):
                found.append(replace(one, score=round(one.score * _NARROWING, 4)))
            else:
                found.append(one)
        return sorted(found, key=lambda one: -one.score)[:_MOST]

    def _weigh(self, found: Iterable[str]) -> float:
        return sum(self._weights.get(stem, _NOT_KNOWN) for stem in found) or 1e-9


def _joined(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in entries:
        first = found.get(entry.key)
        found[entry.key] = replace(first, names=first.names + entry.names) if first else entry
    return tuple(found.values())
