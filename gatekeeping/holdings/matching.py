"""Which items of a catalogue some words ask for."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from gatekeeping.holdings.items import HeldItem
from gatekeeping.holdings.opinions import is_supposed, said_first, thing_asked, words_of_opinion
from gatekeeping.thesaurus.concepts import every
from gatekeeping.thesaurus.lexicon import Entry, Lexicon, Meant
from gatekeeping.thesaurus.word_weights import heavy_of

_PEOPLE_OF_GRAIN = {
    "pupil": "pupil",
    "child": "pupil",
    "member of staff": "staff",
    "governor": "governor",
}
_LISTED = re.compile(r"[,;&/+\n]| and | or |as well as|plus", re.IGNORECASE)
_SURE = 0.42
_SURE_IN_PROSE = 0.52
"""From this score on an item is what is asked."""
_NEXT_TO = 0.9
"""So near to the best another item is meant as well."""
_ANOTHER = 0.97
"""An item that is not so near to the best of what is not held is not meant."""
_FEWEST = 0.3
_TELLING = 0.3
"""How much the words must belong to its subject and to no other."""
_WHOLE_NAME = 0.9
_TOGETHER = 0.72
"""Items whose whole names are said are meant if together they explain so much of what is said."""
_FEWEST_TELLING = 2
_ALONE, _ALONE_IN_PROSE = 0.93, 0.8
_NUCLEUS = 0.5
_COUNTING = frozenset({"school", "number"})
_COUNTED = 0.45
"""How telling one word must be in prose that asks how many."""
_EXACT = 0.93
_ANOTHER_THING = 0.5
"""So sure another thing must be of which a held thing only says more ("speakers on first aid")."""
_OFTEN_SAID = 2
"""A word of opinions counts as none of an item that has it in so many names, or in the nearest."""


class Matcher:
    """The items of one catalogue by the names people use. Built once, then only read.

    They stand among all that schools are asked about, so that what is asked may be another thing.
    """

    def __init__(self, items: Iterable[HeldItem]) -> None:
        """Take the items in."""
        self._items = {item.key: item for item in items}
        self._lexicon = _lexicon_of(tuple(_entries(self._items)))
        self._found = lru_cache(maxsize=4096)(self._meant_by)

    def meant_by(self, text: str, *, about: str = "", vague_from: int = 1) -> list[HeldItem]:
        """Return the held items that these words ask for, the surest first.

        The words are one thing, or a few ("number on roll and class size"). What is asked about
        other people, opinions and forecasts is not held, whatever data it mentions. A piece of a
        list is ``about`` the people whom the whole names. In prose a thing must be named with
        ``vague_from`` stems at least, or be all that is said.
        """
        return list(self._found(text, about, vague_from))

    def nearest(self, text: str) -> list[HeldItem]:
        """Return the items that come nearest to these words, best first, meant or not."""
        return [
            self._items[one.key]
            for one in self._lexicon.meant_by(text, keys=self._items.keys())
            if one.key in self._items
        ]

    def _meant_by(self, text: str, about: str, vague_from: int) -> tuple[HeldItem, ...]:
        found = self._lexicon.meant_by(text, about=about, vague_from=vague_from)
        if not found:
            return ()
        least = _SURE if vague_from == 1 else _SURE_IN_PROSE
        best = max(one.score for one in found)
        other = max((one.score for one in found if one.key not in self._items), default=0.0)
        sure = [
            one
            for one in found
            if one.score >= max(least, best * _NEXT_TO, min(_EXACT, other * _ANOTHER))
            and self._is_told(one, text, in_prose=vague_from > 1 or bool(about))
        ]
        if vague_from == 1 and _LISTED.search(text):
            sure += self._beside(text, sure, found)
        if is_supposed(text):
            return ()
        return tuple(
            self._items[one.key]
            for one in sure
            if one.key in self._items
            and not _is_part_of(one, sure)
            and not self._is_only_about(one, text, found)
        )

    def _is_only_about(self, one: Meant, text: str, found: list[Meant]) -> bool:
        """Tell whether the words ask for an opinion on a thing, or for another thing about it."""
        told = one.words | self._lexicon.stems_of(one.key, least=_OFTEN_SAID)
        if words_of_opinion(text) - told:
            return True
        thing = thing_asked(text) - self._lexicon.stems_of(one.key)
        return thing == thing_asked(text) != frozenset() and any(
            thing <= other.words and other.score >= one.score * _ANOTHER_THING
            for other in found
            if other.key not in self._items
        )

    def _beside(self, text: str, sure: list[Meant], found: list[Meant]) -> list[Meant]:
        """Return what else a list of a few things names in full, if all of it is explained."""
        known = frozenset().union(*(one.words for one in (found[0], *sure)))
        named = [
            one
            for one in found
            if one not in sure and one.said >= _WHOLE_NAME and heavy_of(one.words - known)
        ]
        if not named or self._lexicon.explained(text, [*sure, *named]) < _TOGETHER:
            return []
        return [
            one
            for one in named
            if one.score >= _FEWEST and self._is_told(one, text, in_prose=False)
        ]

    def _is_told(self, one: Meant, text: str, *, in_prose: bool) -> bool:
        """Tell whether the words tell this thing, and are no words of many things.

        One word alone tells nothing beside others that the thing does not know ("the kitchen's
        paint") unless they only say more of it ("CLA, by authority"); and in prose little at all
        ("signed by the head").
        """
        heavy = len(heavy_of(one.words))
        if heavy < _FEWEST_TELLING and one.missed:
            return one.telling >= (_ALONE if not self._is_nucleus(one, text) else _NUCLEUS)
        if heavy < _FEWEST_TELLING and in_prose and len(one.words - _COUNTING) == heavy:
            return one.telling >= (_COUNTED if "number" in one.words else _ALONE_IN_PROSE)
        if not heavy:
            return one.score >= _EXACT
        if in_prose and one.telling < (_TELLING if one.missed < heavy else _ALONE_IN_PROSE):
            return False
        return one.telling >= _TELLING or one.score >= _EXACT or one.said >= _WHOLE_NAME

    def _is_nucleus(self, one: Meant, text: str) -> bool:
        """Tell whether what is said first, before what only says more of it, is known."""
        first = said_first(text)
        return bool(first) and first <= self._lexicon.stems_of(one.key)


def _is_part_of(one: Meant, sure: list[Meant]) -> bool:
    """Tell whether another thing is named in full with all that led to this one, and more."""
    return any(
        other.said >= _WHOLE_NAME > one.said and other.score > one.score and one.words < other.words
        for other in sure
    )


@lru_cache(maxsize=16)
def _lexicon_of(entries: tuple[Entry, ...]) -> Lexicon:
    """Return the lexicon of these things: a new date or owner of a data set makes no new one."""
    return Lexicon(entries)


def _entries(items: Mapping[str, HeldItem]) -> Iterable[Entry]:
    """Yield every concept, those that an item of the catalogue has under the item's key."""
    by_name = {f"{item.holding.key}/{item.name}": key for key, item in items.items()}
    for concept in every().values():
        key = by_name.get(concept.held, concept.key)
        yield Entry(
            key, (concept.label, *concept.names), concept.people, concept.narrows, concept.group
        )
    for key, item in items.items():
        people = _PEOPLE_OF_GRAIN.get(item.holding.grain, "")
        yield Entry(key, (item.name, *item.called), people)
