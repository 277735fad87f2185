"""The catalogue of data sets that the authority holds already, and which of them a name means."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

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
_OWN_SYSTEMS = ("census", "from school systems")
_ONE_EACH = frozenset({"pupil", "child", "family", "member of staff", "governor", "person"})
_ENOUGH = 0.5
"""A name of several words must make up so much of what is asked; else it is about another thing."""


@dataclass(frozen=True)
class Holding:
    """One data set: its key, title, owner, and in words when it is refreshed and what it covers."""

    key: str
    title: str
    owner: str
    refreshed: str
    grain: str
    covers: str

    @property
    def is_from_schools(self) -> bool:
        """Tell whether a census or the schools' own systems feed it (K12); else K11 speaks."""
        return any(words in f"{self.title} {self.refreshed}".casefold() for words in _OWN_SYSTEMS)

    @property
    def tells_each(self) -> bool:
        """Tell whether it knows single people, so that every count can be made from it."""
        return self.grain in _ONE_EACH


@dataclass(frozen=True)
class HeldItem:
    """One thing in a data set, with every name by which people ask for it."""

    holding: Holding
    name: str
    names: tuple[frozenset[str], ...]


@cache
def catalogue() -> tuple[HeldItem, ...]:
    """Return the items of the catalogue in its order."""
    found = []
    for row in _rows("holdings.csv"):
        holding = Holding(
            row["holding"],
            row["title"],
            row["owner_team"],
            row["refreshed"],
            row["grain"],
            row["covers"],
        )
        called = [row["item"], *row["also_called"].split(";")]
        names = dict.fromkeys(frozenset(stems(name)) for name in called)
        told = tuple(name for name in names if content(name) or name & _COUNTING)
        found.append(HeldItem(holding, row["item"], told))
    return tuple(found)


def meant_by(text: str, *, about: str = "", vague_from: int = 1) -> list[HeldItem]:
    """Return the held items that these words ask for, in the order of the catalogue.

    The words are one thing, or a few ("number on roll and class size"). What is asked about other
    people, opinions and forecasts is not held, whatever data it mentions. A piece of a list is
    ``about`` the people whom the whole names. Vague names ("places", "chair") count only where
    nothing else is asked, and from so many stems on, ``vague_from``: in prose one is too little.
    """
    around = frozenset(stems(about))
    asked = frozenset(stems(text))
    if not asked:
        return []
    people = asked | around
    asked |= around & _WHOSE
    near = [
        (item, name)
        for item, name in _candidates(asked)
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
    return [item for item in catalogue() if item in found]


def named_by_code(code: str) -> tuple[str, str] | None:
    """Return name and collection of an item of a national collection; None for other codes."""
    return _codes().get(code.strip().casefold()) if code.strip() else None


def _candidates(asked: frozenset[str]) -> list[tuple[HeldItem, frozenset[str]]]:
    keyed = _by_key()
    return [pair for stem in sorted(asked) for pair in keyed.get(stem, ())]


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


@cache
def _by_key() -> Mapping[str, list[tuple[HeldItem, frozenset[str]]]]:
    """Return every name under the one of its stems that is rarest in the catalogue."""
    often: dict[str, int] = defaultdict(int)
    for item in catalogue():
        for name in item.names:
            for stem in name:
                often[stem] += 1
    keyed: dict[str, list[tuple[HeldItem, frozenset[str]]]] = defaultdict(list)
    for item in catalogue():
        for name in item.names:
            key = min(name, key=lambda stem: (stem in LIGHT, often[stem], stem))
            keyed[key].append((item, name))
    return keyed


@cache
def _codes() -> Mapping[str, tuple[str, str]]:
    """Return codes that mean one thing wherever they stand, with its name and collection."""
    found: dict[str, tuple[str, str]] = {}
    for row in _rows("data_items.csv"):
        found.setdefault(row["code"].casefold(), (row["name"], row["collection"]))
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with files("gatekeeping").joinpath("data", name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
