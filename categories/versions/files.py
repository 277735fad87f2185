"""Lists of categories as files: reading one with every fault named, and writing one."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from categories.catalogue import COLUMNS, Entry
from categories.versions.proposed import Proposed
from directory.models import Role
from foundation.errors import Refusal
from foundation.progress import BadRow, ImportReport
from foundation.spreadsheets import BadCellError, Cell, Row, as_written, read_rows

ALL_COLUMNS = (*COLUMNS, "falls_to", "from")
MOST = 300
"""More categories than a headteacher can give to people in an afternoon are no list."""
MOST_UNPACKED = 25_000_000
FALLS_TO = (Role.CLERK.value, Role.GOVERNOR.value, Role.EARLY_YEARS.value)
LENGTHS = {"slug": 60, "heading": 120, "group": 40, "group_heading": 120, "typical_owner": 120}
OPTIONAL = frozenset({"description", "typical_owner", "keywords"})
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class ListFaultsError(Refusal):
    """The list cannot be used: a category left out by mistake would be retired. ``bad`` has all."""

    sentence = "The list has faults. Nothing is taken from it until they are mended."

    def __init__(self, bad: list[BadRow]) -> None:
        """Keep every bad row with its line, column and reason."""
        count = "1 fault" if len(bad) == 1 else f"{len(bad)} faults"
        super().__init__(
            f"The list has {count}. Nothing is taken from it until they are mended.", field="file"
        )
        self.bad = bad


def read_list(path: Path, *, known: Collection[str]) -> list[Proposed]:
    """Read a whole new list of categories (CSV or XLSX), in the order of its numbers.

    ``known`` are the slugs of the categories in use, of which ``from`` may name some. Raises
    BrokenFileError when the file cannot be read, and ListFaultsError with every bad row.
    """
    report = ImportReport()
    found: list[tuple[int, Proposed]] = []
    for row in read_rows(path, required=COLUMNS, most_unpacked=MOST_UNPACKED).rows:
        if len(found) + len(report.rejected) >= MOST:
            report.reject(row.line, None, f"a list has at most {MOST} categories")
            break
        try:
            found.append((row.line, _proposed(row, known)))
        except BadCellError as fault:
            report.reject(row.line, fault.column, str(fault))
    _check_together(found, report)
    if not found and not report.rejected:
        report.reject(1, None, "the list names no category")
    if report.rejected:
        raise ListFaultsError(sorted(report.rejected, key=lambda bad: bad.line))
    return sorted((each for _, each in found), key=lambda each: each.entry.number)


def list_rows(listed: Iterable[Proposed]) -> list[tuple[Cell, ...]]:
    """Return the rows of a file with ``ALL_COLUMNS``, which ``read_list`` reads again."""
    return [
        (
            each.entry.number,
            each.entry.slug,
            each.entry.heading,
            each.entry.group,
            each.entry.group_heading,
            each.entry.description,
            each.entry.typical_owner,
            ";".join(each.entry.keywords),
            ";".join(each.entry.falls_to),
            ";".join(each.sources),
        )
        for each in listed
    ]


def _proposed(row: Row, known: Collection[str]) -> Proposed:
    if row.problem:
        raise BadCellError("", row.problem)
    cells = {
        name: " ".join(as_written(row.cells.get(name, "")).split())
        for name in (*COLUMNS, *_given(row, "falls_to", "from"))
    }
    for name in COLUMNS:
        if not cells[name] and name not in OPTIONAL:
            raise BadCellError(name, "the cell is empty")
        if len(cells[name]) > LENGTHS.get(name, 2_000):
            raise BadCellError(name, f"it is longer than {LENGTHS.get(name, 2_000)} characters")
    for name in ("slug", "group"):
        if not _SLUG.fullmatch(cells[name]):
            raise BadCellError(
                name, "write it with small letters, digits and hyphens, like school-meals"
            )
    entry = Entry(
        number=_number(cells["number"]),
        keywords=_listed(cells["keywords"]),
        falls_to=_among(cells, "falls_to", FALLS_TO, "is no role that can be sent something"),
        **{name: cells[name] for name in COLUMNS if name not in ("number", "keywords")},
    )
    sources = _among(cells, "from", known, "is no category in use")
    return Proposed(entry, tuple(dict.fromkeys(sources)))


def _given(row: Row, *names: str) -> list[str]:
    """Return the optional columns that the file has, however their names are cased."""
    for name in names:
        for column in list(row.cells):
            if column.casefold() == name:
                row.cells[name] = row.cells[column]
    return [name for name in names if name in row.cells]


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= 9_999:  # noqa: PLR2004
        raise BadCellError("number", "write a whole number from 1 to 9999")
    return int(text)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _among(cells: dict[str, str], column: str, known: Collection[str], why: str) -> list[str]:
    found = _listed(cells.get(column, ""))
    for name in found:
        if name not in known:
            raise BadCellError(column, f"“{name[:60]}” {why}")
    return found


def _check_together(found: list[tuple[int, Proposed]], report: ImportReport) -> None:
    """Note what no row shows by itself: repeated slugs and numbers, groups that are torn."""
    slugs: dict[str, int] = {}
    numbers: dict[int, int] = {}
    headings: dict[str, str] = {}
    seen: set[str] = set()
    last = ""
    for line, each in sorted(found, key=lambda row: row[1].entry.number):
        entry = each.entry
        if slugs.setdefault(entry.slug, line) != line:
            report.reject(line, "slug", f"line {slugs[entry.slug]} has the same slug")
        if numbers.setdefault(entry.number, line) != line:
            report.reject(line, "number", f"line {numbers[entry.number]} has the same number")
        if headings.setdefault(entry.group, entry.group_heading) != entry.group_heading:
            report.reject(line, "group_heading", f"the group is called “{headings[entry.group]}”")
        if entry.group != last and entry.group in seen:
            report.reject(
                line, "group", "the numbers of a group must follow each other without another group"
            )
        seen.add(entry.group)
        last = entry.group
