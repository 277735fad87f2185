"""Reading rows from CSV and XLSX files of strangers, and writing them back safely.

With ``workbooks`` the only module that knows openpyxl. Everything is bounded: rows, columns, cell
length, and for XLSX (a zip) the size that it unpacks to.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from foundation.delimited import RawRow, read_delimited
from foundation.errors import BrokenFileError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 200_000
MOST_COLUMNS = 400
MOST_CELL = 20_000
MOST_UNPACKED = 300_000_000
WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xls")
PIECE = 64_000
"""Characters of a long CSV file that are sent together."""
RISKY = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | date | datetime | None


class BadCellError(ValueError):
    """A cell cannot be used: the message says why and how to mend it, ``column`` says which."""

    def __init__(self, column: str, reason: str) -> None:
        """Keep the column's name as the file's makers spell it."""
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True)
class Row:
    """One row: the line it stands on (the heading is line 1) and its cells by column name.

    ``problem`` says why the row cannot be used (wrong number of cells); the cells that could be
    read are there all the same. ``position`` is how much of the sheet's ``size`` is read.
    """

    line: int
    cells: dict[str, str]
    problem: str | None = None
    position: int = 0


@dataclass(frozen=True)
class Sheet:
    """An opened file: its column names as they stand, and its rows, read as they are asked for.

    ``size`` is in bytes for CSV and in rows for XLSX, so that progress can be shown.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    size: int


def read_rows(
    path: Path,
    *,
    required: Sequence[str] = (),
    known: Sequence[str] = (),
    most_unpacked: int = MOST_UNPACKED,
    most_rows: int = MOST_ROWS,
    longest_cell: int = MOST_CELL,
) -> Sheet:
    """Open a CSV (UTF-8, else cp1252; comma, semicolon or tab) or XLSX file by its content.

    Column names are matched without regard to case and outer spaces; the cells are keyed by the
    name in ``required`` or ``known`` where one matches, else by the name as it stands.
    ``most_unpacked`` is how many bytes a workbook may unpack to: less where a page waits for it;
    a row with a cell of more than ``longest_cell`` characters has a problem.

    Raises BrokenFileError, with a sentence, when the file is empty, is neither kind, lacks a
    required column (each is named), or has one of the named columns twice.
    """
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        message = "The file is empty."
        raise BrokenFileError(message)
    if path.suffix.lower() in WORKBOOK_NAMES and not start.startswith(b"PK\x03\x04"):
        message = (
            "The file’s name says that it is an Excel workbook, but it is not one. "
            "Open it in Excel and save it as .xlsx, or save it as CSV."
        )
        raise BrokenFileError(message)
    if start.startswith(b"PK\x03\x04"):
        table, size = _xlsx_table(path, most_unpacked)
    else:
        table, size = read_delimited(path), path.stat().st_size
    return _sheet(table, size, (tuple(required), tuple(known)), most_rows, longest_cell)


def _sheet(
    table: Iterator[RawRow],
    size: int,
    named: tuple[tuple[str, ...], tuple[str, ...]],
    most_rows: int,
    longest_cell: int,
) -> Sheet:
    required, known = named
    first = next(table, None)
    if first is None:
        message = "The file has no rows."
        raise BrokenFileError(message)
    names = [" ".join(name.split()) for name in first.cells[:MOST_COLUMNS]]
    while names and not names[-1]:
        names.pop()
    wanted = {name.casefold(): name for name in (*required, *known)}
    columns = tuple(wanted.get(name.casefold(), name) for name in names)
    missing = [name for name in required if name not in columns]
    if missing:
        listed = ", ".join(f"“{name}”" for name in missing)
        plural = "s" if len(missing) > 1 else ""
        message = f"The file lacks the column{plural} {listed}. Its first line must name them."
        raise BrokenFileError(message)
    for name in wanted.values():
        if columns.count(name) > 1:
            message = f"The file has the column “{name}” twice. Delete one of them."
            raise BrokenFileError(message)
    return Sheet(columns, _rows(table, columns, most_rows, longest_cell), size)


def _rows(
    table: Iterator[RawRow], columns: tuple[str, ...], most: int, longest: int
) -> Iterator[Row]:
    for count, raw in enumerate(table, start=1):
        if count > most:
            message = f"The file has more than {most:,} rows. Split it and import each part."
            raise BrokenFileError(message)
        if any(raw.cells) or raw.problem:
            cells = dict(zip(columns, raw.cells, strict=False))
            problem = raw.problem or _problem(raw.cells, columns, longest)
            yield Row(raw.line, cells, problem, raw.position)


def _problem(cells: list[str], columns: tuple[str, ...], longest: int) -> str | None:
    if len(cells) < len(columns):
        return f"the row has {len(cells)} cells where the heading has {len(columns)}"
    if any(cells[len(columns) :]):
        return f"the row has {len(cells)} cells, more than the heading ({len(columns)})"
    if max(map(len, cells)) > longest:
        return f"a cell is longer than {longest:,} characters"
    return None


def _xlsx_table(path: Path, most_unpacked: int) -> tuple[Iterator[RawRow], int]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > most_unpacked:
                message = "The workbook unpacks to more than we accept. Save it as CSV instead."
                raise BrokenFileError(message)  # noqa: TRY301 - passed on as it is, below
        # Its content, not its path: openpyxl would judge the file by its name's ending.
        content = io.BytesIO(path.read_bytes())
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except BrokenFileError:
        raise
    except Exception as fault:
        message = "The file looks like a workbook but cannot be opened. Save it again as .xlsx."
        raise BrokenFileError(message) from fault
    return _xlsx_rows(book, sheet), sheet.max_row or 0


def _xlsx_rows(book: "Workbook", sheet: "Worksheet") -> Iterator[RawRow]:
    width = 0
    try:
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_text(value) for value in values[:MOST_COLUMNS]]
            width = width or len(cells)
            cells += [""] * (width - len(cells))  # a row may leave out its empty cells at the end
            yield RawRow(line, cells, line)
    except Exception as fault:
        message = "The workbook is damaged. Save it again as .xlsx."
        raise BrokenFileError(message) from fault
    finally:
        book.close()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def safe_cell(cell: Cell) -> Cell:
    """Escape text that a spreadsheet program would take for a formula."""
    if isinstance(cell, str) and cell.startswith(RISKY):
        return "'" + cell
    return cell


def as_written(cell: str) -> str:
    """Undo ``safe_cell``, so that a file which the portal wrote reads as what it was made from."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell.startswith(RISKY, 1) else cell


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file that Excel opens as UTF-8, with formulas escaped."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return ("\ufeff" + target.getvalue()).encode()


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield the same file piece by piece, for what is too long to be held at once."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    target.write("\ufeff")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        if target.tell() > PIECE:
            yield target.getvalue().encode()
            target.seek(0)
            target.truncate()
    yield target.getvalue().encode()


def write_xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet with a frozen heading, with formulas escaped."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for row in rows:
        sheet.append([xlsx_cell(cell) for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xlsx_cell(cell: Cell) -> Cell:
    """Return a cell as a workbook takes it: no time zone, no formula."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)  # a workbook has no zones
    return safe_cell(cell)
