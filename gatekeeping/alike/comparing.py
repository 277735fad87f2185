"""Comparing what two documents mean: how surely both ask the same, and in which parts.

A part is 1 where both are the same and 0 where they are not. A part that one of them does not tell
is left out: what is not told is no difference.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gatekeeping.alike.aspects import same_aspects
from gatekeeping.alike.copying import copied
from gatekeeping.alike.matching import Matched, matched
from gatekeeping.alike.meaning import Meaning
from gatekeeping.alike.purposes import same_purpose
from gatekeeping.alike.saying import sentences_for
from gatekeeping.alike.times import LONG_AFTER, same_time
from gatekeeping.alike.topics import cosine
from gatekeeping.alike.unshared import unshared
from gatekeeping.alike.who import same_schools
from gatekeeping.closeness import words_shared
from gatekeeping.protocol import DEFAULT, Protocol

_BASE, _UNSHARED, _SAME_SIDE = -2.5, 3.0, 4.4
_OTHER_SCHOOLS, _OTHER_TIME, _CHANGED = -7.0, -2.1, -25.0
"""The weights of the score, fitted to two authors' pairs and to requests of other subjects."""
_WHO_UNTOLD, _TIME_UNTOLD = 0.9, 0.85
_BY_CHANCE = 0.05
"""So much of the wording may be the same by chance."""
_HALF = 0.5
"""So much a copied text that was changed counts against a common part, and a likeness for it."""
_ALIKE = {"text": 0.4, "items": 0.25, "topic": 0.25, "unshared": 0.1}
_OF_SCHOOLS, _OF_TIME = 0.7, 0.5
"""What each part counts for likeness, and what is lost where no school, or no time, is the same."""
_RENEWED = 0.35
"""What asks about another time scores no more than this part of a duplicate."""
_ANOTHER_TIME = 0.3
_SAME_FORM = 0.5
_SAME_TEAM = 85


class Label(StrEnum):
    """What two documents are to each other."""

    DUPLICATE = "duplicate"
    OVERLAP = "overlap"
    DIFFERENT = "different"
    RENEWAL = "renewal"


@dataclass(frozen=True)
class Comparison:
    """How surely two documents ask the same of the same schools for the same time, and why.

    ``score`` goes from 0 to 1. ``parts`` are topic, unshared, items, who, period, purpose, text,
    copied and aspects, each from 0 to 1, as far as both tell. ``shared_items`` are things of the
    first document that the second asks too; ``says`` are plain sentences.
    """

    score: float
    label: Label
    parts: Mapping[str, float]
    shared_items: tuple[str, ...]
    says: tuple[str, ...]

    @property
    def likeness(self) -> float:
        """Return how much alike they are, 0 to 1, whatever it is that tells them apart."""
        common = sum(weight * self.parts.get(part, 0.0) for part, weight in _ALIKE.items())
        schools = 1 - _OF_SCHOOLS * (1 - self.parts.get("who", _WHO_UNTOLD))
        return common * schools * (1 - _OF_TIME * (1 - self.parts.get("period", 1.0)))


def compare(one: Meaning, other: Meaning, *, protocol: Protocol = DEFAULT) -> Comparison:
    """Compare two meanings. Score and label are the same whichever comes first."""
    found = matched(one.things, other.things, one.topic.stems & other.topic.stems)
    parts = _parts(one, other, found)
    changed = _changed(one, other, parts["copied"] or 0.0)
    score = _score(parts, changed)
    likely = max(found.ours, found.theirs) - _HALF * changed + _HALF * score
    label = _label(one, other, parts, found, score, likely >= protocol.overlap_from, protocol)
    if label is Label.RENEWAL or _another_time(parts):
        score = min(score, _RENEWED * protocol.same_from)
    return Comparison(
        round(score, 4),
        label,
        {part: round(value, 4) for part, value in parts.items() if value is not None},
        tuple(one.things[row].said for row in sorted({row for row, _, _ in found.pairs})),
        sentences_for(one, other, parts, found),
    )


def _parts(one: Meaning, other: Meaning, found: Matched) -> Mapping[str, float | None]:
    text = _cosine(one.words, other.words, one.words_length * other.words_length)
    return {
        "topic": max(cosine(one.concepts, other.concepts), 0.7 * text),
        "items": math.sqrt(found.ours * found.theirs),
        "who": same_schools(one.who, other.who),
        "period": same_time(one.time, other.time, sent_apart=_days_between(one.sent, other.sent)),
        "purpose": same_purpose(one.purposes, other.purposes),
        "text": text,
        "unshared": unshared(one, other),
        "copied": copied(one.sketch, other.sketch),
        "aspects": same_aspects(one.aspects, other.aspects),
    }


def _days_between(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else abs(one - other)


def _score(parts: Mapping[str, float | None], changed: float) -> float:
    """Weigh the parts: what both are about, less what tells them apart."""
    who, period = parts["who"], parts["period"]
    weighed = (
        _BASE
        + _UNSHARED * (parts["unshared"] or 0.0)
        + _SAME_SIDE * (parts["aspects"] or 0.0) * math.sqrt(parts["topic"] or 0.0)
        + _OTHER_SCHOOLS * (1 - (_WHO_UNTOLD if who is None else who))
        + _OTHER_TIME * (1 - (_TIME_UNTOLD if period is None else period))
        + _CHANGED * changed
    )
    return 1 / (1 + math.exp(-weighed))


def _changed(one: Meaning, other: Meaning, hand: float) -> float:
    """Return how far a copied text asks other things: what was changed was changed on purpose."""
    ours, theirs = one.asked_stems, other.asked_stems
    either = len(ours | theirs)
    same = len(ours & theirs) / either if either else 1.0
    return max(0.0, hand - _BY_CHANCE) * (1 - same * same)


def _another_time(parts: Mapping[str, float | None]) -> bool:
    period = parts["period"]
    return period is not None and period <= _ANOTHER_TIME


def _label(  # noqa: PLR0917 - what was worked out above
    one: Meaning,
    other: Meaning,
    parts: Mapping[str, float | None],
    found: Matched,
    score: float,
    has_part: bool,  # noqa: FBT001 - what was worked out above
    protocol: Protocol,
) -> Label:
    same_form = (
        min(found.ours, found.theirs) >= _SAME_FORM or (parts["copied"] or 0.0) >= _SAME_FORM
    )
    if parts["period"] == LONG_AFTER and _same_words(parts) and _same_asker(one, other):
        return Label.RENEWAL
    if _another_time(parts):
        return Label.RENEWAL if same_form and _same_asker(one, other) else Label.DIFFERENT
    if score >= protocol.same_from:
        return Label.DUPLICATE
    if has_part and parts["who"] != 0:
        return Label.OVERLAP
    return Label.DIFFERENT


def _same_words(parts: Mapping[str, float | None]) -> bool:
    """Tell whether the form itself is the same, and not only what it asks."""
    return max(parts["copied"] or 0.0, parts["text"] or 0.0) >= _SAME_FORM


def _same_asker(one: Meaning, other: Meaning) -> bool:
    """Tell whether the same team or person asks; who says neither is believed to be the same."""
    if one.author and one.author == other.author:
        return True
    if one.team and other.team:
        return words_shared(one.team, other.team) >= _SAME_TEAM
    return not (one.author and other.author)


def _cosine(one: Mapping[str, float], other: Mapping[str, float], lengths: float) -> float:
    if not lengths:
        return 0.0
    if len(other) < len(one):
        one, other = other, one
    return min(1.0, sum(w * other[key] for key, w in one.items() if key in other) / lengths)
