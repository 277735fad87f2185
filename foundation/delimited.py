"""Reading CSV files of strangers, row by row, so that a damaged row never swallows its neighbours.

Every line is decoded by itself (UTF-8, else cp1252). A cell may hold line breaks inside quotes,
but when a quote is opened and never closed the reader goes back to the next line that is a whole
row by itself.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from foundation.errors import BrokenFileError

LONGEST_LINE = 1_000_000
MOST_LINES_IN_A_ROW = 100
NARROW = 3
"""With fewer columns a line inside a long cell may look like a row, so it is not taken for one."""

NEITHER = "The file is neither CSV nor XLSX. Save it as CSV or as an Excel workbook (.xlsx)."

WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True)
class RawRow:
    """The cells of a row, the line it begins on, the bytes read so far, and what is wrong."""

    line: int
    cells: list[str]
    position: int
    problem: str | None = None


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    position: int


def read_delimited(path: Path) -> Iterator[RawRow]:
    """Give the rows of a CSV file (comma, semicolon or tab); the first is the heading.

    Raises BrokenFileError when the file is not text.
    """
    with path.open("rb") as stream:
        yield from _rows(_lines(stream))


def _rows(source: Iterator[_Line]) -> Iterator[RawRow]:
    waiting: deque[_Line] = deque()
    delimiter, width = ",", 0
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        if not line.text.strip():
            continue
        if not width:
            delimiter = max(",;\t", key=line.text.count)
        if (bare := line.text.rstrip("\r\n")).isprintable() and '"' not in bare:
            cells = bare.split(delimiter)  # nothing for csv to find: several times as quick
            width = width or len(cells)
            yield RawRow(line.number, cells, line.position)
            continue
        taken = _Taken(line, waiting, source, delimiter, width)
        row = taken.read()
        waiting.extendleft(reversed(taken.given_back))
        width = width or len(row.cells)
        yield row


class _Taken:
    """One row in the reading: the lines that it took, and those that it turns out not to own."""

    def __init__(
        self,
        first: _Line,
        waiting: deque[_Line],
        source: Iterator[_Line],
        delimiter: str,
        width: int,
    ) -> None:
        self._lines = [first]
        self._waiting = waiting
        self._source = source
        self._delimiter = delimiter
        self._width = width
        self._ran_out = False
        self.given_back: list[_Line] = []

    def read(self) -> RawRow:
        """Return the row that begins on the first line."""
        first = self._lines[0]
        try:
            cells = next(csv.reader(self._feed(), delimiter=self._delimiter))
        except (csv.Error, StopIteration) as fault:
            self.given_back = self._lines[1:]
            return RawRow(first.number, [], first.position, f"the row cannot be read: {fault}")
        if not self._ran_out and (len(self._lines) == 1 or self._fits(cells)):
            return RawRow(first.number, cells, self._lines[-1].position)
        self.given_back = self._lines[1:]
        problem = "a quotation mark is opened and never closed, so the row cannot be read"
        return RawRow(first.number, self._alone(first), first.position, problem)

    def _feed(self) -> Iterator[str]:
        yield self._lines[0].text
        while len(self._lines) < MOST_LINES_IN_A_ROW:
            line = self._waiting.popleft() if self._waiting else next(self._source, None)
            if line is None:
                break
            self._lines.append(line)
            if self._is_row(line):
                break
            yield line.text
        self._ran_out = True

    def _fits(self, cells: list[str]) -> bool:
        """Tell whether the lines together make a row, their quotation marks all in place."""
        if self._width and len(cells) != self._width:
            return False
        texts = [line.text for line in self._lines]
        try:
            return next(csv.reader(texts, delimiter=self._delimiter, strict=True)) == cells
        except csv.Error:
            return False

    def _is_row(self, line: _Line) -> bool:
        """Tell whether a line that a row wants to swallow is a whole row by itself."""
        if self._width < NARROW or line.text.count('"') % 2:
            return False
        return len(self._alone(line)) == self._width

    def _alone(self, line: _Line) -> list[str]:
        try:
            return next(csv.reader([line.text], delimiter=self._delimiter), [])
        except csv.Error:
            return []


def _lines(stream: BinaryIO) -> Iterator[_Line]:
    start = stream.read(4096)
    if wide := WIDE.get(start[:2]):
        yield from _wide_lines(stream, wide)
        return
    if b"\x00" in start or start.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG")):
        raise BrokenFileError(NEITHER)
    if b"\r" in start and b"\n" not in start and len(start) > start.index(b"\r") + 1:
        raise BrokenFileError(
            "The lines of the file end in an old way. Save it as “CSV UTF-8” and try again."
        )
    stream.seek(3 if start.startswith(codecs.BOM_UTF8) else 0)
    number = 0
    while content := stream.readline(LONGEST_LINE):
        number += 1
        yield _Line(number, _decoded(content), stream.tell())


def _wide_lines(stream: BinaryIO, encoding: str) -> Iterator[_Line]:
    # Excel's “Unicode text” is UTF-16: a line ends in two bytes, of which readline knows one.
    stream.seek(2)
    number, rest = 0, b""
    ending = "\n".encode(encoding)
    while block := stream.read(1 << 16):
        rest += block
        cut = 0
        while (found := _aligned(rest, ending, cut)) >= 0:
            number += 1
            text = rest[cut : found + 2].decode(encoding, errors="replace")
            cut = found + 2
            yield _Line(number, text.replace("\x00", ""), stream.tell())
        rest = rest[cut:]
        if len(rest) > LONGEST_LINE:
            raise BrokenFileError(NEITHER)
    if rest:
        yield _Line(number + 1, rest.decode(encoding, errors="replace"), stream.tell())


def _aligned(content: bytes, ending: bytes, start: int) -> int:
    found = content.find(ending, start)
    while found >= 0 and found % 2:
        found = content.find(ending, found + 1)
    return found


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\x00", "") if "\x00" in text else text
