"""The words of a PDF, and what in it acts by itself. The one door to pypdf.

To be used in the process of ``apart`` alone: a page made to take hours, or gigabytes, can only be
stopped from outside.
"""

import io
import logging
from collections.abc import Iterator
from time import monotonic
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from foundation.filewords.collecting import LOCKED, MOST_PAGES, Collected, EnoughError

# A stranger's PDF may be odd in a hundred ways; none is worth a line of the log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

MOST_OBJECTS: Final = 20_000
SECONDS: Final = 4.0
"""How long the search for what acts by itself may take."""
_ACTS: Final = {"/JavaScript": "script", "/Launch": "launch", "/ImportData": "launch"}
_HOLDS: Final = {"/EmbeddedFile": "files", "/Filespec": ""}
_KINDS: Final = frozenset({"script", "launch", "files", "media"})
_MEDIA: Final = {"/RichMedia", "/3D", "/Movie", "/Screen"}


def opened(content: bytes) -> PdfReader:
    """Open a PDF; one that is locked without a password is unlocked."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise EnoughError(LOCKED)
    return reader


def read_pages(reader: PdfReader, collected: Collected) -> None:
    """Read the words page by page, with a form feed between two."""
    collected.pages = len(reader.pages)
    for place, page in enumerate(reader.pages):
        if place >= MOST_PAGES:
            count = f"{collected.pages:,}"
            raise EnoughError(f"Only the first {MOST_PAGES} of {count} pages were read.")
        collected.add(("\f" if place else "") + page.extract_text() + "\n")


def acts(reader: PdfReader) -> set[str]:
    """Return what the PDF has in it: ``script``, ``launch``, ``files``, ``media``.

    Looks at its objects one by one, whether anything leads to them or not, up to a limit.
    """
    until, found = monotonic() + SECONDS, set[str]()
    for place, thing in enumerate(_objects(reader)):
        if place >= MOST_OBJECTS or monotonic() > until or found == _KINDS:
            break
        if isinstance(thing, DictionaryObject):
            found |= _in(thing, 0)
    return found


def _objects(reader: PdfReader) -> Iterator[Any]:
    yield reader.trailer.get("/Root")
    numbers = [
        (number, generation) for generation, places in reader.xref.items() for number in places
    ]
    numbers += [(number, 0) for number in reader.xref_objStm]
    for number, generation in numbers:
        try:
            yield reader.get_object(IndirectObject(number, generation, reader))
        except Exception:  # noqa: BLE001, S112 - one broken object hides nothing in the next
            continue


def _in(thing: DictionaryObject, depth: int) -> set[str]:
    """Return what a dictionary has in it, and those that stand inside it."""
    found = {
        kind
        for key in ("/S", "/Type")
        if (kind := _kind(thing.raw_get(key) if key in thing else None))
    }
    if "/JS" in thing:
        found.add("script")
    if "/EmbeddedFiles" in thing or "/EF" in thing:
        found.add("files")
    if "/Subtype" in thing and thing.raw_get("/Subtype") in _MEDIA:
        found.add("media")
    if depth < 4:  # noqa: PLR2004 - actions stand two or three deep
        for value in thing.values():
            inner = value if isinstance(value, ArrayObject) else [value]
            for one in inner[:100]:
                if isinstance(one, DictionaryObject):
                    found |= _in(one, depth + 1)
    return found


def _kind(name: Any) -> str:
    return _ACTS.get(name, "") or _HOLDS.get(name, "") if isinstance(name, str) else ""
