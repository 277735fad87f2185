import zipfile

import pytest

from foundation.errors import BrokenFileError
from foundation.spreadsheets import write_csv, write_xlsx
from gatekeeping.writing.urns import urns_of_file, urns_of_text

ROWS = [["School A", 119100, "01772 000000"], ["School B", "none", ""], ["School C", 119102, ""]]


@pytest.mark.parametrize(
    ("text", "urns", "bad_lines"),
    [
        ("119100\n119101", [119100, 119101], []),
        ("119100, 119101; 119102", [119100, 119101, 119102], []),
        ("119100 St Mary’s, Preston\n\nHolly Bank\n119100", [119100], [3]),
        ("11910\n1191000", [], [1, 2]),
        ("", [], []),
    ],
)
def test_pasted_lists_keep_the_good_and_name_the_bad(text, urns, bad_lines):
    listed = urns_of_text(text)
    assert list(listed.urns) == urns
    assert [bad.line for bad in listed.bad] == bad_lines


def test_a_list_beyond_the_limit_says_so():
    listed = urns_of_text("\n".join(str(number) for number in range(100_000, 131_000)))
    assert len(listed.urns) == 30_000
    assert "30,000" in listed.bad[-1].reason


@pytest.mark.parametrize(
    "content",
    [
        write_csv(["Name", "URN", "Telephone"], ROWS),
        write_xlsx("Schools", ["Name", "URN", "Telephone"], ROWS),
        "Name;urn\nSchool A;119100\nSchool B;none\nSchool C;119102\n".encode("cp1252"),
    ],
)
def test_an_uploaded_table_is_read_by_its_column(tmp_path, content):
    place = tmp_path / "list"
    place.write_bytes(content)
    listed = urns_of_file(place)
    assert list(listed.urns) == [119100, 119102]
    assert [bad.line for bad in listed.bad] == [3]


@pytest.mark.parametrize(
    "content",
    [b"119100\n119101\n", "119100\r\n119101".encode("utf-16"), b"\xef\xbb\xbf119100,119101"],
)
def test_a_plain_list_needs_no_heading(tmp_path, content):
    place = tmp_path / "list.txt"
    place.write_bytes(content)
    assert list(urns_of_file(place).urns) == [119100, 119101]


def test_a_workbook_without_a_heading_is_read_too(tmp_path):
    place = tmp_path / "list"
    place.write_bytes(write_xlsx("Schools", ["119100"], [["119101"]]))
    assert list(urns_of_file(place).urns) == [119100, 119101]


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a workbook", b"\x00\x01\x02\x03"])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    place = tmp_path / "list"
    place.write_bytes(content)
    with pytest.raises(BrokenFileError):
        urns_of_file(place)


def test_a_small_workbook_that_unpacks_to_very_much_is_refused(tmp_path):
    place = tmp_path / "list"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<si><t>a</t></si>" * 1_500_000)
    assert place.stat().st_size < 100_000
    with pytest.raises(BrokenFileError, match="Save it as CSV"):
        urns_of_file(place)
