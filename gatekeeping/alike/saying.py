"""Saying in plain sentences how two documents are alike, and how they are not."""

from collections.abc import Mapping
from datetime import date

from foundation.dates import day
from gatekeeping.alike.meaning import Meaning
from gatekeeping.alike.times import Time


def sentences_for(
    one: Meaning,
    other: Meaning,
    parts: Mapping[str, float | None],
    shared: tuple[str, ...],
    covered: tuple[float, float],
) -> tuple[str, ...]:
    """Return a sentence for each part that tells something."""
    del covered
    says = []
    if shared:
        says.append(f"{len(shared)} of {len(one.things)} things asked are asked there too.")
    else:
        says.append("They ask for different things.")
    who = parts["who"]
    if who is not None:
        says.append(
            "Same schools."
            if who > 0.9
            else "Other schools."
            if who == 0
            else "Some of the same schools."
        )
    if one.time and other.time and one.time.named and other.time.named:
        ours, theirs = _in_words(one.time), _in_words(other.time)
        says.append(
            f"Both are about {ours}."
            if ours == theirs
            else f"This one is about {ours}, that one about {theirs}."
        )
    return tuple(says)


def _in_words(time: Time) -> str:
    first, last = date.fromordinal(time.first), date.fromordinal(time.last)
    return day(first) if first == last else f"{day(first)} to {day(last)}"
