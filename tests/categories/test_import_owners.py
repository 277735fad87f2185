from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk.exporting import owner_rows
from categories.bulk.importing import import_owners
from categories.bulk.rows import COLUMNS
from categories.models import Category, Cover, Owner
from directory.models import Membership, Person, Role
from foundation.audit import AuditEntry
from foundation.errors import BrokenFileError
from foundation.progress import ImportReport
from foundation.spreadsheets import write_csv, write_xlsx
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, SchoolFactory

Run = Callable[..., ImportReport]
TODAY = NOON.date()
COVER = ("one@s.example", "2026-12-01", "2026-12-20")
MINE = ("119901", "science", "one@s.example", "", "", "")
ROWS = (
    ["119901", "english", "one@s.example", "One", "+44 1632 960001", "=Lead"],
    ["119901", "13", "One@s.example", "One"],
    ["119901", "Science", "two@s.example", "Two", "", "", *COVER],
    ["119902", "english", "one@s.example", "One", "", "Teacher"],
)


@pytest.fixture
def run(session: Session, authority_id: int, tmp_path: Path) -> Run:
    SchoolFactory(urn=119901)
    SchoolFactory(urn=119902)

    def run(
        *rows: list[str], kind: str = "csv", columns: tuple[str, ...] = COLUMNS
    ) -> ImportReport:
        padded = [[*row, *[""] * (len(columns) - len(row))] for row in rows]
        place = tmp_path / f"owners.{kind}"
        written = write_csv(columns, padded) if kind == "csv" else write_xlsx("x", columns, padded)
        place.write_bytes(written)
        return import_owners(session, authority_id, place, at=NOON)

    return run


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.added, report.changed, report.unchanged, len(report.rejected))


def current(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        sa.select(Category.slug, Person.email)
        .join(Owner, Owner.category_id == Category.id)
        .join(Person, Person.id == Owner.person_id)
        .where(Owner.ended_at.is_(None))
        .order_by(Owner.school_id, Category.number)
    )
    return [(row.slug, row.email) for row in rows]


def test_categories_are_known_by_slug_number_or_heading(run: Run, session: Session) -> None:
    assert counts(run(*ROWS)) == (4, 0, 0, 0)
    assert current(session) == [
        ("english", "one@s.example"),
        ("mathematics", "one@s.example"),
        ("science", "two@s.example"),
        ("english", "one@s.example"),
    ]
    places = session.execute(
        sa.select(Person.email, Membership.role, Membership.job_title)
        .join(Membership, Membership.person_id == Person.id)
        .order_by(Membership.id)
    ).all()
    assert places == [
        ("one@s.example", Role.STAFF, "=Lead"),
        ("two@s.example", Role.STAFF, ""),
        ("one@s.example", Role.STAFF, "Teacher"),
    ]
    assert session.execute(sa.select(Cover.starts_on, Cover.ends_on)).all() == [
        (TODAY + timedelta(days=8), TODAY + timedelta(days=27))
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_is_read_back_as_unchanged(
    run: Run, session: Session, authority_id: int, kind: str
) -> None:
    run(*ROWS)
    rows = list(owner_rows(session, authority_id, on=TODAY))
    assert len(rows) == 4
    assert counts(run(*rows, kind=kind)) == (0, 0, 4, 0)
    assert list(owner_rows(session, authority_id, on=TODAY)) == rows


def test_another_owner_replaces_the_one_before(run: Run, session: Session) -> None:
    run(*ROWS)
    assert counts(run(["119901", "english", "two@s.example"])) == (0, 1, 0, 0)
    assert current(session)[0] == ("english", "two@s.example")
    ended = session.scalars(sa.select(Owner.ended_at).where(Owner.ended_at.is_not(None))).all()
    assert ended == [NOON]


def test_a_cover_that_overlaps_calls_the_other_off(run: Run, session: Session) -> None:
    run(*ROWS)
    row = [*ROWS[2][:6], "one@s.example", "10/12/2026", "15/12/2026"]
    assert counts(run(row)) == (0, 1, 0, 0)
    assert counts(run(row)) == (0, 0, 1, 0)
    rows = session.execute(sa.select(Cover.starts_on, Cover.ended_at).order_by(Cover.id)).all()
    assert [ended for _, ended in rows] == [NOON, None]


@pytest.mark.sqlite_only
def test_a_row_without_a_cover_leaves_the_cover_alone(run: Run, session: Session) -> None:
    run(*ROWS)
    assert counts(run(ROWS[2][:6])) == (0, 0, 1, 0)
    assert session.scalar(sa.select(Cover.ended_at)) is None


@pytest.mark.sqlite_only
def test_a_head_who_owns_needs_no_second_place(run: Run, session: Session) -> None:
    head = HeadFactory(school__urn=119903, person__email="head@s.example")
    report = run(["119903", "english", "head@s.example", head.person.name, "", "Headteacher"])
    assert counts(report) == (1, 0, 0, 0)
    assert session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (["999999", "english", "a@s.example", "A"], "urn", "there is no school"),
        (["119901", "gardening", "a@s.example", "A"], "category", "“gardening” is not a category"),
        (["119901", "", "a@s.example", "A"], "category", "it is empty"),
        (["119901", "science", "a", "A"], "email", "not an e-mail address"),
        (["119901", "science", "new@s.example"], "name", "needs a name"),
        (["119901", "english", "two@s.example"], "category", "line 2 gives an owner"),
        (["119901", "science", "one@s.example", "Uno"], "name", "line 2 gives this e-mail"),
        (
            [*MINE, "one@s.example"],
            "cover_from",
            "a cover needs",
        ),
        (
            [*MINE, "x@s.example", "2026-12-01", "2026-12-02"],
            "cover_email",
            "has no place at the school",
        ),
        (
            [*MINE, "one@s.example", "2026-12-03", "2026-12-02"],
            "cover_to",
            "before its first day",
        ),
        (
            [*MINE, "one@s.example", "32/12/2026", "2026-12-02"],
            "cover_from",
            "not a date",
        ),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_stay(
    run: Run, session: Session, row: list[str], column: str, says: str
) -> None:
    report = run(ROWS[0], row)
    assert counts(report) == (1, 0, 0, 1)
    assert (report.rejected[0].line, report.rejected[0].column) == (3, column)
    assert says in report.rejected[0].reason
    assert current(session) == [("english", "one@s.example")]


@pytest.mark.sqlite_only
def test_a_file_without_the_columns_is_refused(run: Run) -> None:
    with pytest.raises(BrokenFileError, match="“category”"):
        run(["119901", "a@s.example"], columns=("urn", "email"))


@pytest.mark.sqlite_only
def test_the_audit_trail_has_counts_and_no_names(run: Run, session: Session) -> None:
    run(*ROWS)
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert {name: entry.detail[name] for name in ("added", "changed", "unchanged", "left")} == {
        "added": 4,
        "changed": 0,
        "unchanged": 0,
        "left": 0,
    }


@pytest.mark.sqlite_only
def test_statements_do_not_grow_with_the_rows(run: Run, statements: list[str]) -> None:
    counted = []
    run(*ROWS)  # the audit trail begins
    for first, schools in ((130_000, 3), (140_000, 100)):
        urns = [SchoolFactory(urn=first + number).urn for number in range(schools)]
        rows = [
            [str(urn), str(number), f"p{number}@s{urn}.example", "P"]
            for urn in urns
            for number in range(1, 9)
        ]
        statements.clear()
        assert counts(run(*rows)) == (len(rows), 0, 0, 0)
        counted.append(len(statements))
    assert counted[0] == counted[1] < 70
