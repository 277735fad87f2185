"""Searching the catalogue of held data as people ask: by any name, owner, subject, schools."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from directory.kinds import TYPES
from gatekeeping.facts.school_types import codes_covered, covers_everyone
from gatekeeping.holdings.catalogue import Catalogue
from gatekeeping.holdings.freshness import Freshness, freshness
from gatekeeping.holdings.items import HeldItem, Holding
from gatekeeping.thesaurus.naming import content, stems

_LOOKED_FOR: Final = 1_000
"""More words than anybody types: the item is what the words mean, however they are written."""


@dataclass(frozen=True)
class Choice:
    """What somebody looks for; empty values narrow nothing.

    ``about`` is a grain ("pupil", "building"), ``covers`` one of ``directory.kinds.TYPES``.
    """

    q: str = ""
    owner: str = ""
    about: str = ""
    covers: str = ""
    personal: str = ""
    census: str = ""


@dataclass(frozen=True)
class Found:
    """A data set that fits, its items that were looked for first, and how fresh it is today."""

    holding: Holding
    items: tuple[HeldItem, ...]
    named: int
    fresh: Freshness

    @property
    def meant(self) -> tuple[HeldItem, ...]:
        """Return the items that the search named."""
        return self.items[: self.named]


def search(catalogue: Catalogue, choice: Choice, today: date) -> list[Found]:
    """Return what fits, the best first when words are looked for, else in the catalogue's order.

    What has half of the words is shown, after what is meant; where nothing has, what has any.
    """
    words = frozenset(stems(choice.q))
    meant = {item: place for place, item in enumerate(catalogue.meant_by(choice.q))}
    scored = []
    for holding in catalogue.holdings:
        items = [item for item in catalogue.items_of(holding.key) if _item_fits(item, choice)]
        if not items or not _holding_fits(holding, choice):
            continue
        said = {item: _LOOKED_FOR if item in meant else _said(item, words) for item in items}
        title = len(words & frozenset(stems(f"{holding.title} {holding.owner}")))
        best = max(*said.values(), title)
        named = [item for item in items if said[item] >= max(1, int(best))]
        named.sort(key=lambda item: (meant.get(item, len(meant)), -said[item]))
        rest = [item for item in items if item not in named]
        found = Found(holding, (*named, *rest), len(named), freshness(holding, today))
        first = min((meant[item] for item in named if item in meant), default=len(meant))
        scored.append((-best, first, found))
    if not choice.q.strip():
        return [found for _, _, found in scored]
    half = (len(words) + 1) // 2
    enough = half if any(-less >= half for less, _, _ in scored) else 1
    scored.sort(key=lambda one: one[:2])
    return [found for less, _, found in scored if words and -less >= enough]


def owners(catalogue: Catalogue) -> Sequence[str]:
    """Return the owners by name."""
    return sorted({holding.owner for holding in catalogue.holdings}, key=str.casefold)


def subjects(catalogue: Catalogue) -> Sequence[str]:
    """Return what the rows of the data sets are about, by name."""
    return sorted({holding.grain for holding in catalogue.holdings}, key=str.casefold)


def _item_fits(item: HeldItem, choice: Choice) -> bool:
    return not choice.personal or item.personal == (choice.personal == "yes")


def _holding_fits(holding: Holding, choice: Choice) -> bool:
    if choice.owner and holding.owner != choice.owner:
        return False
    if choice.about and holding.grain != choice.about:
        return False
    if choice.census and holding.is_from_schools != (choice.census == "yes"):
        return False
    if not choice.covers or covers_everyone(holding.covers):
        return True
    codes = codes_covered(holding.covers, holding.types)
    return codes is not None and bool(codes & TYPES[choice.covers])


def _said(item: HeldItem, words: frozenset[str]) -> float:
    """Return how many of the words stand in one of its names, and more where little else does.

    Light words alone ("number", "pupils") are none.
    """
    names = (frozenset(stems(name)) for name in (item.name, *item.called))
    told = ((words & name, name) for name in names if name)
    return max(
        (
            len(hit) + len(hit) / len(name) / 2
            for hit, name in told
            if content(hit) or (hit and hit == words)
        ),
        default=0,
    )
