import csv
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory.mail_directory.importing import import_directory, open_directory
from directory.models_mail import MailEntry, MailEntryKind
from foundation.audit import AuditEntry
from foundation.errors import BrokenFileError
from foundation.settings import Settings
from foundation.spreadsheets import write_xlsx
from portal.cli import main
from tests.factories.base import NOON, authority_id
from tests.factories.directory import SchoolFactory

COLUMNS = ("address", "kind", "urns", "members", "team", "status")


def write(place: Path, *rows: tuple[str, ...]) -> Path:
    """Write rows under the columns above; those that are short are filled up."""
    with place.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        writer.writerows([*row, *[""] * (len(COLUMNS) - len(row))] for row in rows)
    return place


def load(session, place: Path, **how):
    return import_directory(session, authority_id(), open_directory(place), at=NOON, **how)


def stored(session) -> dict[str, MailEntry]:
    session.expire_all()
    return {entry.address: entry for entry in session.scalars(sa.select(MailEntry))}


def test_a_file_is_brought_in_brought_up_to_date_and_changes_nothing_twice(session, tmp_path):
    school = SchoolFactory()
    urn = str(school.urn)
    first = write(
        tmp_path / "first.csv",
        ("Office@One.Example", "School", urn),
        ("*@two.example", "Domain", urn),
        (
            "all@lists.example",
            "Distribution List",
            "",
            "office@one.example; b@two.example\nx@y.example",
        ),
        ("jo@council.example", "officer", "", "", "  School   Improvement "),
    )
    report = load(session, first)
    assert (report.added, report.rejected, report.doubted) == (4, [], [])
    entries = stored(session)
    assert set(entries) == {
        "office@one.example",
        "two.example",
        "all@lists.example",
        "jo@council.example",
    }
    assert entries["all@lists.example"].members == [
        "office@one.example",
        "b@two.example",
        "x@y.example",
    ]
    assert entries["jo@council.example"].team == "School Improvement"
    assert entries["two.example"].kind is MailEntryKind.DOMAIN
    assert load(session, first).unchanged == 4
    second = write(
        tmp_path / "second.csv",
        ("office@one.example", "mailbox", urn, "", "", "closed"),
        ("jo@council.example", "officer", "", "", "School Improvement"),
        ("broken", "mailbox", urn),
        ("b@council.example", "nonsense"),
        ("all@lists.example", "list", "not a urn"),
    )
    report = load(session, second, replace=True)
    assert (report.changed, report.closed, report.unchanged, report.removed) == (1, 1, 1, 1)
    # a row that cannot be used takes nothing away
    assert set(stored(session)) == {"office@one.example", "all@lists.example", "jo@council.example"}
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    assert entry.action == "mail_directory.imported"
    assert entry.detail["removed"] == 1


def test_whatever_a_row_says_anew_is_a_change_and_large_files_take_no_more_statements(
    session, tmp_path, statements
):
    many = [(f"m{number}@many.example", "mailbox", "7") for number in range(3_000)]
    row = ("a@one.example", "list", "7", "b@one.example", "", "")
    load(session, write(tmp_path / "first.csv", row, *many))
    for changed in (
        ("a@one.example", "list", "8", "b@one.example"),
        ("a@one.example", "list", "8", "c@one.example"),
        ("a@one.example", "list", "8", "c@one.example", "Schools"),
        ("a@one.example", "list", "8", "c@one.example", "Schools", "closed"),
        ("a@one.example", "mailbox", "8", "", "Schools", "closed"),
    ):
        statements.clear()
        report = load(session, write(tmp_path / "next.csv", changed, *many), replace=True)
        assert (report.added, report.changed, report.unchanged, report.removed) == (0, 1, 3000, 0)
        assert len(statements) < 20
    assert stored(session)["a@one.example"].is_closed


REFUSED = [
    (("", "mailbox", "119100"), "address", "there is no e-mail address"),
    (("not an address", "mailbox", "119100"), "address", "not an e-mail address"),
    (("a@b.example", "", "119100"), "kind", "use one of mailbox, domain"),
    (("a@b.example", "mailbox", ""), "urns", "enter the URN"),
    (("a@b.example", "trust", "119100, 12x"), "urns", "“12x” is not a URN"),
    (("a@b.example", "trust", "119100119101"), "urns", "is not a URN"),
    (("a@b.example", "trust", "0"), "urns", "is not a URN"),
    (("a@b.example", "mailbox", "١٢٣"), "urns", "is not a URN"),
    (("a@b.example", "mailbox", "119100", "", "", "perhaps"), "status", "use open or closed"),
    (("gmail.com", "domain", "119100"), "address", "anybody may have a mailbox"),
    (("*@gmail.com", "mailbox", "119100"), "address", "anybody may have a mailbox"),
    (("a@b.example", "domain", "119100"), "address", "write the domain alone"),
    (("*@b.example", "list", ""), "address", "an address of its own"),
    (("a@b.example", "officer", "", "", "x" * 121), "team", "longer than 120"),
    (("a@b.example", "list", "", "x@y.example " * 12_000), None, "longer than"),
]
TAKEN = [
    (("@Dom.Example.", "domain", "1"), "dom.example", [1], []),
    (("*@dom.example", "mailbox", "1"), "dom.example", [1], []),
    (("dom.example", "domain", "2|1;1, 3\n4"), "dom.example", [1, 2, 3, 4], []),
    (("'@dom.example", "domain", "1"), "dom.example", [1], []),  # as our own files escape it
    (("A+B@c.example", "MAT", "1 2"), "a+b@c.example", [1, 2], []),
    (("<a@c.example>", "school mailbox", "1.0"), "a@c.example", [1], []),
    (("mailto:a@c.example", "mailbox", " 1 "), "a@c.example", [1], []),
    (
        ("l@c.example", "mailing-list", "", "A@b.example,@d.example;119100"),
        "l@c.example",
        [119100],
        ["a@b.example", "@d.example"],
    ),
    (("l@c.example", "list", "7", "x@y.example, junk"), "l@c.example", [7], ["x@y.example"]),
    (("o@c.example", "Partner", "9"), "o@c.example", [], []),
    (("*@c.example", "officer", ""), "c.example", [], []),
    (("a@bücher.example", "mailbox", "1"), "a@xn--bcher-kva.example", [1], []),
]


