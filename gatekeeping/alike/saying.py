"""Saying in plain sentences how two documents are alike, and how they are not."""

from collections.abc import Mapping
from datetime import date

from foundation.dates import day
from gatekeeping.alike.matching import Matched
from gatekeeping.alike.meaning import Meaning
from gatekeeping.alike.time_words import Time
from gatekeeping.thesaurus.concepts import label

_SAME, _OTHER = 0.9, 0.1
_COPIED = 0.5
_MOST_NAMED = 2


def sentences_for(
    one: Meaning, other: Meaning, parts: Mapping[str, float | None], found: Matched
) -> tuple[str, ...]:
    """Return a sentence for each part that tells something, for a gatekeeper to read."""
    says = [_asked(one, other, found), _in_words(one, other, parts), _who(parts["who"])]
    says += [_when(one.time, other.time, parts["period"]), _by_hand(parts["copied"] or 0.0)]
    return tuple(sentence for sentence in says if sentence)


def _asked(one: Meaning, other: Meaning, found: Matched) -> str:
    if not found.pairs:
        return "No single thing asked here is asked there in words that we know to mean the same."
    ours, theirs = len({row for row, _, _ in found.pairs}), len({row for _, row, _ in found.pairs})
    return (
        f"{ours} of {len(one.things)} things asked here "
        f"{'is' if ours == 1 else 'are'} asked there too, "
        f"{theirs} of {len(other.things)} the other way round."
    )


def _in_words(one: Meaning, other: Meaning, parts: Mapping[str, float | None]) -> str:
    shared = {
        key: weight * other.concepts[key]
        for key, weight in one.concepts.items()
        if key in other.concepts
    }
    heaviest = sorted(shared, key=lambda key: (-shared[key], key))[:_MOST_NAMED]
    if not heaviest or (parts["topic"] or 0.0) < _OTHER:
        return ""
    named = " and ".join(f"“{label(key)}”" for key in heaviest)
    return f"Both are about {named}."


def _who(who: float | None) -> str:
    if who is None:
        return ""
    if who >= _SAME:
        return "Both ask the same kind of schools."
    return "They ask other schools." if who <= _OTHER else "They ask some of the same schools."


def _when(one: Time | None, other: Time | None, same: float | None) -> str:
    if one is None or other is None or same is None:
        return ""
    ours, theirs = _in_days(one), _in_days(other)
    if ours == theirs:
        return f"Both are about {ours}."
    about = "is sent or due on" if "sending" in {one.told_by, other.told_by} else "is about"
    return f"This one {about} {ours}, that one {theirs}."


def _by_hand(copied: float) -> str:
    return "Much of the wording is word for word the same." if copied >= _COPIED else ""


def _in_days(time: Time) -> str:
    first, last = date.fromordinal(time.first), date.fromordinal(time.last)
    return day(first) if first == last else f"{day(first)} to {day(last)}"
