"""About whom a thing is asked: boys or girls, which years, which groups, pupils or staff."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gatekeeping.alike.vocabulary import named

_STAGES: Mapping[str, tuple[str, ...]] = {
    "ks1": ("1", "2"),
    "ks2": ("3", "4", "5", "6"),
    "ks3": ("7", "8", "9"),
    "ks4": ("10", "11"),
    "ks5": ("12", "13"),
}
_YEAR = re.compile(
    r"\b(?:years?|yrs?|y|year groups?|nc years?)\s?(\d{1,2})"
    r"(?:\s?(?:-|–|to|and|&|,|/|or)\s?(?:years?\s?|y)?(\d{1,2}))?"
    r"(?:\s?(?:and|&|,|or)\s?(?:years?\s?|y)?(\d{1,2}))?\b(?!\s?(?:ago|old|%))",
    re.IGNORECASE,
)
_STAGE = re.compile(r"\b(?:key stages?\s?|ks)([1-5]|one|two|three|four|five)\b", re.IGNORECASE)
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}


_SUBJECTS = frozenset({"poor", "language", "home", "leavers", "excluded", "absent", "able", "low"})


@dataclass(frozen=True)
class Population:
    """Whom a thing is about. What is empty is not told: any."""

    people: frozenset[str] = frozenset()
    sexes: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def within(self, other: "Population") -> "Population":
        """Return it with what it does not tell taken from what surrounds it."""
        return Population(
            self.people or other.people,
            self.sexes or other.sexes,
            self.years or other.years,
            self.groups or other.groups,
        )

    @property
    def of_people(self) -> "Population":
        """Return it without the groups that a title names as its subject ("Free school meals")."""
        return replace(self, groups=self.groups - _SUBJECTS)

    @property
    def parts(self) -> tuple[frozenset[str], ...]:
        """Return people, sexes, years, groups."""
        return (self.people, self.sexes, self.years, self.groups)


def population_of(text: str) -> Population:
    """Return about whom a text asks, as far as its own words tell."""
    sexes = named("sex", text)
    return Population(
        named("people", text),
        sexes if len(sexes) == 1 else frozenset(),
        frozenset(_years(text)),
        named("group", text),
    )


_PARTS_SAME = ((0.25, 1.0), (0.15, 0.55), (0.2, 0.7), (0.3, 0.55))
"""For people, sexes, years, groups: what stays where they differ, and where one does not tell."""


def same_population(one: Population, other: Population) -> float:
    """Return how much both are about the same people: 1 the same, near 0 others."""
    score = 1.0
    for ours, theirs, (apart, untold) in zip(one.parts, other.parts, _PARTS_SAME, strict=True):
        if ours == theirs:
            continue
        if not ours or not theirs:
            score *= untold
        else:
            score *= apart + (1 - apart) * len(ours & theirs) / len(ours | theirs)
    return score


def _years(text: str) -> set[str]:
    found: set[str] = set()
    for match in _YEAR.finditer(text):
        numbers = [int(number) for number in match.groups() if number and int(number) <= 13]  # noqa: PLR2004
        if len(numbers) >= 2 and re.search(r"-|–|to", match.group()) and numbers[0] < numbers[1]:  # noqa: PLR2004
            numbers += range(numbers[0], numbers[1])
        found |= {str(number) for number in numbers}
    for match in _STAGE.finditer(text):
        stage = match[1].lower()
        found |= set(_STAGES[f"ks{_NUMBERS.get(stage, stage)}"])
    found |= named("year", text)
    return found
