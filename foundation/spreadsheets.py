"""Reading rows from CSV and XLSX files of strangers, and writing them back safely.

The only module that knows openpyxl. Everything is bounded: rows, columns, cell length, and for
XLSX (a zip) the size that it unpacks to.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from foundation.errors import BrokenFileError

MOST_ROWS = 200_000
MOST_COLUMNS = 400
MOST_CELL = 20_000
MOST_UNPACKED = 300_000_000
RISKY = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Row:
    """One row: the line it stands on (the heading is line 1) and its cells by column name.

    ``problem`` says why the row cannot be used (wrong number of cells); the cells that could be
    read are there all the same.
    """

    line: int
    cells: dict[str, str]
    problem: str | None = None


@dataclass(frozen=True)
class Sheet:
    """An opened file: its column names as they stand, and its rows, read as they are asked for."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    size: int


def read_rows(path: Path, *, required: Sequence[str] = ()) -> Sheet:
    """Open a CSV (UTF-8, else cp1252; comma, semicolon or tab) or XLSX file by its content.

    Column names are matched without regard to case and outer spaces; the cells are keyed by the
    name in ``required`` where one matches, else by the name as it stands.

    Raises BrokenFileError, with a sentence, when the file is empty, is neither kind, or lacks a
    required column (each is named).
    """
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        message = "The file is empty."
        raise BrokenFileError(message)
    table = _xlsx_table(path) if start.startswith(b"PK\x03\x04") else _csv_table(path, start)
    return _sheet(table, path, required)


def _sheet(table: Iterator[tuple[int, list[str]]], path: Path, required: Sequence[str]) -> Sheet:
    first = next(table, None)
    if first is None:
        message = "The file has no rows."
        raise BrokenFileError(message)
    names = [name.strip().lstrip("\ufeff") for name in first[1]]
    while names and not names[-1]:
        names.pop()
    wanted = {name.casefold(): name for name in required}
    columns = tuple(wanted.get(name.casefold(), name) for name in names)
    missing = [name for name in required if name not in columns]
    if missing:
        listed = ", ".join(f"“{name}”" for name in missing)
        plural = "s" if len(missing) > 1 else ""
        message = f"The file lacks the column{plural} {listed}. Its first line must name them."
        raise BrokenFileError(message)
    return Sheet(columns, _rows(table, columns), path.stat().st_size)


def _rows(table: Iterator[tuple[int, list[str]]], columns: tuple[str, ...]) -> Iterator[Row]:
    for count, (line, cells) in enumerate(table, start=1):
        if count > MOST_ROWS:
            message = f"The file has more than {MOST_ROWS:,} rows. Split it and import each part."
            raise BrokenFileError(message)
        if not any(cells):
            continue
        problem = None
        if len(cells) < len(columns):
            problem = f"the row has {len(cells)} cells where the heading has {len(columns)}"
        elif any(cells[len(columns) :]):
            problem = f"the row has {len(cells)} cells, more than the heading"
        elif any(len(cell) > MOST_CELL for cell in cells):
            problem = f"a cell is longer than {MOST_CELL:,} characters"
        yield Row(line, dict(zip(columns, cells, strict=False)), problem)


def _csv_table(path: Path, start: bytes) -> Iterator[tuple[int, list[str]]]:
    if b"\x00" in start or start.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG")):
        message = (
            "The file is neither CSV nor XLSX. Save it as CSV or as an Excel workbook (.xlsx)."
        )
        raise BrokenFileError(message)
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="", errors="replace") as stream:
        head = stream.readline()
        stream.seek(0)
        delimiter = max(",;\t", key=head.count)
        reader = csv.reader(stream, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                message = f"The file cannot be read as CSV at line {line}: {fault}."
                raise BrokenFileError(message) from fault
            yield line, [cell.replace("\x00", "") for cell in cells[:MOST_COLUMNS]]


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        if stream.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
    try:
        with path.open(encoding="utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _xlsx_table(path: Path) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # noqa: PLC0415 - slow to import and rarely needed

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                message = "The workbook unpacks to more than we accept. Save it as CSV instead."
                raise BrokenFileError(message)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except BrokenFileError:
        raise
    except Exception as fault:
        message = "The file looks like a workbook but cannot be opened. Save it again as .xlsx."
        raise BrokenFileError(message) from fault
    try:
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, [_text(cell) for cell in cells[:MOST_COLUMNS]]
    except BrokenFileError:
        raise
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


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file that Excel opens as UTF-8, with formulas escaped."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return ("\ufeff" + target.getvalue()).encode()


def write_xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet with a frozen heading, with formulas escaped."""
    import openpyxl  # noqa: PLC0415 - slow to import and rarely needed

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_xlsx_cell(cell) for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _xlsx_cell(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)  # a workbook has no zones
    return safe_cell(cell)
