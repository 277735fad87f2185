"""Which items of a catalogue some words ask for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from gatekeeping.holdings.items import HeldItem, Holding
from gatekeeping.naming import LIGHT, content, stems

_OPINION = frozenset(
    stems(
        "view opinion comment describe explain barrier suggestion improve improvement satisfied "
        "satisfaction confident confidence strategy policy action intend intention plan planned "
        "forecast predict predicted prediction projected projection target idea feedback concern "
        "impact effect reason why prefer preference interested interest feel think how expect "
        "expected future estimate arrangement approach evaluate evaluation lesson experience "
        "consent happy agree praise award poster display assembly photograph quote story mock "
        "practice handbook declaration link copy template letter change changed changing question"
    )
)
"""Words of opinions, plans and forecasts: no data set answers these."""

_VAGUE_WORDS = """
place plan chair allocation roof head principal walk cycle bus use uptake fibre class classroom
salary spend race surplus deficit voucher statement turnover joiner leaver contract review service
live force fit left support site train offer club capacity application balance transport travel
phase type progress result register element employ equality hour before wait admission teach miss
workplace renewable uplift mobile meal device trust pension governor injury scoot taxi care caring
foster cared contact accident oven vacancy attend roll gender girl boy headteacher
"""
_VAGUE = frozenset(stems(_VAGUE_WORDS))
"""Words that name a thing only where nothing else is said: "Roof", not "places on the trip"."""
_COUNTING = frozenset({"number", "list", "name", "yeargroup", "year"})

_POPULATIONS: Mapping[str, frozenset[str]] = {
    "pupil": frozenset(stems("pupil child boy girl cla")),
    "staff": frozenset(stems("staff teacher ta headteacher workforce caretaker colleague")),
    "governor": frozenset(stems("governor trustee")),
    "parent": frozenset(stems("parent carer family mother father guardian")),
    "visitor": frozenset(stems("visitor volunteer contractor supplier")),
}
_WHOSE = frozenset({"pupil", "staff"})
_OF_GRAIN = {
    "pupil": "pupil",
    "child": "pupil",
    "family": "pupil",
    "member of staff": "staff",
    "governor": "governor",
}
_ENOUGH = 0.5
"""A name of several words must make up so much of what is asked; else it is about another thing."""


class Matcher:
    """The items of one catalogue by the names people use. Built once, then only read."""

    def __init__(self, items: Iterable[HeldItem]) -> None:
        """Take the items in."""
        self._items = tuple(items)
        self._named = [(item, name) for item in self._items for name in _names(item)]
        often: dict[str, int] = defaultdict(int)
        for _, name in self._named:
            for stem in name:
                often[stem] += 1
        self._keyed: dict[str, list[tuple[HeldItem, frozenset[str]]]] = defaultdict(list)
        for item, name in self._named:  # each under the one of its stems that is rarest
            key = min(name, key=lambda stem: (stem in LIGHT, often[stem], stem))
            self._keyed[key].append((item, name))

    def meant_by(self, text: str, *, about: str = "", vague_from: int = 1) -> list[HeldItem]:
        """Return the held items that these words ask for, in the order of the catalogue.

        The words are one thing, or a few ("number on roll and class size"). What is asked about
        other people, opinions and forecasts is not held, whatever data it mentions. A piece of a
        list is ``about`` the people whom the whole names. Vague names ("places", "chair") count
        only where nothing else is asked, and from so many stems on, ``vague_from``: in prose one
        is too little.
        """
        around = frozenset(stems(about))
        asked = frozenset(stems(text))
        if not asked:
            return []
        people = asked | around
        asked |= around & _WHOSE
        near = [
            (item, name)
            for item, name in self._candidates(asked)
            if name <= asked and _same_people(item.holding, name, people)
        ]
        known: dict[HeldItem | None, frozenset[str]] = defaultdict(frozenset)
        for item, name in near:
            known[item] |= name
            known[None] |= name
        meant = [
            (item, name)
            for item, name in near
            if _is_about(name, asked, known[None], known[item], vague_from=vague_from)
        ]
        if any(content(name) for _, name in meant):
            meant = [(item, name) for item, name in meant if content(name)]
        found = {
            item
            for item, name in meant
            if not any(content(name) < content(longer) for _, longer in meant)
        }
        return [item for item in self._items if item in found]

    def _candidates(self, asked: frozenset[str]) -> list[tuple[HeldItem, frozenset[str]]]:
        return [pair for stem in sorted(asked) for pair in self._keyed.get(stem, ())]


def _names(item: HeldItem) -> list[frozenset[str]]:
    names = dict.fromkeys(frozenset(stems(name)) for name in (item.name, *item.called))
    return [name for name in names if content(name) or name & _COUNTING]


def _is_about(
    name: frozenset[str],
    asked: frozenset[str],
    known: frozenset[str],
    of_item: frozenset[str],
    *,
    vague_from: int,
) -> bool:
    """Tell whether the name is what is asked, and not a word in passing.

    ``known`` are the stems of all names that were found, ``of_item`` of those of this item.
    """
    if (asked & _OPINION) - name:
        return False
    wanted, own = content(asked), content(name)
    if own <= _VAGUE:
        if vague_from > 1:
            return wanted <= own and (len(own) > 1 or len(name) >= vague_from)
        return wanted <= of_item or (len(own) > 1 and len(own) >= _ENOUGH * len(wanted))
    if len(own) > 1:
        return len(own) >= _ENOUGH * len(wanted)
    return wanted <= known


def _same_people(holding: Holding, name: frozenset[str], asked: frozenset[str]) -> bool:
    """Tell whether what is asked of is of the people whom the data set is about."""
    ours = _OF_GRAIN.get(holding.grain)
    if ours is None:
        return True
    others = {
        people
        for people, words in _POPULATIONS.items()
        if (asked - name) & words and people != ours
    }
    return not others or bool(asked & _POPULATIONS[ours])
