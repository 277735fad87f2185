"""Suggesting categories for a text, with the words that led to each. No database is needed."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from categories.topics.gist import Gist, Word, gist
from categories.topics.learning import NOTHING_LEARNED, Learned, heard
from categories.topics.vocabulary import Described, Term, Vocabulary, vocabulary_of

MOST_NAMED = 5
WORTH_NAMING = 0.1
"""A category that scores less than this share of the best one is no suggestion."""
IN_TITLE, EARLY, LATE = 1.5, 1.0, 0.4
EARLY_WORDS = 250
"""Words so far from the beginning count less: a letter says early what it is about."""
INSIDE = 0.25
"""What a word counts inside a longer phrase that is known: “meals” in “free school meals”."""
STEEP = 1.5
"""How much the more a word tells for being shared by fewer categories."""
AGREEMENT = 0.4
DOUBT = 4.0
"""How much more evidence makes the best category e times as likely as the next."""


@dataclass(frozen=True)
class Suggestion:
    """A category that the text seems to be about; ``words`` are the text's that led to it.

    The score lies between 0 and 1 and is the share that the category has among all of them.
    """

    slug: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    term: Term
    at: int
    """Its first word, counted over the whole text."""


def suggest(
    entries: Iterable[Described],
    text: str,
    *,
    most: int = MOST_NAMED,
    learned: Learned = NOTHING_LEARNED,
) -> list[Suggestion]:
    """Return the likeliest categories, the best first; none when no word fits."""
    known = vocabulary_of(entries)
    read = gist(text)
    evidence = _heard(known, read)
    for slug, words, worth in heard(learned, read, frozenset(known.slugs)):
        _add(evidence[slug], words, worth)
    scores = {slug: _weigh(said.values()) for slug, said in evidence.items()}
    ranked = sorted(
        ((score, slug) for slug, score in scores.items() if score > 0),
        key=lambda each: (-each[0], each[1]),
    )
    if not ranked:
        return []
    best = ranked[0][0]
    whole = sum(math.exp((score - best) / DOUBT) for score, _ in ranked)
    return [
        Suggestion(
            slug,
            round(math.exp((score - best) / DOUBT) / whole * _sure(score), 4),
            _telling(evidence[slug]),
        )
        for score, slug in ranked[:most]
        if score >= WORTH_NAMING * best
    ]


def _weigh(worths: Iterable[float]) -> float:
    """Add up what the words are worth; several that agree are worth more than their sum."""
    listed = list(worths)
    agreeing = sum(worth > 0 for worth in listed)
    return sum(listed) * (1 + AGREEMENT * math.log(max(1, agreeing)))


def _sure(score: float) -> float:
    """Return less than 1 where even the best has little to go by."""
    return score / (score + 2.0)


def _heard(known: Vocabulary, read: Gist) -> dict[str, dict[str, float]]:
    """Return for each category the words that speak for it, and how much each does."""
    counts: dict[Term, dict[str, float]] = {}
    shown: dict[Term, str] = {}
    evidence: dict[str, dict[str, float]] = defaultdict(dict)
    paired: dict[tuple[Term, Term], tuple[float, str]] = {}
    at = 0
    for number, sentence in enumerate(read.sentences):
        weight = IN_TITLE if number < read.title else EARLY if at < EARLY_WORDS else LATE
        hits = _hits(known, sentence)
        for hit, spoiled, inside in _placed(known, hits):
            share = weight * (INSIDE if inside else 1.0)
            shown.setdefault(hit.term, _words_shown(read.text, hit))
            for slug in known.terms[hit.term]:
                if slug not in spoiled:
                    by_slug = counts.setdefault(hit.term, {})
                    by_slug[slug] = by_slug.get(slug, 0.0) + share
        for pair, words in _pairs(known, hits, read.text):
            before, _ = paired.get(pair, (0.0, ""))
            paired[pair] = (before + weight, words)
        at += len(sentence)
    size = len(known.slugs)
    for term, by_slug in counts.items():
        weights = known.terms[term]
        for slug, times in by_slug.items():
            worth = weights[slug] * _rarity(weights, size) * math.sqrt(len(term)) * _dampen(times)
            _add(evidence[slug], shown[term], worth)
    for (first, second), (times, words) in paired.items():
        weights = known.pairs[first][second]
        for slug, weight in weights.items():
            _add(evidence[slug], words, weight * _rarity(weights, size) * _dampen(times))
    return evidence


def _add(said: dict[str, float], words: str, worth: float) -> None:
    said[words] = said.get(words, 0.0) + worth


def _rarity(weights: Mapping[str, float], size: int) -> float:
    """Return 1 for a term of one category, less the more share it."""
    positive = [weight for weight in weights.values() if weight > 0]
    spread = sum(positive) / max(positive) if positive else 1.0
    return math.pow(math.log(1 + size / spread) / math.log(1 + size), STEEP)


def _dampen(times: float) -> float:
    """Let repeated words count less each time."""
    return math.log2(1 + times)


def _hits(known: Vocabulary, sentence: tuple[Word, ...]) -> list[_Hit]:
    found = []
    senses = tuple(word.sense for word in sentence)
    for place, word in enumerate(sentence):
        singles = {word.stem, word.sense, f"={word.short}"}
        found += [
            _Hit(word.start, word.end, (single,), place)
            for single in singles
            if (single,) in known.terms
        ]
        for length in range(2, known.longest.get(word.sense, 0) + 1):
            term = senses[place : place + length]
            if len(term) == length and term in known.terms:
                found.append(_Hit(word.start, sentence[place + length - 1].end, term, place))
    return found


def _placed(known: Vocabulary, hits: list[_Hit]) -> Iterable[tuple[_Hit, set[str], bool]]:
    """Yield each hit, the categories that a phrase around it denies, and whether it is inside one.

    A phrase that only serves a pair surrounds nothing.
    """
    covers: dict[int, list[_Hit]] = defaultdict(list)
    for hit in hits:
        if len(hit.term) > 1:
            for place in range(hit.at, hit.at + len(hit.term)):
                covers[place].append(hit)
    for hit in hits:
        spoiled: set[str] = set()
        inside = False
        for other in covers.get(hit.at, ()):
            if len(other.term) > len(hit.term) and other.end >= hit.end:
                weights = known.terms[other.term]
                spoiled |= {slug for slug, weight in weights.items() if weight < 0}
                inside = inside or any(weight > 0 for weight in weights.values())
        yield hit, spoiled, inside


def _pairs(
    known: Vocabulary, hits: list[_Hit], text: str
) -> Iterable[tuple[tuple[Term, Term], str]]:
    said = {hit.term: hit for hit in hits}
    for term, hit in said.items():
        for other in known.pairs.get(term, ()):
            if other in said and other != term:
                both = sorted((hit, said[other]), key=lambda each: each.start)
                words = " … ".join(_words_shown(text, each) for each in both)
                yield (term, other), words


def _words_shown(text: str, hit: _Hit) -> str:
    return " ".join(text[hit.start : hit.end].split()).casefold()


def _telling(said: Mapping[str, float]) -> tuple[str, ...]:
    """Return the words that say most, none that is part of a phrase already said."""
    kept: list[str] = []
    for words, worth in sorted(said.items(), key=lambda pair: (-pair[1], pair[0])):
        if worth > 0 and not any(f" {words} " in f" {phrase} " for phrase in kept):
            kept.append(words)
    return tuple(kept[:5])
