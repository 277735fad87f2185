"""Taking the words out of files: Word, Excel, presentations, OpenDocument, PDF and text.

Everything is bounded: bytes, pages, cells, characters and time; a file
that is broken, locked or too large gives what could be read, with a note, and never an exception.
"""

from collections.abc import Callable

from foundation.filewords.collecting import (
    BROKEN,
    LARGEST,
    LOCKED,
    NO_WORDS,
    TOO_LARGE,
    Collected,
    EnoughError,
    Words,
)
from foundation.filewords.office import docx, pptx
from foundation.filewords.open_document import open_document
from foundation.filewords.parts import Parts
from foundation.filewords.plain import listed, mail, plain, rich
from foundation.filewords.workbook import xlsx

SECONDS = 2.0
"""How long one file may take; what was read by then is kept."""

Reader = Callable[[bytes, Collected], None]

_MAIN_PARTS: dict[str, Callable[[Parts, Collected], None]] = {
    "word/document.xml": docx,
    "xl/workbook.xml": xlsx,
    "ppt/presentation.xml": pptx,
    "content.xml": open_document,
}
_TEXTS: dict[str, Reader] = {"csv": listed, "eml": mail, "rtf": rich}


def words_of(content: bytes, *, seconds: float = SECONDS) -> Words:
    """Return the words of a file, told by its content.

    At most ``MOST_CHARACTERS`` characters, in about ``seconds`` at most. A workbook gives a line
    for each row with tabs between cells. A form feed stands between the pages of a PDF, slides and
    the sheets of a workbook. Pictures give nothing. A PDF is read in a process of its own.
    """
    if len(content) > LARGEST:
        return Words("", TOO_LARGE)
    if is_pdf(content):
        from foundation.filewords.apart import words_apart  # which reads with this module

        return words_apart(content, seconds=seconds)
    reader = _reader(content)
    return read_with(reader, content, seconds=seconds) if reader else Words("", NO_WORDS)


def read_with(reader: Reader, content: bytes, *, seconds: float) -> Words:
    """Return what a reader takes out of a file, and the note when it was stopped or failed."""
    collected = Collected(seconds)
    note = ""
    try:
        reader(content, collected)
    except EnoughError as enough:
        note = str(enough)
    except (RecursionError, MemoryError):
        note = BROKEN
    except Exception:  # noqa: BLE001 - a stranger's file may be broken in any way
        note = BROKEN
    return collected.words(note)


def reader_for(kind: str) -> Reader:
    """Return the reader of a kind of text that only its name tells: ``csv``, ``eml``, ``rtf``."""
    return _TEXTS.get(kind, plain)


def is_pdf(content: bytes) -> bool:
    """Tell whether a file says that it is a PDF, where readers of PDF look for that."""
    return b"%PDF-" in content[:1024] or content.startswith(b"%PDF")


def office(content: bytes, collected: Collected) -> None:
    """Read a document that is a zip; one that is none of those known gives nothing."""
    parts = Parts(content, collected)
    for name, read in _MAIN_PARTS.items():
        if name in parts.names:
            read(parts, collected)
            return


def _reader(content: bytes) -> Reader | None:
    if content.startswith(b"PK\x03\x04"):
        return office
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _locked  # an old or a locked Office file: the same wrapping
    if content.startswith(b"{\\rtf"):
        return rich
    if b"\x00" in content[:2000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return plain


def _locked(content: bytes, collected: Collected) -> None:  # noqa: ARG001 - readers are called alike
    raise EnoughError(LOCKED)
