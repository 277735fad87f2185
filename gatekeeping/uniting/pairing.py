"""Which items of two submissions are the same question, and what becomes of each."""

import enum
from collections.abc import Mapping, Sequence

from gatekeeping.alike.matching import same_thing
from gatekeeping.alike.things import Thing, thing_of
from gatekeeping.alike.topics import shipped
from gatekeeping.documents import Item, SubmissionDocument

SAME_FROM = 0.6
"""From this likeness on, an item is proposed to be asked once; the gatekeeper may say otherwise."""


class Take(enum.StrEnum):
    """What becomes of an item of the child."""

    SAME = "same"  # the parent asks it: it is asked once
    AS_WELL = "as_well"  # it is asked beside the parent's items
    OUT = "out"  # it is not asked


def pairs(items: Sequence[Item], title: str, child: SubmissionDocument) -> dict[int, int]:
    """Return for each item of the child that ``items`` ask too: its place there.

    The likest go first, and each item of the parent answers one of the child's.
    """
    ours = [_thing(item, title) for item in items]
    theirs = [_thing(item, child.title) for item in child.items]
    found = sorted(
        (
            (-_likeness(items[place], child.items[wanted], one, other), wanted, place)
            for wanted, other in enumerate(theirs)
            for place, one in enumerate(ours)
        )
    )
    paired: dict[int, int] = {}
    for likeness, wanted, place in found:
        if -likeness < SAME_FROM:
            break
        if wanted not in paired and place not in paired.values():
            paired[wanted] = place
    return paired


def proposed(child: SubmissionDocument, paired: Mapping[int, int]) -> list[Take]:
    """Return what is proposed for each item of the child."""
    return [Take.SAME if place in paired else Take.AS_WELL for place in range(len(child.items))]


def chosen(
    child: SubmissionDocument, paired: Mapping[int, int], said: Mapping[str, str]
) -> list[Take]:
    """Return what a gatekeeper chose, by the item's place; what is not said is as proposed.

    SAME without a partner in the parent is AS_WELL.
    """
    takes = proposed(child, paired)
    for place in range(len(takes)):
        wanted = said.get(str(place), "")
        if wanted in set(Take) and not (wanted == Take.SAME and place not in paired):
            takes[place] = Take(wanted)
    return takes


def _thing(item: Item, title: str) -> Thing:
    return thing_of(item.name or item.definition[:300], shipped(), beside=title, code=item.code)


def _likeness(one: Item, other: Item, ours: Thing, theirs: Thing) -> float:
    if one.name.strip() and one.name.split() == other.name.split():
        return 1.0
    return same_thing(ours, theirs)
