"""How alike two submission documents are: text, items, period, who asks (K10, K62)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gatekeeping.documents import Item, SubmissionDocument
from gatekeeping.periods import period_end
from gatekeeping.thesaurus.naming import content, stems

ANOTHER_PERIOD = 60
"""Days between two named periods from which on they are two."""
ANOTHER_YEAR = 270
"""Days between two sendings from which on the later is another round, where no period is named."""
_FEWEST_STEMS = 2
_NEAR = 0.6
_WEIGHTS = {"items": 0.5, "text": 0.2, "schools": 0.2, "period": 0.1}


@dataclass(frozen=True)
class SharedItems:
    """The items of one document that another asks too: their names, and their share of all."""

    names: tuple[str, ...] = ()
    share: float = 0.0


def item_key(item: Item) -> frozenset[str]:
    """Return what an item is about in stems, however it is worded; empty for a bare one."""
    return frozenset(stems(item.name))


def shared_items(document: SubmissionDocument, other: SubmissionDocument) -> SharedItems:
    """Return which items of the document the other asks, by national code or normalised name.

    Items too bare to compare ("Comments") count as not shared.
    """
    if not document.items or not other.items:
        return SharedItems()
    codes = {item.code.strip().casefold() for item in other.items} - {""}
    theirs = [key for item in other.items if (key := item_key(item))]
    names = tuple(
        item.name
        for item in document.items
        if item.code.strip().casefold() in codes
        or any(_same(item_key(item), key) for key in theirs)
    )
    told = frozenset().union(*(content(frozenset(stems(name))) for name in names))
    if len(told) < _FEWEST_STEMS and not codes:
        return SharedItems()
    return SharedItems(names, len(names) / len(document.items))


def period_likeness(document: SubmissionDocument, other: SubmissionDocument) -> float:
    """Return 1 for the same time, 0 for another, and 0.5 where the documents do not tell."""
    ours, theirs = _named_end(document), _named_end(other)
    if ours is not None and theirs is not None:
        return 0.0 if abs((ours - theirs).days) >= ANOTHER_PERIOD else 1.0
    sent, before = document.send_on, other.send_on
    if sent is not None and before is not None and abs((sent - before).days) >= ANOTHER_YEAR:
        return 0.0
    return 0.5


def is_later_round(
    document: SubmissionDocument, other: SubmissionDocument, sent: date | None
) -> bool:
    """Tell whether the document asks the same again for a later time, for the same people.

    ``sent`` is the day on which the other was put to the gate, where it says none itself.
    """
    if not _same_owner(document, other):
        return False
    ours, theirs = _named_end(document), _named_end(other)
    if ours is not None and theirs is not None:
        return (ours - theirs).days >= ANOTHER_PERIOD
    now, before = document.send_on or document.due_on, other.send_on or sent
    return now is not None and before is not None and (now - before).days >= ANOTHER_YEAR


def together(parts: Mapping[str, float]) -> float:
    """Return one score of the parts: what is asked weighs most."""
    return round(sum(weight * parts[part] for part, weight in _WEIGHTS.items()), 4)


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    if not one or not other:
        return False
    return one == other or len(one & other) / len(one | other) > _NEAR


def _named_end(document: SubmissionDocument) -> date | None:
    return document.as_at or period_end(document.period)


def _same_owner(document: SubmissionDocument, other: SubmissionDocument) -> bool:
    """Tell whether the same team or author asks; who says neither is believed to be the same."""
    pairs = [(document.team, other.team), (document.author, other.author)]
    known = [(ours.strip().casefold(), theirs.strip().casefold()) for ours, theirs in pairs]
    told = [(ours, theirs) for ours, theirs in known if ours and theirs]
    return not told or any(ours == theirs for ours, theirs in told)
