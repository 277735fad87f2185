"""Words as search sees them, alike in every index: found in a text, brought to their stems.

Both engines are given these stems and never see a text, so that both find the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from foundation.words import stem as english

FORMAT = 2
"""Changes with how words are made or stored: an index of another format is made anew."""
MOST_TEXT = 200
MOST_WORDS = 12
LAST_PLACE, MOST_PLACES, APART = 16_383, 255, 10
LONGEST = 64
"""Characters of a word that count: what is longer is no word."""
COMMON = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "how", "i"}
    | {"in", "is", "it", "of", "on", "or", "our", "that", "the", "their", "they", "this", "to"}
    | {"was", "we", "what", "when", "where", "which", "who", "will", "with", "you", "your"}
)

Term = tuple[str, ...]
"""Words in their stems; several are a phrase."""

# With the marks that Welsh and others put on letters, also where they stand apart. A line between
# words, as in the name of a file, parts them.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")


@dataclass(frozen=True)
class Asked:
    """What was typed, understood: every term must be there."""

    terms: tuple[Term, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was left to look for."""
        return not self.terms

    @property
    def words(self) -> tuple[str, ...]:
        """Return each word that is looked for once, those of phrases too."""
        return tuple(dict.fromkeys(word for term in self.terms for word in term))

    @property
    def phrases(self) -> tuple[Term, ...]:
        """Return the terms of more than one word."""
        return tuple(term for term in self.terms if len(term) > 1)


def understand(typed: str) -> Asked:
    """Read what a person typed: words, and phrases in double quotes. Never raises.

    A word with marks inside (a number such as 888-2627-C-00417-X, term-time) counts as a phrase.
    Very common words are left out unless they stand in a phrase or nothing else is there.
    """
    pieces = re.findall(r'"([^"]*)"?|(\S+)', re.sub("[“”„«»]", '"', typed[:MOST_TEXT]))
    terms: list[Term] = []
    common: list[Term] = []
    for quoted, word in pieces:
        term = tuple(stems_of(quoted or word))
        if not term:
            continue
        is_common = not quoted and word.casefold() in COMMON
        (common if is_common else terms).append(term)
    return Asked(tuple(dict.fromkeys(terms or common))[:MOST_WORDS])


def stems(text: str) -> Iterator[tuple[str, int, int]]:
    """Return each word of a text in its stem, and where it stands."""
    for match in _WORD.finditer(text):
        if stem := stem_of(match[0]):
            yield stem, match.start(), match.end()


def stems_of(text: str) -> list[str]:
    """Return the words of a text in their stems, in their order."""
    return [stem for word in _WORD.findall(text) if (stem := stem_of(word))]


@lru_cache(maxsize=65_536)
def stem_of(word: str) -> str:
    """Return the stem of one word: letters and digits without marks; "" for none."""
    word = word[:LONGEST].lower()
    if not word.isascii():
        parted = unicodedata.normalize("NFKD", word)
        word = "".join(letter for letter in parted if letter.isalnum())[:LONGEST]
    return english(word) if word else ""


def lexemes(weighted: Iterable[tuple[str, str]], *extra: str) -> str:
    """Return texts with their weights ("A" to "D") as PostgreSQL writes a ``tsvector``.

    No phrase runs from one text into the next. ``extra`` words stand without a place. Stems are
    letters and digits alone, so nothing needs to be escaped. Places beyond what PostgreSQL can
    number, and more than 255 of a word, are left out: the word itself is found all the same.
    """
    places: dict[str, list[str]] = {word: [] for word in extra}
    at = 0
    for weight, text in weighted:
        for stem in stems_of(text):
            at += 1
            known = places.setdefault(stem, [])
            if at < LAST_PLACE and len(known) < MOST_PLACES:
                known.append(f"{at}{weight}")
        at += APART
    return " ".join(
        f"'{word}':{','.join(known)}" if known else f"'{word}'" for word, known in places.items()
    )


def authority_word(authority_id: int) -> str:
    """Return the word that says whose an entry is. Nobody can type it: it is no letter or digit."""
    return f"§{authority_id}"
