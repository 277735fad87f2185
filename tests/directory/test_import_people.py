from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.import_people import import_people
from directory.models import Membership, Person, Role, School
from foundation.audit import AuditEntry
from foundation.errors import BrokenFileError
from foundation.outbox import OutboxEvent
from foundation.progress import ImportReport
from foundation.spreadsheets import write_csv, write_xlsx
from tests.factories.base import NOON
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    PersonFactory,
    SchoolFactory,
)

COLUMNS = ("urn", "email", "name", "role", "job_title", "telephone", "office_email")
Run = Callable[..., ImportReport]


@pytest.fixture
def run(session: Session, authority_id: int, tmp_path: Path) -> Run:
    SchoolFactory(urn=119901)
    SchoolFactory(urn=119902)

    def run(
        *rows: list[str], columns: tuple[str, ...] = COLUMNS, kind: str = "csv"
    ) -> ImportReport:
        padded = [[*row, *[""] * (len(columns) - len(row))] for row in rows]
        place = tmp_path / f"people.{kind}"
        written = write_csv(columns, padded) if kind == "csv" else write_xlsx("x", columns, padded)
        place.write_bytes(written)
        return import_people(session, authority_id, place, at=NOON)

    return run


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.added, report.changed, report.unchanged, len(report.rejected))


