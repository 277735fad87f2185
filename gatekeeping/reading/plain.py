"""Bringing text into one shape without moving a single character, and cutting it into sentences.

``plain`` returns a text of exactly the same length, so a place in it is a place in the original.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

LONG_LINE = 45
"""A line at least so long that ends without a stop may go on in the next one."""
LONGEST = 3_000
"""No sentence is longer; a text without stops is read in pieces, so that its cost stays small."""
MOST_KEPT = 32
"""So many texts stay cut into sentences: the checks of one submission read the same ones."""

_LIKE = {
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006": " ",
    "\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u200b\ufeff\r": " ",
    "\u2028\u2029\u000b\u000c\u0085": "\n",
    "‘’‚‛ʼ`´′": "'",
    "“”„‟″«»": '"',
    "‐‑‒–—―−\u00ad": "-",
}
_SAME = {ord(odd): ord(like) for odds, like in _LIKE.items() for odd in odds} | {
    wide: wide - 0xFEE0
    for wide in range(0xFF01, 0xFF5F)  # full-width letters
}
_BULLET = re.compile(r"[ \t]*(?:[-*•·▪◦‣o✓✔☐□]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])[ \t]")
_STOP = re.compile(r"[.!?]+[\"')\]]*(?=[\s]|$)")
_SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|mr|mrs|ms|dr|prof|st|no|nos|vs|cf|approx|incl|ext|tel|fig|para|paras"
    r"|sec|ss?|reg|regs|sch|art|c|p|pp|v|p\.m|a\.m|inc|ltd|dept|min|max|ref)|(?<![\w-])[A-Za-z])\.$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'&-]*")


@dataclass(frozen=True)
class Sentence:
    """A piece of a text from ``start`` to ``end``, without outer space, in plain shape.

    ``line`` is the number of its line; ``alone`` tells whether it has the line to itself, ``last``
    whether it ends it.
    """

    start: int
    end: int
    text: str
    line: int
    alone: bool
    last: bool

    @property
    def is_question(self) -> bool:
        """Tell whether it ends with a question mark."""
        return self.text.rstrip("\"')] ").endswith("?")

    @property
    def words(self) -> int:
        """Return how many words of letters it has."""
        return sum(1 for _ in _WORD.finditer(self.text))


def plain(text: str) -> str:
    """Return the text with plain spaces, quotes, dashes and letters; its length is the same.

    Lines that were only wrapped are joined by a space.
    """
    return _unwrapped(text.translate(_SAME))


@lru_cache(maxsize=MOST_KEPT)
def sentences(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences. A line that is no sentence (a heading, a row) is one as well."""
    found: list[Sentence] = []
    start = 0
    for number, line in enumerate(plain(text).split("\n")):
        bounds = list(_bounds(line))
        for place, (low, high) in enumerate(bounds):
            found.append(
                Sentence(
                    start + low,
                    start + high,
                    line[low:high],
                    number,
                    alone=len(bounds) == 1,
                    last=place == len(bounds) - 1,
                )
            )
        start += len(line) + 1
    return tuple(found)


def sentence_at(pieces: tuple[Sentence, ...], place: int) -> int | None:
    """Return the index of the sentence that holds this place of the text, if any does."""
    index = bisect_right(pieces, place, key=lambda piece: piece.start) - 1
    return index if index >= 0 and place < pieces[index].end else None


def is_row(text: str) -> bool:
    """Tell whether this looks like the row of a table, not like a sentence."""
    return text.count("\t") > 1 or text.count("|") > 1 or text.count("   ") > 2  # noqa: PLR2004 - two gaps make three columns


def _bounds(line: str) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    start = 0
    for stop in _STOP.finditer(line):
        if _goes_on(line, stop):
            continue
        start = _cut(line, start, stop.end(), bounds)
        bounds.append((start, stop.end()))
        start = stop.end()
    start = _cut(line, start, len(line), bounds)
    bounds.append((start, len(line)))
    trimmed = []
    for low, high in bounds:
        piece = line[low:high]
        if piece.strip():
            left = len(piece) - len(piece.lstrip())
            trimmed.append((low + left, low + len(piece.rstrip())))
    return trimmed


def _cut(line: str, start: int, end: int, bounds: list[tuple[int, int]]) -> int:
    """Cut what is far too long for a sentence, at a space if there is one; return the rest."""
    while end - start > LONGEST:
        space = line.rfind(" ", start + LONGEST // 2, start + LONGEST)
        stop = space if space > 0 else start + LONGEST
        bounds.append((start, stop))
        start = stop
    return start


def _goes_on(line: str, stop: re.Match[str]) -> bool:
    """Tell whether the stop only ends a short form ("e.g.", "No. 4") or a number of a list."""
    if stop.group()[0] != ".":
        return False
    after = line[stop.end() : stop.end() + 2].strip()[:1]
    if after.islower():
        return True
    before = line[max(0, stop.start() - 12) : stop.start() + 1]
    if re.fullmatch(r"\s*\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})\.", line[: stop.start() + 1][-8:]):
        return True
    return bool(_SHORT.search(before))


def _unwrapped(text: str) -> str:
    """Replace line ends inside a sentence by spaces: lines that mail or a PDF has broken."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    joined = [lines[0]]
    for before, line in pairwise(lines):
        joined += [" " if _continues(before, line) else "\n", line]
    return "".join(joined)


def _continues(before: str, line: str) -> bool:
    ended, begins = before.rstrip(), line.lstrip()
    if not ended or not begins or _BULLET.match(line) or is_row(before) or is_row(line):
        return False
    if ended[-1] in ".!?:;":
        return False
    if begins[0].islower():
        return True
    return len(ended) >= LONG_LINE and (ended[-1] == "," or not ended[-1].isdigit())
