"""A file's words as a page: headings, paragraphs and tables, for reading without the program.

Made from the words that a worker took out: nothing of the file itself reaches the page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

SHEETS: Final = frozenset({"xlsx", "xlsm", "ods", "csv"})
SLIDES: Final = frozenset({"pptx", "pptm", "odp"})
PAGED: Final = frozenset({"pdf"})
MOST_COLUMNS: Final = 60
_LEAST_ROWS: Final = 2
_DEEPEST: Final = 6
_SHORT: Final = 0.75
_NEARLY_FULL: Final = 0.92
_ENDS: Final = (".", ":", "?", "!")
_NEW: Final = re.compile(r"\s*(?:[•●▪◦–*-]\s|\(?[0-9]{1,3}[.)]\s|\(?[a-z][.)]\s)")
_NUMBER: Final = re.compile(r"[£$€+-]?[\d.,]+%?")


@dataclass(frozen=True)
class Block:
    """A piece of the page: ``heading`` (with its level from 2), ``page``, ``text`` or ``table``."""

    kind: str
    words: str = ""
    level: int = 0
    rows: Sequence[Sequence[str]] = ()
    has_head: bool = False
    """Whether the first row of a table says what stands below it."""
    anchor: str = ""


def copy_of(text: str, outline: Sequence[Any], kind: str) -> list[Block]:
    """Return a file's words as blocks, in their order; ``kind`` is what the file is.

    ``outline`` holds its headings: where each begins, its level, its words if not in the text.
    """
    headings = {int(at): (int(level), str(words)) for at, level, words in outline}
    blocks: list[Block] = []
    start = 0
    for number, page in enumerate(text.split("\f"), 1):
        if kind in PAGED or kind in SLIDES:
            name = "Page" if kind in PAGED else "Slide"
            blocks.append(Block("page", f"{name} {number}", anchor=f"part-{number}"))
        blocks += _page(page, start, headings, kind)
        start += len(page) + 1
    return list(_levelled(blocks, deepest_first=3 if kind in PAGED | SLIDES else 2))


def contents_of(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks that a list of contents names: top headings, else pages."""
    tops = [block for block in blocks if block.kind == "heading" and block.level <= 3]  # noqa: PLR2004
    return tops or [block for block in blocks if block.kind == "page"]


def _page(
    page: str, start: int, headings: dict[int, tuple[int, str]], kind: str
) -> Iterator[Block]:
    lines: list[tuple[str, str]] = []  # (what, words); headings stand by themselves
    at, in_table = start, False
    for line in page.split("\n"):
        heading = headings.get(at)
        at += len(line) + 1
        if heading is not None:
            yield from _lines(lines, kind)
            level, words = heading
            yield Block("heading", words or line.strip(), level)
            lines, in_table = [], False
            if not words:
                continue
        # in a sheet a line with a single cell below a table belongs to it
        in_table = kind in SHEETS and (in_table or "\t" in line)
        lines.append((_what(line, in_table=in_table), line))
    yield from _lines(lines, kind)


def _what(line: str, *, in_table: bool) -> str:
    if not line.strip():
        return "gap"
    return "row" if in_table or "\t" in line.strip() else "text"


def _lines(lines: Sequence[tuple[str, str]], kind: str) -> Iterator[Block]:
    if kind in SHEETS:
        lines = [line for line in lines if line[0] != "gap"]
    for what, some in groupby(lines, key=lambda line: line[0]):
        words = [line for _, line in some]
        if what == "row" and (len(words) >= _LEAST_ROWS or kind in SHEETS):
            yield _table(words)
        elif what != "gap":
            yield from _paragraphs([line.replace("\t", " ").strip() for line in words], kind)


def _table(lines: Sequence[str]) -> Block:
    cells = [[cell.strip() for cell in line.split("\t")[:MOST_COLUMNS]] for line in lines]
    width = max(len(row) for row in cells)
    rows = [[*row, *[""] * (width - len(row))] for row in cells]
    head = rows[0]
    named = all(cell and not _NUMBER.fullmatch(cell) for cell in head)
    return Block("table", rows=rows, has_head=named and len(rows) > 1)


def _paragraphs(lines: Sequence[str], kind: str) -> Iterator[Block]:
    if kind == "txt":  # its lines are as its writer broke them
        yield Block("text", "\n".join(lines))
    elif kind in PAGED:
        yield from _joined(lines)
    else:
        yield from (Block("text", line) for line in lines)


def _joined(lines: Sequence[str]) -> Iterator[Block]:
    """Join the lines of a printed page: a short one ends a paragraph, a mark begins one."""
    longest = max(len(line) for line in lines)
    words: list[str] = []
    for line in lines:
        if words and (_NEW.match(line) or _is_last(words[-1], longest)):
            yield Block("text", " ".join(words))
            words = []
        words.append(line)
    if words:
        yield Block("text", " ".join(words))


def _is_last(line: str, longest: int) -> bool:
    """Tell whether a line is the last of its paragraph: it leaves room that a word would fill."""
    return len(line) < longest * (_NEARLY_FULL if line.endswith(_ENDS) else _SHORT)


def _levelled(blocks: Sequence[Block], *, deepest_first: int) -> Iterator[Block]:
    """Give headings levels that begin below the page's own and skip none; drop empty ones."""
    tops = [block.level for block in blocks if block.kind == "heading" and block.words]
    top, last, number = min(tops, default=1), deepest_first - 1, 0
    for block in blocks:
        if block.kind != "heading":
            last = deepest_first - 1 if block.kind == "page" else last
            yield block
        elif block.words:
            number += 1
            last = min(block.level - top + deepest_first, last + 1, _DEEPEST)
            yield Block("heading", block.words, last, anchor=f"heading-{number}")
