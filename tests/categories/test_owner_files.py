"""Files of owners: what each row comes to, applying, changes meanwhile, undoing."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk import files
from categories.bulk.importing import stage_owners
from categories.bulk.listing import Narrowed, choose_all
from categories.bulk.models import (
    ROWS,
    ImportState,
    OwnerImport,
    OwnerImportRow,
    RowState,
    Verdict,
    WrongMoveError,
)
from categories.bulk.national import ServerNeededError, import_everywhere
from categories.bulk.rows import EVERY_COLUMN
from categories.bulk.working import work
from categories.catalogue import current_ids, load_shipped_catalogue
from categories.models import Cover, Owner, Part
from categories.owning.covers import set_cover
from categories.owning.owners import assign
from directory.authorities import ensure_authority
from directory.models import Membership, Person, PersonState, School
from foundation.db import EVERY_AUTHORITY, Database
from foundation.files import FileStore
from foundation.outbox import OutboxEvent
from foundation.spreadsheets import write_csv
from tests.factories import base
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import MembershipFactory, SchoolFactory

LATER, LAST = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
Put = Callable[..., OwnerImport]
Current = dict[tuple[str, str], str]


@pytest.fixture
def school(session: Session) -> School:
    """A school with three people: Ann leads care, Ben is its deputy, Cat has no part."""
    school: School = SchoolFactory(urn=119901)
    category = CategoryFactory(slug="care", heading="Care")
    people = [
        MembershipFactory(school=school, person__email=f"{name}@s.example", person__name=name)
        for name in ("ann", "ben", "cat")
    ]
    OwnerFactory(school=school, category=category, person=people[0].person, assigned_at=NOON)
    OwnerFactory(
        school=school,
        category=category,
        person=people[1].person,
        part=Part.DEPUTY,
        assigned_at=NOON,
    )
    return school


@pytest.fixture
def put(session: Session, authority_id: int, tmp_path: Path) -> Put:
    """Put up a file of rows: the e-mail address, and what else differs from an empty cell."""

    def put(*rows: tuple[str, dict[str, str]], school_id: int | None = None) -> OwnerImport:
        cells = [
            {"urn": "119901", "category": "care", "email": f"{name}@s.example"} | more
            for name, more in rows
        ]
        place = tmp_path / "owners.csv"
        place.write_bytes(
            write_csv(EVERY_COLUMN, [[row.get(name, "") for name in EVERY_COLUMN] for row in cells])
        )
        if school_id is None:
            return stage_owners(session, authority_id, place, at=NOON)
        imported = files.receive(
            session,
            authority_id,
            file_name="o",
            sha256="0" * 64,
            school_id=school_id,
            by=None,
            at=NOON,
        )
        files.read(session, imported, place)
        return imported

    return put


def carry_out(session: Session, imported: OwnerImport) -> None:
    files.begin_applying(session, imported, by=None, at=LATER)
    while files.apply_next(session, imported, most=1):
        pass


def set_back(session: Session, imported: OwnerImport) -> None:
    files.begin_undoing(session, imported, by=None, at=LAST)
    while imported.state is ImportState.UNDOING and files.undo_next(session, imported, most=1):
        pass


def rows(session: Session) -> list[tuple[Verdict, str | None, str]]:
    found = session.execute(
        sa.select(OwnerImportRow.verdict, OwnerImportRow.column, OwnerImportRow.reason).order_by(
            OwnerImportRow.import_id.desc(), OwnerImportRow.line
        )
    )
    return [tuple(row) for row in found]


def states(session: Session) -> list[RowState]:
    return list(session.scalars(sa.select(OwnerImportRow.state).order_by(OwnerImportRow.id)))


def now(session: Session) -> set[tuple[str, str]]:
    """Who has which part of care now."""
    found = session.execute(
        sa.select(Person.email, Owner.part)
        .join(Person, Person.id == Owner.person_id)
        .where(Owner.ended_at.is_(None))
    )
    return {(email.partition("@")[0], part.value) for email, part in found}


BEFORE = {("ann", "lead"), ("ben", "deputy")}


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("row", "verdict", "column", "after"),
    [
        (("ann", {}), "same", None, BEFORE),
        (("ben", {"part": "Deputy"}), "same", None, BEFORE),
        (("ann", {"telephone": "01632 960777"}), "change", None, BEFORE),
        (("cat", {}), "change", None, {("cat", "lead"), ("ben", "deputy")}),
        (("cat", {"part": "shares"}), "add", None, {*BEFORE, ("cat", "shares")}),
        (("cat", {"part": "also"}), "add", None, {*BEFORE, ("cat", "also")}),
        (("cat", {"part": "deputy"}), "change", None, {("ann", "lead"), ("cat", "deputy")}),
        (("ben", {}), "change", None, {("ben", "lead")}),
        (("ann", {"part": "also"}), "change", None, {("ann", "also"), ("ben", "deputy")}),
        (("dan", {"name": "Dan"}), "change", None, {("dan", "lead"), ("ben", "deputy")}),
        (("dan", {}), "bad", "name", BEFORE),
        (("cat", {"part": "boss"}), "bad", "part", BEFORE),
        (("cat", {"urn": "1"}), "bad", "urn", BEFORE),
        (("cat", {"urn": "119901 A school"}), "change", None, {("cat", "lead"), ("ben", "deputy")}),
        (("cat", {"category": "gardening"}), "bad", "category", BEFORE),
    ],
)
def test_a_row_comes_to_this_and_does_that(
    session: Session, school: School, put: Put, row, verdict, column, after
) -> None:
    imported = put(row)
    assert [found[:2] for found in rows(session)] == [(verdict, column)]
    assert now(session) == BEFORE, "looking changes nothing"
    if verdict in ("add", "change"):
        carry_out(session, imported)
    assert now(session) == after


def test_rows_of_one_file_are_judged_together(session: Session, school: School, put: Put) -> None:
    swap = put(("ben", {}), ("ann", {"part": "deputy"}), ("cat", {"part": "shares"}))
    carry_out(session, swap)
    assert now(session) == {("ben", "lead"), ("ann", "deputy"), ("cat", "shares")}
    set_back(session, swap)
    assert now(session) == BEFORE
    assert states(session) == [RowState.UNDONE] * 3
    put(("cat", {}), ("ann", {}), ("cat", {"part": "also"}), ("ben", {"name": "Ben Other"}))
    assert [found[:2] for found in rows(session)][:4] == [
        ("change", None),
        ("bad", "category"),
        ("bad", "category"),
        ("bad", "category"),
    ]


@pytest.mark.sqlite_only
def test_a_head_changes_their_own_school_alone(session: Session, school: School, put: Put) -> None:
    SchoolFactory(urn=119902)
    imported = put(
        ("cat", {"name": "Another Name", "job_title": "Clerk"}),
        ("cat", {"urn": "119902"}),
        school_id=school.id,
    )
    assert rows(session) == [("change", None, ""), ("bad", "urn", "this is not your school")]
    carry_out(session, imported)
    person = session.scalars(sa.select(Person).where(Person.email == "cat@s.example")).one()
    assert person.name == "cat"
    assert session.scalars(
        sa.select(Membership.job_title).where(Membership.person_id == person.id)
    ).all() == ["Clerk"]


@pytest.mark.sqlite_only
def test_nobody_who_may_not_sign_in_is_made_an_owner(session, school, put) -> None:
    session.execute(sa.update(Person).values(state=PersonState.DISABLED))
    put(("cat", {}), ("ann", {}))
    assert [found[:2] for found in rows(session)] == [("bad", "email"), ("same", None)]


def test_what_changed_since_the_reading_is_left_alone_and_said(session, school, put) -> None:
    care = current_ids(session, school.authority_id)["care"]
    cat = session.scalars(sa.select(Person.id).where(Person.email == "cat@s.example")).one()
    imported = put(("ben", {}))
    facts = {"school_id": school.id, "category_id": care}
    assign(session, **facts, person_id=cat, by=None, at=NOON)
    carry_out(session, imported)
    assert now(session) == {("cat", "lead"), ("ben", "deputy")}
    assert imported.counts["stale"] == imported.counts["clash"] == 1
    assert "changed by somebody else" in rows(session)[0][2]


def test_undoing_spares_what_was_changed_since_and_does_no_harm_twice(session, school, put) -> None:
    science = CategoryFactory(slug="bees", heading="Bees")
    imported = put(("cat", {}), ("cat", {"category": "bees"}))
    carry_out(session, imported)
    ben = session.scalars(sa.select(Person.id).where(Person.email == "ben@s.example")).one()
    assign(session, school_id=school.id, category_id=science.id, person_id=ben, by=None, at=LATER)
    for _ in range(2):
        set_back(session, imported)
        assert now(session) == {*BEFORE, ("ben", "lead")}
    assert sorted(states(session)) == [RowState.STALE, RowState.UNDONE]
    with pytest.raises(WrongMoveError):
        files.begin_applying(session, imported, by=None, at=LAST)


@pytest.mark.sqlite_only
def test_an_owner_who_left_since_is_not_brought_back(session, school, put) -> None:
    imported = put(("cat", {}))
    carry_out(session, imported)
    ann = session.scalars(sa.select(Person.id).where(Person.email == "ann@s.example")).one()
    session.execute(sa.update(Membership).where(Membership.person_id == ann).values(ended_at=LATER))
    set_back(session, imported)
    assert now(session) == {("cat", "lead"), ("ben", "deputy")}
    assert "has left the school" in rows(session)[0][2]


@pytest.mark.sqlite_only
def test_a_cover_is_set_and_undone_with_the_one_that_it_replaced(session, school, put) -> None:
    care = current_ids(session, school.authority_id)["care"]
    ben, cat = (
        session.scalars(sa.select(Person.id).where(Person.email == f"{name}@s.example")).one()
        for name in ("ben", "cat")
    )
    first = NOON.date()
    days = {"starts_on": first, "ends_on": first + timedelta(days=9)}
    facts = {"school_id": school.id, "category_id": care}
    set_cover(session, **facts, person_id=ben, **days, by=None, at=NOON)
    cover = {"cover_email": "cat@s.example", "cover_from": str(first), "cover_to": str(first)}
    imported = put(("ann", cover))
    carry_out(session, imported)

    def covering() -> list[int]:
        return list(session.scalars(sa.select(Cover.person_id).where(Cover.ended_at.is_(None))))

    assert covering() == [cat]
    set_back(session, imported)
    assert covering() == [ben]


@pytest.mark.sqlite_only
def test_only_what_is_chosen_is_applied(session: Session, school: School, put: Put) -> None:
    CategoryFactory(slug="bees", heading="Bees")
    imported = put(("cat", {}), ("cat", {"category": "bees"}))
    choose_all(session, imported, Narrowed(), chosen=False)
    with pytest.raises(files.NothingChosenError):
        files.begin_applying(session, imported, by=None, at=LATER)
    session.execute(sa.update(ROWS).where(ROWS.c.line == 3).values(chosen=True))
    carry_out(session, imported)
    assert now(session) == {*BEFORE, ("cat", "lead")}
    assert states(session) == [RowState.PASSED_OVER, RowState.APPLIED]
    assert session.execute(sa.select(OutboxEvent.payload)).scalars().all() == [
        {
            "authority_id": school.authority_id,
            "school_id": school.id,
            "category_ids": [current_ids(session, school.authority_id)["bees"]],
        }
    ]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"urn,email\n1,a@s.example\n", "lacks the column “category”"),
        (b"%PDF-1.7", "neither CSV nor XLSX"),
        (b"PK\x03\x04damaged", "cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(session, authority_id, tmp_path, content, says):
    place = tmp_path / "owners.csv"
    place.write_bytes(content)
    imported = files.receive(
        session, authority_id, file_name="x", sha256="0" * 64, by=None, at=NOON
    )
    files.read(session, imported, place)
    assert imported.state is ImportState.BROKEN
    assert says in imported.why


@pytest.mark.sqlite_only
def test_rows_are_deleted_after_ninety_days(session: Session, school: School, put: Put) -> None:
    imported = put(("cat", {}))
    carry_out(session, imported)
    assert files.forget_old(session, at=NOON + timedelta(days=80)) == 0
    assert files.forget_old(session, at=NOON + timedelta(days=91)) == 1
    assert rows(session) == []
    assert imported.counts["applied"] == 1
    with pytest.raises(files.RowsGoneError):
        set_back(session, imported)


def test_a_killed_worker_leaves_what_another_finishes_once(
    database: Database, session: Session, authority_id: int, tmp_path: Path
) -> None:
    store = FileStore(tmp_path / "files")
    for number in range(3):
        SchoolFactory(urn=119901 + number)
    lines = [f"{119901 + number},english,a@s.example,Ann" for number in range(3)]
    stored = store.put(
        io.BytesIO("\n".join(["urn,category,email,name", *lines]).encode()), most=999
    )
    imported = files.receive(
        session, authority_id, file_name="x", sha256=stored.sha256, by=None, at=NOON
    )
    session.commit()
    run = {"now": lambda: NOON, "stopping": lambda: False}
    assert work(database, store, **run) == 1
    assert not store.path(stored.sha256).exists()
    session.refresh(imported)
    assert (imported.state, imported.counts["add"]) == (ImportState.READ, 3)
    session.commit()
    files.begin_applying(session, imported, by=None, at=LATER)
    files.apply_next(session, imported, most=1)
    session.commit()  # and here the worker is killed
    assert work(database, store, **run) == 2
    session.refresh(imported)
    assert (imported.state, imported.counts["applied"]) == (ImportState.APPLIED, 3)
    assert session.scalar(sa.select(sa.func.count()).select_from(Owner)) == 3
    session.commit()
    assert work(database, store, **run) == 0


@pytest.mark.postgresql_only
def test_one_file_loads_many_authorities_at_once(database: Database, tmp_path: Path) -> None:
    with database.session(authority=EVERY_AUTHORITY) as session:
        one, two = (
            ensure_authority(session, la_code=code, name=code).authority_id
            for code in ("888", "999")
        )
        load_shipped_catalogue(session, two, at=NOON)
        base.current["session"] = session
        for number, authority in enumerate((one, two)):
            session.info["test_authority"] = authority
            SchoolFactory(urn=119901 + number)
        session.flush()
        place = tmp_path / "all.csv"
        place.write_text(
            "urn,category,email,name\n119901,english,a@s.example,A\\B\n"
            "119902,english,a@s.example,A\\B\n119902,maths-of-old,a@s.example,A\\B\n"
        )
        report = import_everywhere(session, place, at=NOON)
        base.current.clear()
        assert (report.added, [bad.line for bad in report.rejected]) == (2, [4])
        found = session.execute(
            sa.select(Owner.authority_id, Person.authority_id, Person.name)
            .join(Person, Person.id == Owner.person_id)
            .order_by(Owner.authority_id)
        )
        assert [tuple(row) for row in found] == [(one, one, "A\\B"), (two, two, "A\\B")]
        session.rollback()


@pytest.mark.sqlite_only
def test_the_bulk_path_needs_a_server(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ServerNeededError):
        import_everywhere(session, tmp_path / "x.csv", at=NOON)
