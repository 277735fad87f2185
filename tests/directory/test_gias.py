import csv
from datetime import date
from pathlib import Path

import pytest

from directory.gias import Layout
from directory.gias_codes import PHASES, STATUS_OF_CODE, STATUSES, TYPES, by_name
from directory.kinds import PHASES as PHASE_KINDS
from directory.kinds import TYPES as TYPE_KINDS
from directory.models import SchoolStatus
from foundation.errors import BrokenFileError
from foundation.spreadsheets import BadCellError

DATA = Path(__file__).parent.parent / "data"
ROW = {
    "URN": "119901",
    "LA (code)": "888",
    "LA (name)": "Lancashire",
    "EstablishmentName": "A School",
    "EstablishmentStatus (code)": "1",
    "TypeOfEstablishment (code)": "01",
    "PhaseOfEducation (code)": "2",
}


def read(**cells: str):
    row = ROW | {name.replace("__", " "): text for name, text in cells.items()}
    return Layout(row).read(row)


def values_of(name: str, text: str):
    row = ROW | {name: text}
    return Layout(row).read(row).values


@pytest.mark.parametrize("year", ["2018", "2025"])
def test_both_layouts_read_alike(year: str) -> None:
    encoding = {"2018": "cp1252", "2025": "utf-8-sig"}[year]
    with (DATA / f"gias_{year}.csv").open(encoding=encoding, newline="") as stream:
        rows = list(csv.DictReader(stream))
    layout = Layout(rows[0])
    found = [layout.read(row) for row in rows]
    first = found[0].values
    assert first["name"] == "Ecole Sainte-Thérèse Primary School"
    assert (first["pupils"], first["capacity"], first["ukprn"]) == (203, 210, 10099901)
    assert first["head_last_name"] == "Quillfeather"
    assert first["federation_name"] == ""
    assert found[1].trust == ("2099", "Invented Learning Trust")
    assert found[1].values["telephone"] == "01632960002"
    assert found[1].values["opened_on"] == date(2012, 9, 1)
    assert found[2].values["telephone"] == ""
    assert [row.values["status"] for row in found] == [
        SchoolStatus.OPEN,
        SchoolStatus.OPEN,
        SchoolStatus.CLOSED,
        SchoolStatus.CLOSING,
        SchoolStatus.PROPOSED,
    ]


def test_columns_are_found_by_name_whatever_their_order_and_case() -> None:
    row = {name.upper(): text for name, text in reversed(ROW.items())} | {"Unknown": "x"}
    assert Layout(row).read(row).urn == 119901


def test_what_the_file_does_not_have_is_not_touched() -> None:
    assert "telephone" not in read().values
    assert "pupils" not in read().values


@pytest.mark.parametrize(
    ("column", "text", "field", "expected"),
    [
        ("OpenDate", "01-09-2018", "opened_on", date(2018, 9, 1)),
        ("OpenDate", "01/09/2018", "opened_on", date(2018, 9, 1)),
        ("OpenDate", "1/9/2018", "opened_on", date(2018, 9, 1)),
        ("OpenDate", "2018-09-01", "opened_on", date(2018, 9, 1)),
        ("OpenDate", "2018-09-01T00:00:00", "opened_on", date(2018, 9, 1)),
        ("OpenDate", "Not recorded", "opened_on", None),
        ("OpenDate", "00/01/1900", "opened_on", None),
        ("NumberOfPupils", "1,203", "pupils", 1203),
        ("NumberOfPupils", "203.0", "pupils", 203),
        ("NumberOfPupils", "not applicable", "pupils", None),
        ("Street", "  High   Street ", "street", "High Street"),
        ("Street", "Not recorded", "street", ""),
        ("Street", "-", "street", ""),
        ("TelephoneNum", "1706645522", "telephone", "01706645522"),
        ("TelephoneNum", "01706 645522", "telephone", "01706 645522"),
        ("TypeOfEstablishment (code)", "1", "type_code", "01"),
        ("PhaseOfEducation (code)", "0", "phase_name", "Not applicable"),
    ],
)
def test_cells_are_read_as_people_and_excel_write_them(
    column: str, text: str, field: str, expected: object
) -> None:
    assert values_of(column, text)[field] == expected


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("URN", "", "is not a URN"),
        ("URN", "12 34", "is not a URN"),
        ("URN", "0", "is not a URN"),
        ("URN", "9" * 5000, "is not a URN"),
        ("URN", "1.2E+05", "is not a URN"),
        ("LA (code)", "", "is not the code of a local authority"),
        ("LA (code)", "0", "is not the code of a local authority"),
        ("EstablishmentName", " ", "no name"),
        ("EstablishmentName", "x" * 201, "longer than 200"),
        ("EstablishmentStatus (code)", "9", "unknown"),
        ("TypeOfEstablishment (code)", "99", "unknown"),
        ("PhaseOfEducation (code)", "8", "unknown"),
        ("OpenDate", "31-02-2018", "not a date"),
        ("OpenDate", "soon", "not a date"),
        ("NumberOfPupils", "many", "not a whole number"),
        ("NumberOfPupils", "-3", "not a whole number"),
        ("Postcode", "PR1 8XJ PR1 8XK", "longer than 10"),
    ],
)
def test_a_cell_that_cannot_be_used_names_its_column(column: str, text: str, says: str) -> None:
    with pytest.raises(BadCellError, match=says) as fault:
        values_of(column, text)
    assert fault.value.column == column


@pytest.mark.parametrize("stem", ["EstablishmentStatus", "TypeOfEstablishment", "PhaseOfEducation"])
def test_the_name_serves_where_the_code_lacks(stem: str) -> None:
    names = {
        "EstablishmentStatus": "Open, but proposed to close",
        "TypeOfEstablishment": "Academy converter",
        "PhaseOfEducation": "All through",
    }
    row = {name: text for name, text in ROW.items() if name != f"{stem} (code)"}
    row[f"{stem} (name)"] = names[stem]
    values = Layout(row).read(row).values
    assert (
        values["status"] is SchoolStatus.CLOSING
        or values["type_code"] == "34"
        or values["phase_code"] == "7"
    )


def test_a_type_that_gias_added_later_is_good_with_its_name() -> None:
    row = ROW | {"TypeOfEstablishment (code)": "61", "TypeOfEstablishment (name)": "New kind"}
    assert Layout(row).read(row).values["type_name"] == "New kind"


def test_every_indispensable_column_that_lacks_is_named() -> None:
    with pytest.raises(BrokenFileError, match=r"URN.*EstablishmentName.*LA.*Status.*Type.*Phase"):
        Layout(["Something", "else"])


def test_the_tables_of_codes_hold_together() -> None:
    assert set(STATUSES) == set(STATUS_OF_CODE)
    for names in (TYPES, PHASES, STATUSES):
        assert len(by_name(names)) == len(names)
    assert frozenset().union(*TYPE_KINDS.values()) <= set(TYPES)
    assert frozenset().union(*PHASE_KINDS.values()) <= set(PHASES)
