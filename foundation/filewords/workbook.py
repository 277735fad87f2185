"""The words of Excel workbooks: a line for each row, tabs between cells, a page for each sheet."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from xml.etree.ElementTree import Element

from foundation.filewords.collecting import MOST_CHARACTERS, MOST_PARTS, Collected
from foundation.filewords.parts import Parts

_SHEET: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LONGEST_ROW: Final = 8
_MOST_GAP: Final = 200
"""So many empty rows are kept, so that a row's place in the text is its number in the sheet."""
_MOST_STYLES: Final = 20_000
_DATES: Final = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""The built-in formats of numbers that are dates or times (ECMA-376 part 1, 18.8.30)."""
_BEGIN: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a date in a sheet has no zone
_LAST_DAY: Final = 200_000


def xlsx(parts: Parts, collected: Collected) -> None:
    """Read a workbook, its sheets in their order; the name of each is a heading."""
    shared = list(_shared(parts)) if "xl/sharedStrings.xml" in parts.names else []
    dates = _date_styles(parts)
    sheets = _sheets(parts)
    collected.pages = len(sheets)
    for place, (name, title) in enumerate(sheets[:MOST_PARTS]):
        if place:
            collected.add("\f")
        if title:
            collected.mark(collected.size, 1, title)
        _read_sheet(parts, name, collected, shared, dates)


def _read_sheet(
    parts: Parts, name: str, collected: Collected, shared: list[str], dates: set[int]
) -> None:
    written = 0
    for element in parts.ended(name):
        if element.tag == f"{_SHEET}row":
            row = element.get("r") or ""
            if row.isdecimal() and len(row) < _LONGEST_ROW:  # rows that were left out are empty
                collected.add("\n" * min(int(row) - written - 1, _MOST_GAP))
                written = int(row)
            cells = [_cell(cell, shared, dates) for cell in element.iter(f"{_SHEET}c")]
            element.clear()
            collected.add("\t".join(cells).rstrip() + "\n")


def _sheets(parts: Parts) -> list[tuple[str, str]]:
    """Return the part and the title of each sheet; titles are empty when the list is broken."""
    found = sorted(
        (name for name in parts.names if name.startswith("xl/worksheets/sheet")),
        key=lambda name: (len(name), name),
    )
    targets = parts.relations("xl/workbook.xml")
    named = []
    for element in parts.ended("xl/workbook.xml"):
        if element.tag == f"{_SHEET}sheet":
            hidden = " (hidden)" if element.get("state", "visible") != "visible" else ""
            part = targets.get(element.get(_RELATED, ""), "")
            if part in found:
                named.append((part, (element.get("name") or "") + hidden))
    listed = {part for part, _ in named}
    return named + [(part, "") for part in found if part not in listed]


def _shared(parts: Parts) -> Iterator[str]:
    size = 0
    for element in parts.ended("xl/sharedStrings.xml"):
        if element.tag == f"{_SHEET}si":
            text = "".join(part.text or "" for part in element.iter(f"{_SHEET}t"))
            element.clear()
            size += len(text)
            yield text if size < MOST_CHARACTERS * 5 else ""


def _date_styles(parts: Parts) -> set[int]:
    """Return the numbers of the cell styles that show a number as a date."""
    if "xl/styles.xml" not in parts.names:
        return set()
    own: dict[str, str] = {}
    styles: list[str] = []
    for element in parts.ended("xl/styles.xml"):
        if element.tag == f"{_SHEET}numFmt":
            own[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif element.tag == f"{_SHEET}cellXfs":
            styles = [style.get("numFmtId", "") for style in islice(element, _MOST_STYLES)]
    return {place for place, style in enumerate(styles) if _is_date(style, own)}


def _is_date(style: str, own: dict[str, str]) -> bool:
    if style in own:
        code = own[style].casefold().partition(";")[0]
        return "yy" in code or ("d" in code and "m" in code and "red" not in code)
    return style.isdecimal() and len(style) < _LONGEST_ROW and int(style) in _DATES


def _cell(cell: Element, shared: list[str], dates: set[int]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        words = "".join(part.text or "" for part in cell.iter(f"{_SHEET}t"))
    else:
        words = cell.findtext(f"{_SHEET}v") or ""
        if kind == "s":
            words = shared[int(words)] if words.isdigit() and int(words) < len(shared) else ""
        elif kind == "b":
            words = {"1": "Yes", "0": "No"}.get(words, words)
        elif kind in {None, "n"}:
            style = cell.get("s", "0")
            is_date = style.isdecimal() and len(style) < _LONGEST_ROW and int(style) in dates
            words = _number(words, is_date=is_date)
    return " ".join(words.split("\n")).replace("\t", " ")


def _number(words: str, *, is_date: bool) -> str:
    try:
        value = float(words)
    except ValueError:
        return words
    if is_date and 1 <= value < _LAST_DAY:
        moment = _BEGIN + timedelta(days=value)
        shown = f"{moment.day} {moment:%B %Y}"
        return shown if value == int(value) else f"{shown} {moment:%H:%M}"
    return words if len(words) < 16 else f"{value:.12g}"  # noqa: PLR2004 - 0.30000000000000004
