"""Reading lists of URNs that officers paste or upload: bad lines are named, good ones are kept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from directory.audience import MOST_URNS
from foundation.errors import BrokenFileError
from foundation.progress import BadRow
from foundation.spreadsheets import read_rows

COLUMN = "urn"
MOST_SHOWN = 60
MOST_UNPACKED = 25_000_000
"""Bytes that a workbook may unpack to. More can keep a page busy for minutes; a list of every
school in England with ten columns needs half of it."""
_URN = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(frozen=True)
class Listed:
    """The URNs of a list in its order, each once, and the lines that hold none."""

    urns: tuple[int, ...]
    bad: tuple[BadRow, ...]


def urns_of_text(text: str) -> Listed:
    """Read pasted text: one or more URNs a line, names beside them do no harm.

    A line with words but without a number of six digits is bad; so is all beyond 30,000 URNs.
    """
    return _read(enumerate(text.splitlines(), start=1))


def urns_of_file(path: Path) -> Listed:
    """Read an uploaded CSV, XLSX or TXT file: its column “URN”, else any number of six digits.

    Raises BrokenFileError when the file is none of these.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if start != b"PK\x03\x04":
        first, text = _text(path)
        if COLUMN not in [cell.strip(' "\ufeff').casefold() for cell in re.split(r"[,;\t]", first)]:
            return urns_of_text(text)
    sheet = read_rows(path, most_unpacked=MOST_UNPACKED)
    column = next((name for name in sheet.columns if name.casefold() == COLUMN), None)
    if column is not None:
        return _read((row.line, row.cells.get(column, "")) for row in sheet.rows)
    heading = [(1, " ".join(sheet.columns))] if _URN.search(" ".join(sheet.columns)) else []
    return _read([*heading, *((row.line, " ".join(row.cells.values())) for row in sheet.rows)])


def _read(lines: Iterable[tuple[int, str]]) -> Listed:
    urns: dict[int, None] = {}
    bad: list[BadRow] = []
    for number, line in lines:
        found = _URN.findall(line)
        if len(urns) + len(found) > MOST_URNS:
            bad.append(BadRow(number, None, f"a list holds {MOST_URNS:,} URNs at most"))
            break
        urns.update(dict.fromkeys(int(urn) for urn in found))
        if line.strip() and not found:
            shown = line.strip()[:MOST_SHOWN]
            bad.append(BadRow(number, None, f"“{shown}” holds no URN (a number of six digits)"))
    return Listed(tuple(urns), tuple(bad))


def _text(path: Path) -> tuple[str, str]:
    content = path.read_bytes()
    if b"\x00" in content[:1000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BrokenFileError("The file is neither CSV, XLSX nor plain text. Save it as CSV.")
    for encoding in (
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig",
        "cp1252",
    ):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return (text.splitlines() or [""])[0], text
    raise BrokenFileError("The file's letters cannot be read. Save it as CSV (UTF-8).")