ROWS = (
    ["119901", "head@one.example", "Ann Head", "head", "Headteacher", "01632 960001"],
    ["119901", "Teacher@one.example", "Tom Teacher", "", "Teacher", "1632960002"],
    ["119902", "teacher@one.example", "Tom Teacher", "staff", "Teacher"],
    ["119902", "gov@two.example", "Gia Governor", "Governor"],
    ["119902", "office@two.example", "", "office"],
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_file_twice_changes_nothing(run: Run, session: Session, kind: str) -> None:
    assert counts(run(*ROWS, kind=kind)) == (4, 1, 0, 0)
    assert counts(run(*ROWS, kind=kind)) == (0, 0, 5, 0)
    people = session.execute(sa.select(Person.email, Person.telephone).order_by(Person.id)).all()
    assert people == [
        ("head@one.example", "01632 960001"),
        ("teacher@one.example", "01632960002"),
        ("gov@two.example", ""),
    ]
    assert session.scalar(sa.select(School.email).where(School.urn == 119902)) == (
        "office@two.example"
    )
    places = session.execute(
        sa.select(Membership.role, sa.func.count()).group_by(Membership.role)
    ).all()
    assert sorted((role.value, count) for role, count in places) == [
        ("governor", 1),
        ("head", 1),
        ("staff", 2),
    ]


def test_a_new_head_replaces_the_one_before(run: Run, session: Session) -> None:
    run(ROWS[0])
    report = run(["119901", "next@one.example", "Nell Next", "head"])
    assert counts(report) == (1, 0, 0, 0)
    heads = session.execute(
        sa.select(Person.email, Membership.ended_at)
        .join(Membership, Membership.person_id == Person.id)
        .order_by(Membership.id)
    ).all()
    assert heads == [("head@one.example", NOON), ("next@one.example", None)]


@pytest.mark.sqlite_only
def test_nobody_is_removed_and_an_empty_cell_leaves_what_is_known(
    run: Run, session: Session
) -> None:
    run(*ROWS)
    report = run(["119901", "teacher@one.example", "", "", "Senior teacher"])
    assert counts(report) == (0, 1, 0, 0)
    teacher = session.scalars(sa.select(Person).where(Person.email == "teacher@one.example")).one()
    assert (teacher.name, teacher.telephone) == ("Tom Teacher", "01632960002")
    assert [place.job_title for place in teacher.memberships] == ["Senior teacher", "Teacher"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 4


@pytest.mark.sqlite_only
def test_a_head_who_stays_keeps_the_place(run: Run, session: Session) -> None:
    head = HeadFactory(school__urn=119903, person__email="stay@three.example")
    report = run(["119903", "stay@three.example", head.person.name, "headteacher"])
    assert counts(report) == (0, 0, 1, 0)
    assert session.scalar(sa.select(Membership.ended_at)) is None


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (["999999", "a@b.example", "A"], "urn", "there is no school with URN 999999"),
        (["x", "a@b.example", "A"], "urn", "is not a URN"),
        (["9" * 5000, "a@b.example", "A"], "urn", "is not a URN"),
        (["119901", "nobody", "A"], "email", "not an e-mail address"),
        (["119901", "", "A"], "email", "no e-mail address"),
        (["119901", "new@b.example", ""], "name", "a person who is new needs a name"),
        (
            ["119901", "a@b.example", "A", "king"],
            "role",
            "use head, staff, governor, clerk, early_years or office",
        ),
        (["119901", "a@b.example", "A" * 201], "name", "longer than 200"),
        (["119901", "a@b.example", "A", "", "", "", "office"], "office_email", "not an e-mail"),
        (["119901", "one@one.example", "Other"], "name", "line 2 gives this e-mail address"),
        (["119901", "one@one.example", "One", "head"], "email", "line 2 gives the same person"),
        (["119901", "b@one.example", "B", "head"], "role", "line 2 gives another head"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_stay(
    run: Run, row: list[str], column: str, says: str
) -> None:
    report = run(["119901", "one@one.example", "One", "head"], row)
    assert counts(report) == (1, 0, 0, 1)
    assert (report.rejected[0].line, report.rejected[0].column) == (3, column)
    assert says in report.rejected[0].reason


@pytest.mark.sqlite_only
def test_what_one_row_lacks_another_row_of_the_person_gives(run: Run, session: Session) -> None:
    rows = (
        ["119901", "two@two.example", ""],
        ["119902", "two@two.example", "Two", "", "", "01632 960009"],
    )
    assert counts(run(*rows)) == (2, 0, 0, 0)
    assert counts(run(*rows)) == (0, 0, 2, 0)
    assert session.execute(sa.select(Person.name, Person.telephone)).all() == [
        ("Two", "01632 960009")
    ]


@pytest.mark.sqlite_only
def test_people_of_another_school_are_not_touched(run: Run, session: Session) -> None:
    other = MembershipFactory()
    run(*ROWS)
    session.refresh(other)
    assert other.ended_at is None


@pytest.mark.sqlite_only
def test_a_file_without_the_columns_is_refused(run: Run) -> None:
    with pytest.raises(BrokenFileError, match="“email”, “name”"):
        run(["119901"], columns=("urn",))


@pytest.mark.sqlite_only
def test_the_audit_trail_has_counts_and_no_names(run: Run, session: Session) -> None:
    run(*ROWS)
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert entry.action == "people.imported"
    assert entry.detail == {"added": 4, "changed": 1, "unchanged": 0}


@pytest.mark.sqlite_only
def test_statements_do_not_grow_with_the_rows(run: Run, statements: list[str]) -> None:
    run(*ROWS)
    statements.clear()
    rows = [["119901", f"p{number}@one.example", f"P {number}"] for number in range(800)]
    run(*rows)
    assert len(statements) < 15


@pytest.mark.sqlite_only
def test_what_lay_with_the_head_before_follows_the_new_one(run: Run, session: Session) -> None:
    run(ROWS[0])
    stays = HeadFactory(school=session.scalars(sa.select(School).where(School.urn == 119902)).one())
    MembershipFactory(school=stays.school, person=stays.person, role=Role.GOVERNOR)
    session.flush()
    run(
        ["119901", "next@one.example", "Nia Next", "head"],
        ["119902", "next@two.example", "Noa Next", "head"],
    )
    events = session.scalars(sa.select(OutboxEvent).order_by(OutboxEvent.id)).all()
    assert [event.name for event in events] == ["HeadChanged", "PersonLeft", "HeadChanged"]
    new = session.scalar(sa.select(Person.id).where(Person.email == "next@one.example"))
    assert events[1].payload["to_id"] == new


@pytest.mark.sqlite_only
def test_clerks_and_early_years_providers_come_in_too(run: Run, session: Session) -> None:
    report = run(
        ["119901", "clerk@one.example", "Cleo Clerk", "clerk to governors"],
        ["119901", "nursery@one.example", "Eve Early", "early_years"],
    )
    assert counts(report) == (2, 0, 0, 0)
    roles = session.scalars(sa.select(Membership.role).order_by(Membership.id)).all()
    assert roles == [Role.CLERK, Role.EARLY_YEARS]


@pytest.mark.sqlite_only
def test_the_address_of_a_merged_entry_means_the_person(run: Run, session: Session) -> None:
    kept = PersonFactory(email="new@one.example", name="Ann Head")
    PersonFactory(email="old@one.example", merged_into_id=kept.id)
    run(["119901", "old@one.example", "", "staff"], ["119901", "new@one.example", "", "staff"])
    assert session.scalars(sa.select(Membership.person_id)).all() == [kept.id]
