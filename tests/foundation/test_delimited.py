from pathlib import Path

import pytest

from foundation.delimited import read_delimited
from foundation.errors import BrokenFileError
from foundation.spreadsheets import as_written, read_rows, safe_cell, write_csv, write_xlsx

HEADING = b'"number","name","town"\r\n'


def rows(tmp_path: Path, content: bytes) -> list[tuple[int, list[str], bool]]:
    place = tmp_path / "file.csv"
    place.write_bytes(content)
    return [(raw.line, raw.cells, raw.problem is None) for raw in read_delimited(place)][1:]


@pytest.mark.parametrize(
    "content",
    [
        HEADING + '1,"Zoë’s",Préston\r\n'.encode(),
        HEADING + '1,"Zoë’s",Préston\r\n'.encode("cp1252"),
        b"\xef\xbb\xbf" + HEADING + "1,Zoë’s,Préston".encode(),
        "number;name;town\n1;Zoë’s;Préston\n".encode(),
        "number\tname\ttown\n1\tZoë’s\tPréston\n".encode(),
        "\ufeffnumber\tname\ttown\r\n1\tZoë’s\tPréston\r\n".encode("utf-16-le"),
        "\ufeffnumber,name,town\r\n1,Zoë’s,Préston".encode("utf-16-be"),
    ],
    ids=["utf-8", "cp1252", "bom", "semicolons", "tabs", "utf-16 little", "utf-16 big"],
)
def test_encodings_and_separators_are_recognised(tmp_path: Path, content: bytes) -> None:
    assert rows(tmp_path, content) == [(2, ["1", "Zoë’s", "Préston"], True)]


def test_each_line_may_have_its_own_encoding(tmp_path: Path) -> None:
    content = HEADING + "1,é,x\n".encode() + "2,é,x\n".encode("cp1252")
    assert [cells[1] for _, cells, _ in rows(tmp_path, content)] == ["é", "é"]


def test_a_cell_may_hold_line_breaks_and_quotation_marks(tmp_path: Path) -> None:
    content = HEADING + b'1,"two\r\nlines, ""quoted""",x\r\n2,b,y\r\n'
    assert rows(tmp_path, content) == [
        (2, ["1", 'two\r\nlines, "quoted"', "x"], True),
        (4, ["2", "b", "y"], True),
    ]


@pytest.mark.parametrize(
    ("cut", "after"),
    [
        (b'1,"open,x', b'2,"b","y"\r\n'),
        (b'1,"open', b"2,b,y\r\n"),
        (b'1,"open', b'2,"b\r\nb",y\r\n'),
        (b'1,"op""en', b'2,"b, c",y\r\n'),
    ],
)
def test_an_open_quotation_mark_swallows_only_its_own_line(
    tmp_path: Path, cut: bytes, after: bytes
) -> None:
    found = rows(tmp_path, HEADING + cut + b"\r\n" + after + b"3,c,z\r\n")
    assert found[0][0] == 2
    assert not found[0][2]
    assert [(cells[0], good) for _, cells, good in found[1:]] == [("2", True), ("3", True)]


def test_a_file_cut_off_inside_a_quotation_keeps_the_rows_before(tmp_path: Path) -> None:
    found = rows(tmp_path, HEADING + b'1,a,x\r\n2,b,"cut of')
    assert [(line, good) for line, _, good in found] == [(2, True), (3, False)]


def test_a_row_of_another_width_is_reported_and_the_next_is_read(tmp_path: Path) -> None:
    place = tmp_path / "file.csv"
    place.write_bytes(HEADING + b"1,a\r\n2,b,y,more\r\n3,c,z\r\n")
    found = list(read_rows(place).rows)
    assert [row.problem is None for row in found] == [False, False, True]
    assert "2 cells where the heading has 3" in str(found[0].problem)
    assert found[-1].position == place.stat().st_size


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "no rows"),
        (b"%PDF-1.7 ...", "neither CSV nor XLSX"),
        (b"a,b\rc,d\re,f", "end in an old way"),
        (b"PK\x03\x04 but nothing more", "cannot be opened"),
        (b"a,b\n1,2\n", "lacks the column “name”"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    place = tmp_path / "file.csv"
    place.write_bytes(content)
    with pytest.raises(BrokenFileError, match=says):
        list(read_rows(place, required=["name"]).rows)


def test_a_workbook_reads_as_it_was_written(tmp_path: Path) -> None:
    place = tmp_path / "file.xlsx"
    place.write_bytes(write_xlsx("Sheet", ["name", "telephone"], [["a", "+44 1"], ["b", None]]))
    found = [row.cells for row in read_rows(place, required=["name"]).rows]
    assert found == [{"name": "a", "telephone": "'+44 1"}, {"name": "b", "telephone": ""}]


@pytest.mark.parametrize("text", ["=1+1", "+44", "-", "@me", "plain", "it's", "'", ""])
def test_what_was_escaped_for_a_spreadsheet_is_read_as_it_was(text: str) -> None:
    written = safe_cell(text)
    assert isinstance(written, str)
    assert as_written(written) == text
    assert b"\n=1+1" not in write_csv(["a"], [["=1+1"]])
