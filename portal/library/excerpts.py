"""Showing why a text was found: its best passage, cut up into plain and marked pieces."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from portal.library.words import Asked, stem_of, stems

LENGTH = 240


@dataclass(frozen=True)
class Piece:
    """A stretch of text, marked when it is a word that was looked for."""

    text: str
    marked: bool


def mark(text: str, asked: Asked) -> list[Piece]:
    """Cut a whole text (a title) into marked and plain pieces."""
    return _pieces(text, _places(text, asked), 0, len(text))


def excerpt(text: str, asked: Asked, *, length: int = LENGTH) -> list[Piece]:
    """Return the passage that holds the most different words that were looked for.

    Without any it is the beginning. The pieces are plain text: whoever shows them escapes them.
    """
    text = " ".join(text.split())
    places = _places(text, asked)
    start = _best_start(text, places, length)
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    pieces = _pieces(text, places, start, end)
    if start > 0:
        pieces.insert(0, Piece("… ", marked=False))
    if end < len(text):
        pieces.append(Piece(" …", marked=False))
    return pieces


Place = tuple[str, int, int]


def words_in(text: str, asked: Asked) -> set[str]:
    """Return which of the words that were looked for stand in a text."""
    return {word for word, _, _ in _places(text, asked)}


def _places(text: str, asked: Asked) -> list[Place]:
    wanted = asked.words
    if not text.isascii() and MARKED.search(text):
        return [place for place in stems(text) if place[0] in wanted]
    # A stem is the beginning of its words but for the last letter: to look for that is quick.
    return [
        (stem, match.start(), match.end())
        for match in (_likely(wanted).finditer(text) if wanted else ())
        if (stem := stem_of(match[0])) in wanted
    ]


MARKED: Final = re.compile(r"[^\W\x00-\x7f]|[\u0300-\u036f]")
"""A letter that is none of the English ones."""


@lru_cache(maxsize=500)
def _likely(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds, in a text of English letters, each word that may have one of the stems."""
    starts = "|".join({re.escape(word[: max(LEAST, len(word) - 1)]) for word in words})
    return re.compile(rf"(?<![^\W_])(?:{starts})[^\W_]*", re.IGNORECASE)


LEAST: Final = 2


def _best_start(text: str, places: list[Place], length: int) -> int:
    best, most = 0, 0
    for first, (_, begin, _) in enumerate(places[:200]):
        inside = {word for word, _, end in places[first : first + 40] if end <= begin + length}
        if len(inside) > most:
            best, most = begin, len(inside)
    if best < length // 2:
        return 0
    back = text.rfind(". ", max(0, best - length // 3), best)
    return back + 2 if back >= 0 else text.rfind(" ", 0, best - length // 6) + 1


def _pieces(text: str, places: list[Place], start: int, end: int) -> list[Piece]:
    pieces, at = [], start
    for _, begin, stop in places:
        if begin < at or stop > end:
            continue
        if begin > at:
            pieces.append(Piece(text[at:begin], marked=False))
        pieces.append(Piece(text[begin:stop], marked=True))
        at = stop
    if at < end:
        pieces.append(Piece(text[at:end], marked=False))
    return pieces
