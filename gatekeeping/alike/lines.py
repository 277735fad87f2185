"""The parts of a likeness as lines for people: what is asked, who, when, what for, in which words.

They are made of a finding's detail, so that what was stored with a version reads the same later.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gatekeeping.alike.sharing import Shared

NOT_TOLD: Final = "One of the two does not say"
_SAME, _MUCH, _SOME = 0.75, 0.45, 0.2
_SAME_TIME, _OTHER_TIME = 0.9, 0.3
_NEAR_LETTERS: Final = 0.9


@dataclass(frozen=True)
class Line:
    """One part: its name, and how alike the two are in it, in plain words."""

    name: str
    words: str


def lines_of(detail: Mapping[str, Any], whose: str = "your") -> tuple[Line, ...]:
    """Return a line for each part of a likeness; ``detail`` is that of K10 or K62.

    ``whose`` schools are counted: "your" for the officer, "its" for everybody else.
    Empty where the detail tells no parts: it was stored before parts were.
    """
    parts: Mapping[str, float | None] = detail.get("parts") or {}
    if not parts:
        return ()
    return (
        Line("How sure", _sure(detail)),
        Line("What is asked", _what(parts, shared_of(detail))),
        Line("Who", _who(parts, detail, whose)),
        Line("When", _when(parts)),
        Line("What for", _what_for(parts)),
        Line("Words", _words(parts)),
    )


def shared_of(detail: Mapping[str, Any]) -> tuple[Shared, ...]:
    """Return what both ask, as a finding's detail keeps it."""
    pairs = detail.get("pairs")
    if pairs is None:
        return tuple(Shared(str(name), str(name)) for name in detail.get("shared_items") or ())
    return tuple(Shared(*(str(part) for part in pair[:4])) for pair in pairs)


def _sure(detail: Mapping[str, Any]) -> str:
    label, score = detail.get("label"), float(detail.get("score") or 0)
    if label == "renewal":
        return "It looks like another round of the same"
    shown = f"{math.floor(score * 100) / 100:.2f} of 1"
    if label == "duplicate":
        return f"Likely the same, of the same schools, for the same time: score {shown}"
    part = "Some of it is the same" if label == "overlap" else "Likely something else"
    return f"{part}: as a whole it scores {shown}"


def _what(parts: Mapping[str, float | None], shared: tuple[Shared, ...]) -> str:
    items, topic = parts.get("items") or 0.0, parts.get("topic") or 0.0
    alike = max(items, 0.9 * topic)
    differ = sum(one.in_other_words for one in shared)
    in_other_words = 2 * differ > len(shared) and (parts.get("letters") or 0.0) < _NEAR_LETTERS
    if alike >= _SAME:
        words = "The same, in other words" if in_other_words else "The same"
    elif alike >= _MUCH:
        words = "Much of the same"
    elif alike >= _SOME:
        words = "Some of the same"
    else:
        words = "Other things"
    count = len(shared)
    return f"{words} ({count} thing{'' if count == 1 else 's'} in both)" if count else words


def _who(parts: Mapping[str, float | None], detail: Mapping[str, Any], whose: str) -> str:
    shared, ours = detail.get("shared_schools"), detail.get("schools")
    if isinstance(shared, int) and isinstance(ours, int) and ours:
        if shared == ours:
            return "The same school" if ours == 1 else f"All of {whose} {ours:,} schools"
        return f"{shared:,} of {whose} {ours:,} school{'' if ours == 1 else 's'}"
    if isinstance(shared, int):
        return f"{shared:,} school{'' if shared == 1 else 's'} in both"
    alike = parts.get("who")
    if alike is None:
        return NOT_TOLD
    if alike >= _SAME:
        return "The same kind of schools"
    return "Some of the same schools" if alike >= _SOME else "Other schools"


def _when(parts: Mapping[str, float | None]) -> str:
    alike = parts.get("period")
    if alike is None:
        return NOT_TOLD
    if alike >= _SAME_TIME:
        return "The same time"
    return "Partly the same time" if alike > _OTHER_TIME else "Another time"


def _what_for(parts: Mapping[str, float | None]) -> str:
    alike = parts.get("purpose")
    if alike is None:
        return NOT_TOLD
    if alike >= _SAME:
        return "The same purpose"
    return "A similar purpose" if alike >= _SOME else "Another purpose"


def _words(parts: Mapping[str, float | None]) -> str:
    letters = parts.get("letters") or 0.0
    if letters == 1:
        return "Word for word the same"
    if letters >= _NEAR_LETTERS:
        return f"{int(letters * 100)}% the same, letter by letter"
    alike = parts.get("copied")
    if alike is None:
        alike = parts.get("text") or 0.0
    if alike >= _MUCH:
        return "Most are the same"
    return "Some are the same" if alike >= _SOME else "Few in common"
