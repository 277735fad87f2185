"""Reading files from GIAS as they truly come: other encodings, lost zeros, all of England."""

import pytest

from directory.models_updates import LinkKind
from directory.updates.reading import link_kind, read_links, read_schools
from foundation.errors import BrokenFileError
from tests.schools_file import row, write, write_links


def test_only_rows_of_the_authority_and_of_its_schools_are_kept(tmp_path):
    rows = [row(101, "Ours"), row(102, "Theirs", la="201"), row(103, "Moved", la="201")]
    found = read_schools(write(tmp_path / "f.csv", rows), la_code="888", known={103})
    assert (set(found.rows), found.count, found.elsewhere) == ({101}, 3, 1)
    (bad,) = found.rejected
    assert (bad.line, bad.column) == (4, "LA (code)")
    assert "the file gives it to the authority 201" in bad.reason


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_names_read_the_same_in_every_encoding(tmp_path, encoding):
    place = write(tmp_path / "f.csv", [row(101, "Ysgol Maes–Glâs")], encoding=encoding)
    assert (
        read_schools(place, la_code="888", known=()).rows[101].values["name"] == "Ysgol Maes–Glâs"
    )


def test_zeros_that_excel_dropped_are_put_back(tmp_path):
    rows = [row(101, "Ours", la="8", type="1", opened="01/09/2020")]
    values = read_schools(write(tmp_path / "f.csv", rows), la_code="008", known=()).rows[101].values
    assert (values["la_code"], values["type_code"]) == ("008", "01")
    assert values["opened_on"].isoformat() == "2020-09-01"


def test_what_the_file_has_no_column_for_is_not_spoken_of(tmp_path):
    without = ("HeadLastName", "Trusts (code)", "Trusts (name)", "Town")
    found = read_schools(
        write(tmp_path / "f.csv", [row(101, "Ours")], without=without), la_code="888", known=()
    )
    assert not found.tells_trusts
    assert not {"head_last_name", "town"} & set(found.rows[101].values)


def test_a_bad_row_never_loses_the_good_ones(tmp_path):
    rows = [
        row("x", "No URN"),
        row(101, "Ours"),
        row(101, "Twice"),
        row(102, "Day", opened="99-99-2020"),
    ]
    found = read_schools(write(tmp_path / "f.csv", rows), la_code="888", known=())
    assert set(found.rows) == {101}
    assert [bad.line for bad in found.rejected] == [2, 4, 5]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "URN,EstablishmentName\n1,A\n"])
def test_what_is_no_list_of_schools_is_refused_with_a_sentence(tmp_path, text):
    place = tmp_path / "f.csv"
    place.write_text(text)
    with pytest.raises(BrokenFileError, match=r"\w+ .*\."):
        read_schools(place, la_code="888", known=())


def test_a_file_without_schools_is_refused(tmp_path):
    with pytest.raises(BrokenFileError, match="names no school"):
        read_schools(write(tmp_path / "f.csv", []), la_code="888", known=())


def test_links_are_read_from_either_side_and_once(tmp_path):
    place = write_links(tmp_path / "l.csv", (101, 150), (999, 998))
    text = place.read_text(encoding="cp1252")
    text += "\r\n150,101,X,Predecessor - merged,99-99-2020"
    text += "\r\n101,102,X,Sixth Form Centre Link,\r\nx,1,,Successor,"
    place.write_text(text, encoding="cp1252")
    links, bad = read_links(place, own={101})
    assert [(link.urn, link.successor, str(link.established_on)) for link in links] == [
        (101, 150, "2026-09-01")
    ]
    assert [one.column for one in bad] == ["LinkURN"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Successor", LinkKind.SUCCESSOR),
        ("Successor - Split School", LinkKind.SUCCESSOR),
        ("predecessor - amalgamated", LinkKind.PREDECESSOR),
        ("Result of Amalgamation", None),
        ("", None),
    ],
)
def test_the_type_of_a_link_says_who_came_first(words, kind):
    assert link_kind(words) is kind
