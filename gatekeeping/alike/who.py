"""Which schools a document asks, as far as it tells, and how alike two such are."""

import re
from dataclasses import dataclass

from gatekeeping.alike.vocabulary import patterns
from gatekeeping.documents import SubmissionDocument

MOST_URNS = 120
"""Of a longer list the smallest keys stand for all: a fair sample that two lists draw alike."""
LONGEST = 1_500
_TABLES = {"phases": "phase", "types": "type"}
_ALL = re.compile(
    r"^\W*(?:all|everyone|everybody|schools)\W*$"
    r"|\b(?:all|every|each|any)\s+(?:of\s+)?(?:the\s+|our\s+|state(?:-funded)?\s+)?"
    r"(?:\w+\s+)?(?:schools?|settings?|establishments?|headteachers?|heads)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|across|around|serving)\s+((?:[A-Z][a-z]+(?:,\s+|\s+and\s+|\s+&\s+|-|\s+|\b)){1,12})"
)
_BETWEEN_PLACES = re.compile(r",|\band\b|&")
_NO_PLACE = re.compile(
    r"\b(?:lancashire county|england|the|our|county|key|year|years|reception|ofsted|english|maths"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|autumn|spring|summer|monday|tuesday|wednesday|thursday|friday|schools?|council)\b"
    r"|^lancashire$",
    re.IGNORECASE,
)
_SHARES = {"phases": 0.6, "types": 0.6, "places": 0.35, "trusts": 0.3}
"""How alike "all" and a part of all are, by what parts them."""


@dataclass(frozen=True)
class Who:
    """The schools asked. Empty parts mean any; with nothing told at all, ``told`` is False."""

    phases: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    trusts: frozenset[str] = frozenset()
    urns: frozenset[int] = frozenset()
    everyone: bool = False

    @property
    def told(self) -> bool:
        """Tell whether the document says anything about which schools."""
        return self.everyone or any((self.phases, self.types, self.places, self.trusts, self.urns))


def who_of(document: SubmissionDocument) -> Who:
    """Return whom a document asks: by its audience, else by the words for it, else by its text."""
    said = document.audience
    if not said.as_audience().is_empty:
        return Who(
            frozenset(said.phases),
            frozenset(said.types),
            frozenset(place.strip().casefold() for place in said.districts),
            frozenset(trust.strip().casefold() for trust in said.trusts),
            frozenset(sorted(said.urns, key=_scattered)[:MOST_URNS]),
            said.all,
        )
    if document.audience_text.strip():
        return in_words(document.audience_text)
    return in_words(f"{document.title}\n{document.body[:LONGEST]}", in_prose=True)


def in_words(text: str, *, in_prose: bool = False) -> Who:
    """Return the schools that words describe; prose must speak of schools of that kind."""
    found = {}
    for field, table in _TABLES.items():
        found[field] = frozenset(
            value
            for value, pattern in patterns(table).items()
            if any(not in_prose or _of_schools(text, match) for match in pattern.finditer(text))
        )
    places = frozenset() if in_prose else frozenset(_places(text))
    everyone = bool(_ALL.search(text)) and not any(found.values()) and not places
    return Who(found["phases"], found["types"], places, everyone=everyone)


def same_schools(one: Who, other: Who) -> float | None:
    """Return how much the same schools are asked, 0 to 1; None where one does not tell."""
    if not one.told or not other.told:
        return None
    if one.urns and other.urns:
        shared = len(one.urns & other.urns)
        least, united = min(len(one.urns), len(other.urns)), len(one.urns | other.urns)
        return 0.5 * shared / least + 0.5 * shared / united
    if one.urns or other.urns:
        return None
    score = 1.0
    for field, share in _SHARES.items():
        score *= _same_part(getattr(one, field), getattr(other, field), share)
    return score


def _same_part(ours: frozenset[str], theirs: frozenset[str], share: float) -> float:
    if ours == theirs:
        return 1.0
    if not ours or not theirs:
        return share
    both = len(ours & theirs)
    return 0.0 if not both else 0.5 + 0.5 * both / len(ours | theirs)


def _places(text: str) -> set[str]:
    found = {
        " ".join(name.casefold().split())
        for match in _PLACE.finditer(text)
        for name in _BETWEEN_PLACES.split(match[1])
    }
    return {name for name in found if name and not _NO_PLACE.search(name)}


def _of_schools(text: str, match: re.Match[str]) -> bool:
    """Tell whether a word of the text describes who is asked, and not something in passing."""
    around = text[max(0, match.start() - 30) : match.end() + 25].casefold()
    if "school" in match.group().casefold() or match.group().casefold().endswith(("ies", "prus")):
        return not re.search(
            r"\b(?:from|between|to|with|other|partner|feeder)\s+(?:\w+\s+)?$",
            text[: match.start()][-30:],
        )
    return bool(
        re.search(r"\bschools?\b|\bheads?\b|\bheadteachers?\b|\bsector\b|\bphase\b", around)
    )


def _scattered(urn: int) -> int:
    return urn * 2_654_435_761 % 4_294_967_296
