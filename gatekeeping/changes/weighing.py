"""What one change weighs, and whether many together ask for more."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class Weight(enum.StrEnum):
    """Whether a change asks less of schools, the same, or more."""

    LESS = "less"
    SAME = "same"
    MORE = "more"


@dataclass(frozen=True)
class Change:
    """One difference: the document's field, words for people, and what it weighs."""

    field: str
    words: str
    weight: Weight

    def as_json(self) -> dict[str, str]:
        """Return the change as versions store it."""
        return {"field": self.field, "words": self.words, "weight": self.weight.value}


def voids(found: Sequence[Change]) -> bool:
    """Tell whether any of these changes asks for more than was approved."""
    return any(change.weight is Weight.MORE for change in found)


def by_size(old: int, new: int) -> Weight:
    """Return what it weighs when a number has become another."""
    return Weight.SAME if old == new else Weight.LESS if new < old else Weight.MORE


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def short(text: str) -> str:
    """Return a name short enough for a line."""
    return text if len(text) <= 80 else f"{text[:79].rstrip()}…"  # noqa: PLR2004 - fits a line
