import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.authorities import ensure_authority
from directory.import_schools import import_schools
from directory.models import AuthorityProfile, Organisation, School, SchoolStatus
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY, narrow
from foundation.errors import BrokenFileError
from foundation.progress import ImportReport
from foundation.spreadsheets import write_xlsx
from tests.factories.base import NOON

DATA = Path(__file__).parent.parent / "data"
COLUMNS = (
    "URN",
    "LA (code)",
    "LA (name)",
    "EstablishmentName",
    "EstablishmentStatus (code)",
    "TypeOfEstablishment (code)",
    "PhaseOfEducation (code)",
    "Town",
)
GOOD = ["119901", "888", "Lancashire", "A School", "1", "01", "2", "Preston"]
Write = Callable[..., Path]


@pytest.fixture
def wide(session: Session) -> Session:
    """The session as the command opens it: an import spans authorities."""
    narrow(session, EVERY_AUTHORITY)
    return session


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*rows: list[str], columns: tuple[str, ...] = COLUMNS) -> Path:
        place = tmp_path / "schools.csv"
        with place.open("w", encoding="cp1252", newline="") as stream:
            csv.writer(stream).writerows([columns, *rows])
        return place

    return write


def changed(**cells: str) -> list[str]:
    names = {"urn": 0, "la": 1, "la_name": 2, "name": 3, "status": 4, "type": 5, "town": 7}
    row = list(GOOD)
    for name, text in cells.items():
        row[names[name]] = text
    return row


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return (
        report.added,
        report.changed,
        report.unchanged,
        report.closed,
        len(report.rejected),
    )


@pytest.mark.parametrize("year", ["2018", "2025"])
def test_the_same_file_twice_changes_nothing(wide: Session, year: str) -> None:
    place = DATA / f"gias_{year}.csv"
    assert counts(import_schools(wide, place, at=NOON)) == (5, 0, 0, 0, 0)
    before = wide.execute(sa.select(School.__table__)).all()
    assert counts(import_schools(wide, place, at=NOON.replace(hour=13))) == (0, 0, 5, 0, 0)
    assert wide.execute(sa.select(School.__table__)).all() == before


def test_another_year_of_the_same_schools_changes_nothing(wide: Session) -> None:
    import_schools(wide, DATA / "gias_2018.csv", at=NOON)
    assert counts(import_schools(wide, DATA / "gias_2025.csv", at=NOON)) == (0, 0, 5, 0, 0)


@pytest.mark.sqlite_only
def test_a_workbook_that_excel_saved_again_changes_nothing(wide: Session, tmp_path: Path) -> None:
    import_schools(wide, DATA / "gias_2018.csv", at=NOON)
    with (DATA / "gias_2018.csv").open(encoding="cp1252", newline="") as stream:
        columns, *rows = csv.reader(stream)
    place = tmp_path / "schools.xlsx"
    place.write_bytes(
        write_xlsx("Schools", columns, [[as_excel(cell) for cell in r] for r in rows])
    )
    assert counts(import_schools(wide, place, at=NOON)) == (0, 0, 5, 0, 0)


def as_excel(cell: str) -> int | datetime | str:
    """What Excel makes of a cell: numbers lose their zeros, days become dates."""
    if cell.isdigit():
        return int(cell)
    if len(cell) == 10 and cell[2] == cell[5] == "-":
        return datetime.strptime(cell, "%d-%m-%Y").replace(tzinfo=UTC)
    return cell


@pytest.mark.sqlite_only
def test_trusts_become_organisations_of_the_authority(wide: Session, authority_id: int) -> None:
    import_schools(wide, DATA / "gias_2018.csv", at=NOON)
    trusts = wide.scalars(sa.select(Organisation).where(Organisation.kind == "trust")).all()
    assert [(trust.authority_id, trust.code, trust.name) for trust in trusts] == [
        (authority_id, "2099", "Invented Learning Trust")
    ]
    academy = wide.scalars(sa.select(School).where(School.urn == 119902)).one()
    assert academy.trust is trusts[0]


def test_a_school_that_shuts_is_counted_as_closed(wide: Session, write: Write) -> None:
    import_schools(wide, write(GOOD), at=NOON)
    assert counts(import_schools(wide, write(changed(status="2")), at=NOON)) == (0, 1, 0, 1, 0)
    assert counts(import_schools(wide, write(changed(status="2")), at=NOON)) == (0, 0, 1, 0, 0)
    stored = wide.scalars(sa.select(School.status)).one()
    assert stored is SchoolStatus.CLOSED


@pytest.mark.sqlite_only
def test_a_file_without_a_column_leaves_what_is_known(wide: Session, write: Write) -> None:
    import_schools(wide, write(GOOD), at=NOON)
    report = import_schools(wide, write(changed(name="New")[:7], columns=COLUMNS[:7]), at=NOON)
    assert report.changed == 1
    assert wide.execute(sa.select(School.name, School.town)).one() == ("New", "Preston")


