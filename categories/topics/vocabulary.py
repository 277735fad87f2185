"""The words by which each category is known: what it says of itself, and the shipped list."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from categories.topics.gist import words_of

WORDS = Path(__file__).parent / "data" / "category_words.csv"
COMMON_WORDS = Path(__file__).parent / "data" / "common_words.txt"
STRONG = 2.5
WEIGHTS = {"strong": STRONG, "usual": 1.8, "also": 1.0, "told": 1.2, "loose": 0.7, "not": -1.0}
"""The columns of the list. ``told`` are words of letters that never name their subject; ``not``
are phrases in which a word of the category means something else."""
KEYWORD, HEADING, DESCRIPTION = 2.4, 1.6, 0.7
COMMON = 0.5
"""What a word counts that stands in letters about anything."""

Term = tuple[str, ...]


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
class Vocabulary:
    """Terms of all categories. ``pairs`` are two terms that count when one sentence has both.

    ``terms`` gives each term's weight by slug; a negative one says that the words mean something
    else than the category. A term that only serves a pair has no weights.
    """

    slugs: tuple[str, ...]
    terms: Mapping[Term, Mapping[str, float]]
    pairs: Mapping[Term, Mapping[Term, Mapping[str, float]]]
    longest: Mapping[str, int] = field(repr=False)
    """How many words the longest term has that begins with a stem."""


def vocabulary_of(entries: Iterable[Described]) -> Vocabulary:
    """Return the vocabulary of these categories; made once for the same list."""
    known = tuple(
        (entry.slug, entry.heading, entry.description, tuple(entry.keywords)) for entry in entries
    )
    return _compiled(tuple(sorted(known)))


@lru_cache(maxsize=16)
def _compiled(known: tuple[tuple[str, str, str, tuple[str, ...]], ...]) -> Vocabulary:
    terms: dict[Term, dict[str, float]] = defaultdict(dict)
    pairs: dict[Term, dict[Term, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for slug, heading, description, keywords in known:
        shipped = _shipped().get(slug, ())
        in_capitals = {phrase.casefold() for phrase, _ in shipped if phrase.isupper()}
        said = [(heading, STRONG), *((word, KEYWORD) for word in keywords)]
        if not shipped:  # a category of the authority's own has only these
            said += [(word, HEADING) for word in heading.replace(",", " ").split()]
            said += [(word, DESCRIPTION) for word in description.replace(",", " ").split()]
        said = [each for each in said if each[0].casefold() not in _EMPTY | in_capitals]
        for phrase, weight in [*said, *shipped]:
            first, _, second = phrase.partition("+")
            term = _term(first)
            if second:
                other = _term(second)
                if term and other:
                    terms[term], terms[other] = terms[term], terms[other]  # noticed, if no more
                    _raise(pairs[term][other], slug, weight)
            elif term:
                _raise(terms[term], slug, weight * (COMMON if term in common() else 1.0))
    longest: dict[str, int] = {}
    for term in terms:
        longest[term[0]] = max(len(term), longest.get(term[0], 0))
    return Vocabulary(tuple(slug for slug, *_ in known), dict(terms), dict(pairs), longest)


def _raise(weights: dict[str, float], slug: str, weight: float) -> None:
    if abs(weight) > abs(weights.get(slug, 0.0)):
        weights[slug] = weight


def _term(phrase: str) -> Term:
    """Return the stems of a phrase; one word in capitals is met by capitals alone (SEND, PAN)."""
    phrase = phrase.strip()
    if phrase.isupper() and phrase.isalpha():
        return (f"={phrase}",)
    words = words_of(phrase)
    if len(words) > 1:
        return tuple(word.sense for word in words)
    is_whole = " " not in phrase.replace("-", " ")  # what is left of “in-year” means nothing
    return (words[0].stem,) if words and is_whole else ()


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, tuple[tuple[str, float], ...]]:
    with WORDS.open(encoding="utf-8", newline="") as stream:
        return {
            row["slug"]: tuple(
                (phrase, weight)
                for column, weight in WEIGHTS.items()
                for phrase in row[column].split(";")
                if phrase.strip()
            )
            for row in csv.DictReader(stream)
        }


@lru_cache(maxsize=1)
def common() -> frozenset[Term]:
    """Return the words, as terms, that stand in letters about anything."""
    text = COMMON_WORDS.read_text(encoding="utf-8")
    return frozenset((word.stem,) for word in words_of(text))


_EMPTY_WORDS = """
and the of for to in it its into from other our their school schools staff pupils children
service services data information new send teams who which what with how about
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
"""Words that name no category by themselves; a description in plain English has them."""
