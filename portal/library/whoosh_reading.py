"""Reading a segment of the index in files: which of its rows hold every term, how well they fit.

Which rows hold a word is a row of noughts and ones, a byte for each, kept as one long number: so
rows that hold several words are found, and counted, in one step each. A segment never changes but
for the rows that are deleted, so what was read of a word is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, Final, NamedTuple

from whoosh import query, scoring
from whoosh.codec.whoosh3 import W3LeafMatcher

from portal.library.words import Asked, Term

HALF: Final = 8.0
"""The weight of a text that fits by half."""
KEPT: Final = 500
"""How many words a process keeps: 25 MB of them at 25,000 notices."""
MOST: Final = 255
"""So many times a word counts in a text; nobody tells more apart."""
IS_THERE: Final = bytes([0] + [1] * 255)


@dataclass(frozen=True)
class Part:
    """One segment of an open index: its searcher, and which notice each of its rows is."""

    searcher: Any
    place: str
    numbers: Sequence[int]
    rows: Mapping[int, int]
    """In which row each notice stands that was not deleted."""


class Hit(NamedTuple):
    """A notice that holds every term: how many words are titled, its number, where it stands."""

    titled: int
    number: int
    part: int
    row: int


class _Word(NamedTuple):
    """A word in a segment: which rows hold it, and how often each does."""

    rows: int
    counts: bytes


_words: dict[tuple[str, str, str], _Word] = {}


def forget() -> None:
    """Keep nothing of any segment: one could not be read."""
    _words.clear()


def hits_in(place: int, part: Part, asked: Asked, allowed: frozenset[int]) -> list[Hit]:
    """Return the notices of one segment that hold every term."""
    flags = bytearray(len(part.numbers))
    for number in part.rows.keys() & allowed:
        flags[part.rows[number]] = 1
    holding = int.from_bytes(flags, "little")
    for word in asked.words:
        if not holding:
            return []
        holding &= _word(part, "text", word).rows
    found = list(compress(range(len(flags)), _bytes(holding, part)))
    for term in asked.phrases:
        found = _in_order(part, term, found)
    if not found:
        return []
    # At most MOST_WORDS to a byte: none runs over into the next.
    titled = _bytes(sum(_word(part, "title", word).rows for word in asked.words), part)
    return [Hit(titled[row], part.numbers[row], place, row) for row in found]


def _bytes(flags: int, part: Part) -> bytes:
    return flags.to_bytes(len(part.numbers), "little")


def _word(part: Part, field: str, word: str) -> _Word:
    """Return which rows hold a word, deleted ones too."""
    key = (part.place, field, word)
    known = _words.pop(key, None)
    if known is None:
        known = _read(part, field, word)
        while len(_words) >= KEPT:
            del _words[next(iter(_words))]  # the one that was not asked for longest
    _words[key] = known
    return known


def _read(part: Part, field: str, word: str) -> _Word:
    reader, counts = part.searcher.reader(), bytearray(len(part.numbers))
    if (field, word) not in reader:
        return _Word(0, b"")
    matcher = reader.postings(field, word)
    matcher = getattr(matcher, "child", matcher)  # without the check for deleted ones
    while matcher.is_active():
        row, weight = matcher.id(), matcher.weight()
        if isinstance(matcher, W3LeafMatcher):
            # A block at a time, which those two have read: one by one takes ten times as long.
            for row, weight in zip(matcher._ids, matcher._weights, strict=True):  # noqa: SLF001
                counts[row] = min(MOST, int(weight))
            matcher._next_block()  # noqa: SLF001
        else:
            counts[row] = min(MOST, int(weight))
            matcher.next()
    return _Word(int.from_bytes(counts.translate(IS_THERE), "little"), bytes(counts))


def _in_order(part: Part, term: Term, rows: list[int]) -> list[int]:
    matcher = query.Phrase("text", list(term)).matcher(part.searcher)
    return [row for row in rows if _comes_to(matcher, row)]


def fits_of(parts: Sequence[Part], hits: Sequence[Hit], asked: Asked) -> dict[int, float]:
    """Return how well the texts of some notices fit, from 0 to 1."""
    if not hits:
        return {}
    lengths = [parts[hit.part].searcher.reader().doc_field_length(hit.row, "text") for hit in hits]
    weights, places = [0.0] * len(hits), {hit.part for hit in hits}
    for word in asked.words:
        counts = {place: _word(parts[place], "text", word).counts for place in places}
        scorer = _scorer(parts, word)
        for place, (hit, length) in enumerate(zip(hits, lengths, strict=True)):
            if times := counts[hit.part][hit.row]:
                weights[place] += scorer(times, length)
    return {hit.number: weight / (weight + HALF) for hit, weight in zip(hits, weights, strict=True)}


def _scorer(parts: Sequence[Part], word: str) -> Callable[[int, int], float]:
    """Return how much a word weighs that stands so many times in a text of so many words."""
    whole = parts[0].searcher.get_parent()
    idf, average = whole.idf("text", word), whole.avg_field_length("text") or 1
    return lambda times, length: float(scoring.bm25(idf, times, length, average, B, K1))


B: Final = 0.75
K1: Final = 1.2
"""What BM25 is commonly used with."""


def _comes_to(matcher: Any, row: int) -> bool:
    """Move a matcher on to a row; tell whether it holds it."""
    if matcher.is_active() and matcher.id() < row:
        matcher.skip_to(row)
    return bool(matcher.is_active() and matcher.id() == row)
