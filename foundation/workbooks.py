"""Writing workbooks of several sheets with drop-down lists, however long they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from foundation.spreadsheets import MOST_ROWS, Cell, xlsx_cell

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation


@dataclass(frozen=True)
class Leaf:
    """One sheet of a workbook to write.

    ``choices`` gives a column a drop-down list: the name of the sheet whose first column holds it,
    and how many entries that has. ``widths`` are in characters. Rows are read as they are written.
    """

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    choices: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def write_workbook(leaves: Sequence[Leaf], target: BinaryIO) -> None:
    """Write a workbook of several sheets, the first in front, in flat memory; formulas escaped."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for leaf in leaves:
        sheet = book.create_sheet(leaf.title)
        sheet.freeze_panes = "A2"
        for place, width in enumerate(leaf.widths, start=1):
            sheet.column_dimensions[_letter(place)].width = width
        for column, (title, count) in leaf.choices.items():
            letter = _letter(leaf.columns.index(column) + 1)
            sheet.data_validations.append(_drop_down(letter, title, count))
        sheet.append(list(leaf.columns))
        for row in leaf.rows:
            sheet.append([xlsx_cell(cell) for cell in row])
    book.save(target)


def _drop_down(letter: str, title: str, count: int) -> "DataValidation":
    from openpyxl.worksheet.datavalidation import DataValidation

    found = DataValidation(
        type="list",
        formula1=f"'{title}'!$A$2:$A${count + 1}",
        allow_blank=True,
        # What is typed may also be a number or a short name that the list does not show.
        showErrorMessage=False,
    )
    found.add(f"{letter}2:{letter}{MOST_ROWS}")
    return found


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter

    letter: str = get_column_letter(place)
    return letter
