import pytest

from foundation.errors import BrokenFileError
from foundation.spreadsheets import read_rows, safe_cell, write_csv, write_xlsx


def rows(path, **options):
    return [row.cells for row in read_rows(path, **options).rows]


@pytest.mark.parametrize("name", ["people.xlsx", "people.csv", "people"])
def test_a_workbook_is_known_by_its_content(tmp_path, name):
    place = tmp_path / name
    if name.endswith(".csv"):
        place.write_bytes(write_csv(("urn", "name"), [(1, "Ann")]))
    else:
        place.write_bytes(write_xlsx("People", ("urn", "name"), [(1, "Ann")]))
    assert rows(place) == [{"urn": "1", "name": "Ann"}]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"urn,name\n1,Ann\n", "is not one"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is not one"),
        ("a.xlsx", b"PK\x03\x04 and then nothing of the kind", "cannot be opened"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"%PDF-1.7 not a table", "neither CSV nor XLSX"),
        ("a.csv", b"\n\n", "The file"),
        ("a.csv", b"urn,name,URN \n1,Ann,2\n", "has the column “urn” twice"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path, name, content, says):
    place = tmp_path / name
    place.write_bytes(content)
    with pytest.raises(BrokenFileError, match=says):
        rows(place, required=("urn",))


@pytest.mark.parametrize(
    ("cell", "written"),
    [("=1+1", "'=1+1"), ("+44", "'+44"), ("-x", "'-x"), ("@a", "'@a"), ("plain", "plain"), (7, 7)],
)
def test_a_cell_that_a_spreadsheet_would_run_is_escaped(cell, written):
    assert safe_cell(cell) == written