@pytest.mark.sqlite_only
def test_a_school_that_the_file_does_not_hold_is_left_alone(wide: Session, write: Write) -> None:
    import_schools(wide, write(GOOD), at=NOON)
    import_schools(wide, write(changed(urn="119902")), at=NOON)
    assert wide.scalars(sa.select(School.urn).order_by(School.urn)).all() == [119901, 119902]


@pytest.mark.sqlite_only
def test_a_bad_row_never_loses_a_good_one(wide: Session, write: Write) -> None:
    bad = {
        "URN": changed(urn="none"),
        "LA (code)": changed(la="x"),
        "EstablishmentName": changed(name=""),
        "EstablishmentStatus (code)": changed(status="7"),
        "TypeOfEstablishment (code)": changed(type="00"),
        None: GOOD[:5],
    }
    rows = [row for wrong in bad.values() for row in (wrong,)]
    good = [changed(urn=str(119950 + number)) for number in range(len(rows))]
    mixed = [row for pair in zip(rows, good, strict=True) for row in pair]
    report = import_schools(wide, write(*mixed), at=NOON)
    assert report.added == len(good)
    assert [(one.line, one.column) for one in report.rejected] == [
        (2 + 2 * number, column) for number, column in enumerate(bad)
    ]


@pytest.mark.sqlite_only
def test_a_row_cut_inside_a_quotation_loses_only_itself(wide: Session, write: Write) -> None:
    place = write(GOOD, changed(urn="119902", name="B, too"), changed(urn="119903", name="C, too"))
    text = place.read_text(encoding="cp1252").replace('"B, too",1,01,2,Preston', '"B, t')
    place.write_text(text, encoding="cp1252", newline="")
    report = import_schools(wide, place, at=NOON)
    assert counts(report) == (2, 0, 0, 0, 1)
    assert report.rejected[0].line == 3


@pytest.mark.sqlite_only
def test_a_urn_that_comes_twice_is_rejected_with_the_first_line(
    wide: Session, write: Write
) -> None:
    report = import_schools(wide, write(GOOD, changed(name="Another")), at=NOON)
    assert report.added == 1
    assert (report.rejected[0].line, report.rejected[0].reason) == (
        3,
        "line 2 already gives URN 119901",
    )
    assert wide.scalars(sa.select(School.name)).one() == "A School"


def test_each_school_goes_to_its_own_authority(wide: Session, write: Write) -> None:
    rows = [GOOD, changed(urn="119902", la="5", la_name="Elsewhere")]
    report = import_schools(wide, write(*rows), at=NOON)
    assert report.added == 2
    found = wide.execute(
        sa.select(School.urn, AuthorityProfile.la_code, School.la_code)
        .join(AuthorityProfile, AuthorityProfile.authority_id == School.authority_id)
        .order_by(School.urn)
    ).all()
    assert found == [(119901, "888", "888"), (119902, "005", "005")]


@pytest.mark.sqlite_only
def test_one_authority_alone_can_be_imported(wide: Session, write: Write) -> None:
    place = write(GOOD, changed(urn="119902", la="370", la_name="Barnsley"))
    report = import_schools(wide, place, at=NOON, only_la="888")
    assert (report.added, report.elsewhere) == (1, 1)
    assert wide.scalars(sa.select(AuthorityProfile.la_code)).all() == ["888"]


def test_a_school_does_not_wander_to_another_authority(wide: Session, write: Write) -> None:
    ensure_authority(wide, la_code="370", name="Barnsley")
    import_schools(wide, write(GOOD), at=NOON)
    report = import_schools(wide, write(changed(la="370")), at=NOON)
    assert counts(report) == (0, 0, 0, 0, 1)
    assert "belongs to the authority 888" in report.rejected[0].reason


@pytest.mark.sqlite_only
def test_each_import_is_one_entry_of_the_audit_trail(wide: Session, write: Write) -> None:
    import_schools(wide, write(GOOD), at=NOON, by=7)
    entry = wide.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.person_id, entry.detail) == ("schools.imported", 7, {"added": 1})


@pytest.mark.sqlite_only
def test_statements_do_not_grow_with_the_rows(
    wide: Session, write: Write, statements: list[str]
) -> None:
    import_schools(wide, write(GOOD), at=NOON)
    statements.clear()
    import_schools(wide, write(GOOD), at=NOON)
    few = len(statements)
    statements.clear()
    rows = [changed(urn=str(120_000 + number)) for number in range(900)]
    import_schools(wide, write(*rows), at=NOON)
    assert len(statements) <= few + 1


@pytest.mark.sqlite_only
def test_progress_ends_at_the_size_of_the_file(wide: Session, write: Write) -> None:
    place = write(*[changed(urn=str(120_000 + number)) for number in range(2500)])
    units: list[int] = []
    import_schools(wide, place, at=NOON, progress=units.append)
    assert sum(units) == place.stat().st_size
    assert len(units) > 2


@pytest.mark.sqlite_only
def test_a_file_that_is_no_list_of_schools_is_refused(wide: Session, write: Write) -> None:
    with pytest.raises(BrokenFileError, match="lacks the columns"):
        import_schools(wide, write(["a"], columns=("Something",)), at=NOON)
