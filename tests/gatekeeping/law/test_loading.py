"""Loading duties from files of strangers: a bad row loses nothing, and two at once do no harm."""

import csv
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from foundation.errors import BrokenFileError
from gatekeeping.law.loading import COLUMNS, import_duties
from gatekeeping.law.models import LawDuty
from tests.factories.base import NOON

GOOD = {
    "act_title": "Ponds Act",
    "year": "2019",
    "number": "3",
    "type": "ukpga",
    "provision": "s.3",
    "duty_bearer": "governing body",
    "status": "in force",
}


def written(place: Path, rows, columns=COLUMNS, encoding="utf-8"):
    with place.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return place


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("provision", "=1+1"),
        ("provision", "secton 3"),
        ("provision", f"s.{'3' * 5000}"),
        ("provision", f"s.3({')('.join('abcdefghij' * 30)})"),
        ("year", "٢٠٠٢"),
        ("number", "12345"),
        ("type", "zzz"),
        ("duty_bearer", ""),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_loses_no_other(
    session, authority_id, tmp_path, column, value
):
    file = written(tmp_path / "duties.csv", [{**GOOD, column: value}, GOOD])
    report = import_duties(session, authority_id, file, at=NOON)
    assert (report.added, [bad.column for bad in report.rejected]) == (1, [column])


@pytest.mark.sqlite_only
def test_every_provision_that_is_shipped_can_be_read(session, authority_id):
    shipped = Path("gatekeeping/data/legislation/school_data_duties.csv")
    report = import_duties(session, authority_id, shipped, at=NOON)
    assert "provision" not in {bad.column for bad in report.rejected}


@pytest.mark.sqlite_only
def test_columns_that_are_missing_are_named(session, authority_id, tmp_path):
    file = written(tmp_path / "duties.csv", [GOOD], COLUMNS[:4])
    with pytest.raises(BrokenFileError, match="provision"):
        import_duties(session, authority_id, file, at=NOON)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_the_encodings_that_spreadsheets_write_are_read(session, authority_id, tmp_path, encoding):
    row = {**GOOD, "duty": "Give a return of £10 or more."}
    file = written(tmp_path / "duties.csv", [row], encoding=encoding)
    import_duties(session, authority_id, file, at=NOON)
    assert session.scalars(sa.select(LawDuty)).one().row["duty"] == row["duty"]


def test_two_who_load_the_same_file_at_once_load_it_once(database, authority_id, tmp_path):
    rows = [{**GOOD, "provision": f"s.{place}"} for place in range(1, 60)]
    file, barrier, added = written(tmp_path / "duties.csv", rows), Barrier(2), []

    def load():
        barrier.wait()
        with database.transaction(authority=authority_id) as own:
            added.append(import_duties(own, authority_id, file, at=NOON).added)

    threads = [Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [0, 59]
