"""The cells of a table pasted into a text, and those of its columns that are left to fill in."""

import re
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Final

LEAST_COLUMNS: Final = 3
HEADS: Final = frozenset({"question", "questions", "answer", "answers", "response", "your answer"})
"""Heads of columns that say nothing of what is asked."""
WORDS: Final = re.compile(r"[^\W\d_]{2,}")
ADMIN: Final = re.compile(
    r"(?:name|address|postcode) of (?:the )?(?:school|setting|academy|person)|school(?:'s)? name"
    r"|school|setting|academy|name|urn|laestab|dfe (?:no|number|code)|(?:form )?completed by"
    r"|signed|signature|date|date (?:of )?complet\w+|(?:your |job |contact )?(?:name|role|title"
    r"|job title|position|e-?mail(?: address)?|telephone(?: number)?|phone)"
    r"|(?:any )?(?:other |further )?(?:comments?|information|notes)"
    r"|head ?teacher(?:'s)?(?: name| signature)?",
    re.IGNORECASE,
)
"""What every form has at its head and foot: who filled it in, and for which school."""
MOST_LINES: Final = 4_000
_RULER: Final = re.compile(r"[\s|+:=-]+")

Cell = tuple[int, int, str]


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with where it begins; a form feed ends one as well."""
    start = 0
    for line in re.split(r"[\n\f]", text):
        yield start, line
        start += len(line) + 1


def cells(start: int, line: str) -> list[Cell]:
    """Return the cells of a line that begins at ``start``: begin, end and words of each."""
    found = []
    for piece in re.split(r"[\t|]", line):
        words = piece.strip()
        low = start + (piece.index(words) if words else 0)
        found.append((low, low + len(words), words))
        start += len(piece) + 1
    return found


def empty_columns(text: str) -> Iterator[tuple[int, int]]:
    """Yield the heads of columns in which no row below says anything: of the first table."""
    yield from _empty(lines_of(text))


def columns_to_fill_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the heads of empty columns of every table of a text, and its rows with a name alone.

    A table ends where a line has no cells. Its first column names the rows where it is filled.
    """
    lines = islice(lines_of(text), MOST_LINES)
    for parted, rows in groupby(lines, key=lambda row: _parted_by(row[1])):
        if parted:
            yield from _of_table(list(rows))


def _parted_by(line: str) -> str:
    """Return what parts the cells of a line, if anything does."""
    return next((mark for mark in "|\t" if mark in line.strip(" ")), "")


def _of_table(rows: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Yield what one table leaves to fill in; a single row is the head of a table without rows."""
    rows = [row for row in rows if not _RULER.fullmatch(row[1])]
    found = set(_empty(iter(rows)))
    for start, line in rows:
        named = [cell for cell in cells(start, line) if cell[2]]
        if len(named) == 1 and WORDS.search(named[0][2]):
            found.add(named[0][:2])
    said = {cell[:2]: cell[2] for start, line in rows for cell in cells(start, line)}
    yield from (place for place in sorted(found) if not ADMIN.fullmatch(said[place].strip(" :*?")))


def _empty(rows: Iterator[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    head: list[Cell] = []
    filled: set[int] = set()
    for start, line in rows:
        found = cells(start, line)
        named = [cell for cell in found if cell[2]]
        if not named:
            continue
        if not head:
            if len(named) >= LEAST_COLUMNS and all(WORDS.search(cell[2]) for cell in named):
                head = found
            continue
        filled |= {place for place, cell in enumerate(found) if cell[2]}
    for place, (start, end, words) in enumerate(head):
        if words and place not in filled and words.casefold() not in HEADS:
            yield start, end
