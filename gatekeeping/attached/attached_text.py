"""Taking the words out of attached files, for the checks: Word, Excel, PDF and plain text.

Everything is bounded: bytes, pages, cells, characters and time; a file
that is broken, locked or too large gives what could be read, with a note, and never an exception.
"""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from gatekeeping.attached import pdf_words

LARGEST = 30_000_000
MOST_UNPACKED = 100_000_000
MOST_CHARACTERS = 200_000
MOST_PAGES = 200
MOST_PARTS = 60
SECONDS = 2.0
"""How long one file may take; what was read by then is kept."""

TOO_LARGE = "The file is too large to read its words."
UNPACKS = "The file unpacks to more than we read."
LOCKED = "The file is locked with a password, so its words could not be read."
BROKEN = "The file could not be read."
CUT = "Only the beginning of the file was read."
NO_WORDS = "The file holds no words that a program can read; it may be a picture of a page."

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DONE = {f"{_WORD}{kind}" for kind in ("p", "tr", "tbl")}
_WORD_PARTS = ("word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes")

_LONGEST_ROW = 8
_MOST_GAP = 200
"""So many empty rows are kept, so that a row's place in the text is its number in the sheet."""

_PDF_NOTES = {pdf_words.LOCKED: LOCKED, pdf_words.CUT: CUT}


@dataclass(frozen=True)
class Words:
    """The words of a file, and a sentence for people when there are none or not all."""

    text: str
    note: str = ""


class _EnoughError(Exception):
    """A limit is reached: the note says which."""


class _Collected:
    """Pieces of text up to the limits."""

    def __init__(self, seconds: float) -> None:
        self.pieces: list[str] = []
        self.size = 0
        self.until = monotonic() + seconds

    def add(self, piece: str) -> None:
        """Keep a piece; raises _EnoughError when it is the last that fits."""
        self.pieces.append(piece[: MOST_CHARACTERS - self.size])
        self.size += len(piece)
        if self.size >= MOST_CHARACTERS or monotonic() > self.until:
            raise _EnoughError(CUT)

    def check_time(self) -> None:
        """Raise _EnoughError when the time is up."""
        if monotonic() > self.until:
            raise _EnoughError(CUT)


def words_of(content: bytes, *, seconds: float = SECONDS) -> Words:
    """Return the words of a file, told by its content: DOCX, XLSX, PDF or plain text.

    At most ``MOST_CHARACTERS`` characters, in about ``seconds`` at most. A workbook gives a line
    for each row with tabs between cells. A form feed stands between the pages of a PDF and the
    sheets of a workbook. Pictures give nothing.
    """
    if len(content) > LARGEST:
        return Words("", TOO_LARGE)
    reader = _reader(content)
    if reader is None:
        return Words("", NO_WORDS)
    collected = _Collected(seconds)
    note = ""
    try:
        reader(content, collected)
    except _EnoughError as enough:
        note = str(enough)
    except (RecursionError, MemoryError):
        note = BROKEN
    except Exception:  # noqa: BLE001 - a stranger's file may be broken in any way
        note = BROKEN
    text = "".join(collected.pieces)
    text = text.replace("\x00", "").encode(errors="replace").decode().rstrip()
    return Words(text, note or ("" if text else NO_WORDS))


