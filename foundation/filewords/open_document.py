"""The words of OpenDocument files: texts, sheets and presentations (ODT, ODS, ODP)."""

from typing import Final
from xml.etree.ElementTree import Element

from foundation.filewords.collecting import Collected
from foundation.filewords.parts import Parts

_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW: Final = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_MOST_REPEATED: Final = 50
_LONGEST_NUMBER: Final = 6
_SPACES: Final = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": " "}
_DELETED: Final = f"{_TEXT}tracked-changes"


def open_document(parts: Parts, collected: Collected) -> None:
    """Read the content of an OpenDocument file of any of the three kinds."""
    flow = _Flow(collected)
    for event, element in parts.events("content.xml"):
        if event == "start":
            flow.start(element)
        else:
            flow.end(element)
    collected.pages = flow.pages or None


class _Flow:
    """Paragraphs and rows as they stream by."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._row: list[str] = []
        self._cell: list[str] | None = None
        self._is_sheet = False
        self._deleted = 0
        self.pages = 0

    def start(self, element: Element) -> None:
        tag = element.tag
        if tag == f"{_OFFICE}spreadsheet":
            self._is_sheet = True
        elif tag == f"{_DRAW}page" or (tag == f"{_TABLE}table" and self._is_sheet):
            self._turn_page(element.get(f"{_TABLE}name", ""))
        elif tag == f"{_TABLE}table-row":
            self._row = []
        elif tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            self._cell = []
        elif tag == _DELETED:
            self._deleted += 1

    def end(self, element: Element) -> None:
        tag = element.tag
        if tag == _DELETED:
            self._deleted -= 1
        elif tag in {f"{_TEXT}p", f"{_TEXT}h"} and not self._deleted:
            self._end_paragraph(element, is_heading=tag == f"{_TEXT}h")
        elif tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            again = min(_number(element.get(f"{_TABLE}number-columns-repeated")), _MOST_REPEATED)
            self._row += [" ".join(self._cell or ())] * again
            self._cell = None
        elif tag == f"{_TABLE}table-row":
            self._end_row(element)

    def _turn_page(self, title: str) -> None:
        if self.pages:
            self._collected.add("\f")
        self.pages += 1
        if title:
            self._collected.mark(self._collected.size, 1, title)

    def _end_paragraph(self, element: Element, *, is_heading: bool) -> None:
        words, level = _words(element), _number(element.get(f"{_TEXT}outline-level"))
        element.clear()
        if self._cell is not None:
            self._cell.append(words)
            return
        if is_heading and words:
            self._collected.mark(self._collected.size, level)
        self._collected.add(words + "\n")

    def _end_row(self, element: Element) -> None:
        line = "\t".join(self._row).rstrip()
        again = _number(element.get(f"{_TABLE}number-rows-repeated"))
        self._collected.add((line + "\n") * (min(again, _MOST_REPEATED) if line else 1))
        self._row = []
        element.clear()


def _words(element: Element) -> str:
    """Return the words of a paragraph on one line."""
    found = []
    for part in element.iter():
        found.append(_SPACES.get(part.tag, "") + (part.text or ""))
        if part is not element:
            found.append(part.tail or "")
    return " ".join("".join(found).split())


def _number(text: str | None) -> int:
    short = text is not None and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return int(text or 1) if short else 1
