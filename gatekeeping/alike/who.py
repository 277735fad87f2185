"""Which schools a document asks, as far as it tells, and how alike two such are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeping.alike.vocabulary import named, patterns
from gatekeeping.documents import SubmissionDocument

MOST_URNS = 120
"""Of a longer list the smallest keys stand for all: a fair sample that two lists draw alike."""
LONGEST = 1_500
_TABLES = {"phases": "phase", "types": "type"}
_ALL = re.compile(
    r"^\W*(?:all|everyone|everybody|schools|all phases|all types)\W*$"
    r"|\b(?:all|every|each|any)\s+(?:of\s+)?(?:the\s+|our\s+|state(?:-funded)?\s+)?"
    r"(?:\w+\s+)?(?:schools?|settings?|establishments?|headteachers?|heads|academies|phases)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:not|no|except(?: for)?|excluding|but not|other than|without)\s+(?:the\s+|any\s+)?"
    r"(?:academ\w+|free schools|special(?: schools)?|prus?|nurser\w+)"
    r"|\b(?:including|plus)\s+(?:\w+\s+){0,2}(?:prus?|academ\w+|special schools)",
    re.IGNORECASE,
)
_NAME = (
    r"(?:(?:North|South|East|West|Great|Little)\s+)?[A-Z][a-z]+"
    r"(?:\s+(?:Valley|Forest|Ribble|Town))?"
)
_AND = r"(?:,\s+(?:and\s+)?|\s+and\s+|\s+&\s+|/)"
_PLACE = re.compile(
    rf"\b(?:in|across|around|serving)\s+(?:the\s+)?({_NAME}(?:{_AND}{_NAME})*)"
    rf"|({_NAME}(?:{_AND}{_NAME})*)\s+(?:primar|secondar|high schools|schools|nurser)"
)
_BETWEEN_PLACES = re.compile(_AND)
_NO_PLACE = re.compile(
    r"\b(?:england|the|our|year|years|key|stage|reception|ofsted|english|maths|all|every|each|any"
    r"|both|maintained|primary|secondary|special|infant|junior|nursery|church|catholic|community"
    r"|state|faith|high|heads?|these|those|other|local|voluntary|grammar|county|council"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|autumn|spring|summer|monday|tuesday|wednesday|thursday|friday|schools?|academies)\b"
    r"|^lancashire$",
    re.IGNORECASE,
)
_OF_ALL: Mapping[str, Mapping[str, float]] = {
    "phases": {
        "primary": 0.55,
        "secondary": 0.35,
        "nursery": 0.2,
        "sixteen_plus": 0.2,
    },
    "types": {
        "maintained": 0.6,
        "academy": 0.4,
        "special": 0.15,
        "pru": 0.1,
        "independent": 0.1,
    },
}
"""How alike "all" is to a part of all, roughly by how many schools that is; two parts add up."""
_OF_PLACES, _OF_TRUSTS = 0.35, 0.3


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
    kept = _EXCEPT.sub(" ", text)
    found = {
        field: {
            value
            for value, pattern in patterns(table).items()
            if any(not in_prose or _of_schools(kept, match) for match in pattern.finditer(kept))
        }
        for field, table in _TABLES.items()
    }
    if not in_prose and not found["phases"]:
        found["phases"] |= named("phase by age", kept)
    phases, types = frozenset(found["phases"]), _types(found["types"], text)
    places = frozenset() if in_prose else frozenset(_places(text))
    if {"primary", "secondary"} <= phases and "special" in types:
        phases = types = frozenset()
    both = {"maintained", "academy"} <= found["types"] or "mainstream" in found["types"]
    told = phases or types or places
    return Who(
        phases,
        types,
        places,
        everyone=not told and (both or bool(found["phases"]) or bool(_ALL.search(text))),
    )


def _types(found: set[str], text: str) -> frozenset[str]:
    """Leave out types that name no part: maintained ones and academies are all together."""
    if {"maintained", "academy"} <= found or "mainstream" in found:
        return frozenset(found & {"special", "pru"}) if "mainstream" not in found else frozenset()
    if found == {"academy"} and re.search(
        r"schools? (?:and|&|or) (?:all )?academ", text, re.IGNORECASE
    ):
        return frozenset()
    return frozenset(found)


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
    for field, shares in _OF_ALL.items():
        score *= _same_kinds(getattr(one, field), getattr(other, field), shares)
    score *= _same_names(one.places, other.places, _OF_PLACES)
    return score * _same_names(one.trusts, other.trusts, _OF_TRUSTS)


def _same_kinds(ours: frozenset[str], theirs: frozenset[str], shares: Mapping[str, float]) -> float:
    if ours == theirs:
        return 1.0
    if not ours or not theirs:
        return min(1.0, sum(shares.get(kind, 0.1) for kind in ours | theirs))
    both, either = (
        sum(shares.get(kind, 0.1) for kind in kinds) for kinds in (ours & theirs, ours | theirs)
    )
    return both / either


def _same_names(ours: frozenset[str], theirs: frozenset[str], untold: float) -> float:
    if ours == theirs:
        return 1.0
    if not ours or not theirs:
        return untold
    return len(ours & theirs) / len(ours | theirs)


def _places(text: str) -> set[str]:
    found = {
        " ".join(name.casefold().split())
        for match in _PLACE.finditer(text)
        for name in _BETWEEN_PLACES.split(match[1] or match[2])
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