def _reader(content: bytes) -> Callable[[bytes, _Collected], None] | None:
    if content.startswith(b"%PDF") or b"%PDF-" in content[:1024]:
        return _pdf
    if content.startswith(b"PK\x03\x04"):
        return _office
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _locked  # an old or a locked Office file: the same wrapping
    if b"\x00" in content[:2000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return _plain


def _locked(content: bytes, collected: _Collected) -> None:  # noqa: ARG001 - readers are called alike
    raise _EnoughError(LOCKED)


def _plain(content: bytes, collected: _Collected) -> None:
    encodings = (
        ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    )
    for encoding in encodings:
        try:
            collected.add(content.decode(encoding))
        except UnicodeDecodeError:
            continue
        return
    collected.add(content.decode("latin-1"))


def _pdf(content: bytes, collected: _Collected) -> None:
    """Read a PDF in a process of its own: only that can be stopped in the middle of a page."""
    left = max(0.1, collected.until - monotonic())
    command = [
        sys.executable,
        "-m",
        "gatekeeping.attached.pdf_words",
        str(MOST_PAGES),
        str(MOST_CHARACTERS),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - a module of ours, and numbers
            command, input=content, capture_output=True, timeout=left, check=False
        )
    except subprocess.TimeoutExpired as late:
        collected.add(_decoded(late.stdout))
        raise _EnoughError(CUT) from None
    collected.add(_decoded(done.stdout))
    if done.returncode:
        raise _EnoughError(_PDF_NOTES.get(done.returncode, BROKEN))


def _decoded(content: bytes | None) -> str:
    return (content or b"").decode(errors="ignore")


def _office(content: bytes, collected: _Collected) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise _EnoughError(UNPACKS)
        names = {entry.filename for entry in entries}
        if "word/document.xml" in names:
            _docx(archive, names, collected)
        elif "xl/workbook.xml" in names:
            _xlsx(archive, names, collected)


def _docx(archive: zipfile.ZipFile, names: set[str], collected: _Collected) -> None:
    parts = [
        name
        for start in _WORD_PARTS
        for name in sorted(names)
        if name.startswith(start) and name.endswith(".xml")
    ]
    for name in parts[:MOST_PARTS]:
        for element in _ended(archive, name, collected):
            _add_word(element, collected)
            if element.tag in _DONE:
                element.clear()


def _add_word(element: Element, collected: _Collected) -> None:
    """Add what one element of a Word text says, when it ends: words, tabs, boxes, line ends."""
    kind = element.tag.removeprefix(_WORD)
    if kind == "t":
        collected.add(element.text or "")
    elif kind == "tab":
        collected.add("\t")
    elif kind in ("br", "cr", "p", "tr"):
        collected.add("\n")
    elif kind == "tc":
        collected.add("\t")
    elif kind in ("checkBox", "sym"):
        collected.add("☐")


def _xlsx(archive: zipfile.ZipFile, names: set[str], collected: _Collected) -> None:
    shared = list(_shared(archive, collected)) if "xl/sharedStrings.xml" in names else []
    sheets = sorted(
        (name for name in names if name.startswith("xl/worksheets/sheet")),
        key=lambda name: (len(name), name),
    )
    for place, name in enumerate(sheets[:MOST_PARTS]):
        if place:
            collected.add("\f")
        written = 0
        for element in _ended(archive, name, collected):
            if element.tag == f"{_SHEET}row":
                row = element.get("r") or ""
                if row.isdecimal() and len(row) < _LONGEST_ROW:  # rows that were left out are empty
                    collected.add("\n" * min(int(row) - written - 1, _MOST_GAP))
                    written = int(row)
                cells = [_cell(cell, shared) for cell in element.iter(f"{_SHEET}c")]
                element.clear()
                collected.add("\t".join(cells).rstrip() + "\n")


def _shared(archive: zipfile.ZipFile, collected: _Collected) -> Iterator[str]:
    size = 0
    for element in _ended(archive, "xl/sharedStrings.xml", collected):
        if element.tag == f"{_SHEET}si":
            text = "".join(part.text or "" for part in element.iter(f"{_SHEET}t"))
            element.clear()
            size += len(text)
            yield text if size < MOST_CHARACTERS * 5 else ""


def _cell(cell: Element, shared: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{_SHEET}t"))
    value = cell.findtext(f"{_SHEET}v") or ""
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    return value


def _ended(archive: zipfile.ZipFile, name: str, collected: _Collected) -> Iterator[Element]:
    """Read a part of a zip as it streams, each element as it ends; no entities, no documents."""
    with archive.open(name) as stream:
        try:
            for place, (_, element) in enumerate(iterparse(stream, forbid_dtd=True)):
                if place % 1_000 == 0:
                    collected.check_time()
                yield element
        except DefusedXmlException:
            raise _EnoughError(BROKEN) from None
