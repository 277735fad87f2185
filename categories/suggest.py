"""Suggesting categories for a text, with the words that led to each."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

KEYWORD, HEADING, DESCRIPTION = 3.0, 2.0, 1.0
WORTH_NAMING = 0.15
"""A category that scores less than this share of the best one is no suggestion."""
MOST_WORDS = 20_000
"""A category shows itself early; the rest of a very long text adds nothing."""

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
_EMPTY_WORDS = """
a about all also an and any are as at be been by can could do does each every for from get had has
have how if in into is it its may more most must no not of on one or other our out please school
schools shall should so some such than that the their them then there these they this those to up
us use used was we were what when where which who will with would you your new other send return
year years pupil pupils child children staff information data local authority council form support
service services
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


class Described(Protocol):
    """A category as it describes itself: a row of the database or of a list."""

    @property
    def slug(self) -> str:
        """The lasting name."""

    @property
    def heading(self) -> str:
        """What people call it."""

    @property
    def description(self) -> str:
        """What belongs to it."""

    @property
    def keywords(self) -> list[str]:
        """Words and phrases that give it away."""


@dataclass(frozen=True)
class Suggestion:
    """A category that the text seems to be about; ``words`` are the text's that led to it.

    The score lies between 0 and 1 and only ranks: it is no probability.
    """

    slug: str
    score: float
    words: tuple[str, ...]


def suggest(entries: Iterable[Described], text: str, *, most: int = 5) -> list[Suggestion]:
    """Return the likeliest categories, the best first; none when no word fits.

    A keyword counts more than a word of the heading, that more than one of the description; a
    phrase counts more than a word, and a word that many categories share counts little.
    """
    said = [_stem(word) for word in _WORD.findall(text.casefold())[:MOST_WORDS]]
    if not said:
        return []
    known = [_terms(entry) for entry in entries]
    spread = Counter(term for terms in known for term, _ in _unique(terms.weighted))
    heard = _heard(said, {len(term) for term in spread})
    found = []
    for terms in known:
        score, words = 0.0, []
        for term, weight in _unique(terms.weighted):
            times = heard.get(term, 0)
            if times:
                rarity = math.log(1 + len(known) / spread[term])
                score += weight * len(term) * rarity * (1 + math.log(times))
                words.append((weight * len(term) * rarity, terms.shown[term]))
        if score:
            ordered = sorted(words, key=lambda pair: (-pair[0], pair[1]))
            found.append((score, terms.slug, _telling([word for _, word in ordered])))
    found.sort(key=lambda each: (-each[0], each[1]))
    return [
        Suggestion(slug, round(score / (score + 20), 4), words)
        for score, slug, words in found[:most]
        if score >= WORTH_NAMING * found[0][0]
    ]


def _telling(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words that say most, none that is part of a phrase already said."""
    kept: list[str] = []
    for word in words:
        if not any(f" {word} " in f" {phrase} " for phrase in kept):
            kept.append(word)
    return tuple(kept[:5])


Term = tuple[str, ...]


@dataclass(frozen=True)
class _Terms:
    slug: str
    weighted: tuple[tuple[Term, float], ...]
    shown: dict[Term, str]


def _terms(entry: Described) -> _Terms:
    return _terms_of(entry.slug, entry.heading, entry.description, tuple(entry.keywords))


@lru_cache(maxsize=1000)
def _terms_of(slug: str, heading: str, description: str, keywords: tuple[str, ...]) -> _Terms:
    weighted: list[tuple[Term, float]] = []
    shown: dict[Term, str] = {}
    phrases = [(phrase, KEYWORD) for phrase in keywords]
    for text, weight in ((heading, HEADING), (description, DESCRIPTION)):
        phrases += [
            (word, weight)
            for word in _WORD.findall(text.casefold())
            if _stem(word) not in _EMPTY and len(word) > 2  # noqa: PLR2004 - shorter words name nothing
        ]
    for phrase, weight in phrases:
        term = tuple(_stem(word) for word in _WORD.findall(phrase.casefold()))
        if term:
            weighted.append((term, weight))
            shown.setdefault(term, phrase.casefold())
    return _Terms(slug, tuple(weighted), shown)


def _unique(weighted: Sequence[tuple[Term, float]]) -> list[tuple[Term, float]]:
    """Keep each term once, with its greatest weight."""
    best: dict[Term, float] = {}
    for term, weight in weighted:
        best[term] = max(weight, best.get(term, 0.0))
    return list(best.items())


def _heard(said: Sequence[str], lengths: set[int]) -> Counter[Term]:
    return Counter(
        tuple(said[start : start + length])
        for length in lengths
        for start in range(len(said) - length + 1)
    )


def _stem(word: str) -> str:
    """Bring plural and singular together: meals and meal, policies and policy."""
    word = word.replace("’", "'").removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - "ties" stays
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):  # noqa: PLR2004
        return word[:-1]
    return word