@pytest.mark.sqlite_only
def test_bad_rows_say_why_and_never_lose_the_good_ones(session, tmp_path):
    rows = [row for row, *_ in REFUSED]
    good = [(f"good{n}@b.example", "mailbox", "119100") for n in range(len(rows))]
    both = [row for pair in zip(rows, good, strict=True) for row in pair]
    report = load(session, write(tmp_path / "bad.csv", *both))
    assert report.added == len(good)
    assert [(bad.line, bad.column) for bad in report.rejected] == [
        (2 + 2 * place, column) for place, (_, column, _) in enumerate(REFUSED)
    ]
    for bad, (_, _, words) in zip(report.rejected, REFUSED, strict=True):
        assert words in bad.reason


@pytest.mark.sqlite_only
def test_rows_are_read_however_people_write_them(session, tmp_path):
    for row, address, urns, members in TAKEN:
        session.execute(sa.delete(MailEntry))
        report = load(session, write(tmp_path / "one.csv", row))
        assert report.rejected == [], row
        entry = stored(session)[address]
        assert (entry.urns, entry.members) == (urns, members), row


@pytest.mark.sqlite_only
def test_what_is_worth_a_look_is_said_though_it_is_used(session, tmp_path):
    school = SchoolFactory()
    report = load(
        session,
        write(
            tmp_path / "doubts.csv",
            ("a@one.example", "mailbox", str(school.urn)),
            ("A@one.example", "mailbox", "777777"),
            ("l@lists.example", "list", "", "m@lists.example, broken, also broken"),
            ("m@lists.example", "list", "", "l@lists.example"),
            ("n@lists.example", "list"),
        ),
    )
    told = {(each.line, each.column, each.reason.split(" ")[0]) for each in report.doubted}
    assert told == {
        (3, "address", "line"),
        (3, "urns", "no"),
        (4, "members", "“broken”"),
        (4, "members", "the"),
        (5, "members", "the"),
        (6, "members", "the"),
    }
    assert stored(session)["a@one.example"].urns == [777777]
    assert report.as_json()["warnings"][0]["line"] == 3


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"address;urns\na@b.example;1\n", "kind"),
        (b"address,kind,address\n", "twice"),
        (b"%PDF-1.7\n\x00\x01", "neither|CSV"),
        (b"PK\x03\x04 not a zip", "cannot be opened"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path, content, words):
    place = tmp_path / "file.csv"
    place.write_bytes(content)
    with pytest.raises(BrokenFileError, match=words):
        list(open_directory(place).rows)


@pytest.mark.sqlite_only
def test_a_file_of_which_no_row_can_be_used_does_not_empty_the_directory(session, tmp_path):
    load(session, write(tmp_path / "good.csv", ("a@one.example", "mailbox", "1")))
    empty = write(tmp_path / "bad.csv", ("b@one.example", "nonsense", "1"))
    with pytest.raises(BrokenFileError, match="Nothing was changed"):
        load(session, empty, replace=True)
    assert set(stored(session)) == {"a@one.example"}


@pytest.mark.sqlite_only
def test_the_command_reads_a_workbook_in_any_order_of_columns(
    sqlite_template, tmp_path, monkeypatch
):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    shutil.copy(sqlite_template, tmp_path / "portal.db")
    place = tmp_path / "mail.xlsx"
    rows = [
        ("list", "x", "l@lists.example", "a@one.example\nb@one.example"),
        ("mailbox", "", "a@one.example", ""),
    ]
    place.write_bytes(write_xlsx("Mail", ("Kind", "Note", "ADDRESS", "members"), rows))
    answer = CliRunner().invoke(main, ["mail", "directory", "import", str(place)])
    assert answer.exit_code == 0, answer.output
    assert "1 added" in answer.output
    assert "line 3, column “urns”" in answer.output
