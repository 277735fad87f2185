"""The words of Word documents and of presentations."""

from typing import Final
from xml.etree.ElementTree import Element

from foundation.filewords.collecting import CUT, MOST_PAGES, MOST_PARTS, Collected, EnoughError
from foundation.filewords.parts import Parts

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAW: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_PART_STARTS: Final = (
    "word/document",
    "word/header",
    "word/footer",
    "word/footnotes",
    "word/endnotes",
)
_DONE: Final = {f"{_WORD}{kind}" for kind in ("p", "tr", "tbl")} | {f"{_SLIDE}sp"}
_TITLES: Final = {"title", "ctrTitle"}


def docx(parts: Parts, collected: Collected) -> None:
    """Read a Word document: its text, then headers, footers and notes."""
    names = [
        name
        for start in _PART_STARTS
        for name in sorted(parts.names)
        if name.startswith(start) and name.endswith(".xml")
    ]
    for name in names[:MOST_PARTS]:
        _read(_Flow(collected, _WORD), parts, name)


def pptx(parts: Parts, collected: Collected) -> None:
    """Read a presentation: a page for each slide, its title as the heading."""
    slides = sorted(
        (name for name in parts.names if name.startswith("ppt/slides/slide")),
        key=lambda name: (len(name), name),
    )
    collected.pages = len(slides)
    for place, name in enumerate(slides):
        if place:
            collected.add("\f")
        if place >= MOST_PAGES:
            raise EnoughError(CUT)
        _read(_Flow(collected, _DRAW), parts, name)


def _read(flow: "_Flow", parts: Parts, name: str) -> None:
    for event, element in parts.events(name):
        if event == "start":
            flow.start(element)
        else:
            flow.end(element)
            if element.tag in _DONE:
                element.clear()


class _Flow:
    """Paragraphs and rows as they stream by, in the words of Word or of a slide."""

    def __init__(self, collected: Collected, space: str) -> None:
        self._collected = collected
        self._space = space
        self._cells = 0
        self._is_row_new = True
        self._gap = ""
        self._begun = collected.size
        self._level = 0
        self._is_title = False

    def start(self, element: Element) -> None:
        kind = element.tag.removeprefix(self._space)
        if kind == "p":
            self._begun, self._level = self._collected.size, 1 if self._is_title else 0
        elif kind == "tc":
            if not self._is_row_new:
                self._collected.add("\t")
            self._cells += 1
            self._is_row_new, self._gap = False, ""
        elif element.tag == f"{_SLIDE}ph":
            self._is_title = element.get("type") in _TITLES

    def end(self, element: Element) -> None:
        kind = element.tag.removeprefix(self._space)
        if kind == "t":
            self._say(element.text or "")
        elif kind == "tab":
            self._say(" " if self._cells else "\t")
        elif kind in {"br", "cr"}:
            self._break()
        elif kind == "p":
            self._end_paragraph()
        elif kind == "tc":
            self._cells -= 1
        elif kind == "tr":
            self._collected.add("\n")
            self._is_row_new, self._gap = True, ""
        elif kind == "pStyle":
            self._level = _level(element.get(f"{_WORD}val", ""))
        elif kind in {"checkBox", "sym"}:
            self._say("☐")
        elif element.tag == f"{_SLIDE}sp":
            self._is_title = False

    def _say(self, words: str) -> None:
        if words:
            self._collected.add(self._gap + words)
            self._gap = ""

    def _break(self) -> None:
        if self._cells:  # a row stays one line
            self._gap = " "
        else:
            self._collected.add("\n")

    def _end_paragraph(self) -> None:
        if self._level and not self._cells and self._collected.size > self._begun:
            self._collected.mark(self._begun, self._level)
        self._break()


def _level(style: str) -> int:
    """Return how deep a heading of this style is, below the title; 0 for what is no heading."""
    name = style.casefold().replace(" ", "")
    if name == "title":
        return 1
    rest = name.removeprefix("heading")
    return int(rest) + 1 if rest != name and rest in {"1", "2", "3", "4", "5", "6"} else 0
