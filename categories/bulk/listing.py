"""What the pages about files of owners show: the files, and the rows of one, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.bulk.models import (
    ImportState,
    OwnerImport,
    OwnerImportRow,
    RowState,
    Verdict,
)
from categories.models import Category, Owner, Part
from directory.models import Person, School
from foundation.paging import MOST_COUNTED

PAGE = 50
MOST_FILES = 20
EVERY = "every"
"""Asks for all rows, also for those that change nothing."""
Row = OwnerImportRow


@dataclass(frozen=True)
class Narrowed:
    """Which rows of a file are looked at: by default all but those that change nothing."""

    verdict: str = ""
    column: str = ""
    urn: str = ""


class Shown(NamedTuple):
    """One row of a file as the page shows it; names are empty where nothing was found."""

    id: int
    line: int
    said_school: str
    said_category: str
    school: str | None
    heading: str | None
    email: str
    name: str
    part: Part
    person_id: int | None
    before_name: str | None
    own_id: int | None
    is_owner: bool
    details_differ: bool
    needs_place: bool
    place_id: int | None
    job_title: str
    cover_email: str
    cover_from: date | None
    cover_to: date | None
    cover_differs: bool
    verdict: Verdict
    column: str | None
    reason: str
    state: RowState
    chosen: bool


class File(NamedTuple):
    """One file in the list of files."""

    id: int
    file_name: str
    at: datetime
    state: ImportState
    by: str | None
    counts: dict[str, int]


def files(session: Session, authority_id: int, *, school_id: int | None) -> list[File]:
    """Return the newest files, for one school only its own: one statement."""
    query = (
        sa.select(
            OwnerImport.id,
            OwnerImport.file_name,
            OwnerImport.at,
            OwnerImport.state,
            Person.name,
            OwnerImport.counts,
        )
        .outerjoin(Person, Person.id == OwnerImport.by_id)
        .where(OwnerImport.authority_id == authority_id, OwnerImport.state != ImportState.DISCARDED)
        .order_by(OwnerImport.at.desc(), OwnerImport.id.desc())
        .limit(MOST_FILES)
    )
    if school_id is not None:
        query = query.where(OwnerImport.school_id == school_id)
    return [File(*row) for row in session.execute(query)]


def rows_of(
    session: Session, imported: OwnerImport, narrowed: Narrowed, *, page: int
) -> tuple[list[Shown], int]:
    """Return a page of rows, what is wrong first, and how many there are: two statements."""
    before, former = aliased(Owner), aliased(Person)
    rank = sa.case({Verdict.BAD: 0, Verdict.CLASH: 1, Verdict.SAME: 3}, value=Row.verdict, else_=2)
    conditions = _conditions(imported, narrowed)
    query = (
        sa.select(
            Row.id,
            Row.line,
            Row.urn,
            Row.category,
            School.name,
            Category.heading,
            Row.email,
            sa.func.coalesce(Person.name, Row.name),  # whoever is known, by the name that is known
            Row.part,
            Row.person_id,
            former.name,
            Row.own_id,
            Row.is_owner,
            Row.details_differ,
            Row.needs_place,
            Row.place_id,
            Row.job_title,
            Row.cover_email,
            Row.cover_from,
            Row.cover_to,
            Row.cover_differs,
            Row.verdict,
            Row.column,
            Row.reason,
            Row.state,
            Row.chosen,
        )
        .outerjoin(School, School.id == Row.school_id)
        .outerjoin(Category, Category.id == Row.category_id)
        .outerjoin(Person, Person.id == Row.person_id)
        .outerjoin(before, before.id == Row.before_id)
        .outerjoin(former, former.id == before.person_id)
        .where(*conditions)
        .order_by(rank, Row.line)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    shown = [Shown(*row) for row in session.execute(query)]
    counted = sa.select(Row.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    return shown, session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def how_many_chosen(session: Session, imported: OwnerImport) -> int:
    """Return how many changes would be made."""
    query = sa.select(sa.func.count()).select_from(Row)
    return session.scalar(query.where(*_changes(imported), Row.chosen)) or 0


def bad_rows(session: Session, imported: OwnerImport) -> list[tuple[str | int | date | None, ...]]:
    """Return the rows that cannot be used, with line and reason, to be mended and put up again."""
    rows = session.execute(
        sa.select(
            Row.urn,
            Row.category,
            Row.email,
            Row.name,
            Row.telephone,
            Row.job_title,
            Row.cover_email,
            Row.cover_from,
            Row.cover_to,
            Row.part,
            Row.line,
            Row.column,
            Row.reason,
        )
        .where(*_own(imported), Row.verdict.in_([Verdict.BAD, Verdict.CLASH]))
        .order_by(Row.line)
    )
    return [tuple(row) for row in rows]


def choose(session: Session, imported: OwnerImport, *, shown: list[int], ticked: list[int]) -> None:
    """Note which of the rows that a page showed are ticked."""
    of_page = (*_changes(imported), Row.id.in_(shown))
    session.execute(sa.update(Row).where(*of_page).values(chosen=Row.id.in_(ticked)))


def choose_all(
    session: Session, imported: OwnerImport, narrowed: Narrowed, *, chosen: bool
) -> None:
    """Tick, or untick, every change among the rows that are looked at."""
    conditions = (*_conditions(imported, narrowed), *_changes(imported))
    session.execute(
        sa.update(Row)
        .where(*conditions)
        .values(chosen=chosen)
        .execution_options(synchronize_session=False)
    )


def _own(imported: OwnerImport) -> tuple[sa.ColumnElement[bool], ...]:
    return Row.authority_id == imported.authority_id, Row.import_id == imported.id


def _changes(imported: OwnerImport) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        *_own(imported),
        Row.verdict.in_([Verdict.ADD, Verdict.CHANGE]),
        Row.state == RowState.WAITING,
    )


def _conditions(imported: OwnerImport, narrowed: Narrowed) -> list[sa.ColumnElement[bool]]:
    found = [*_own(imported)]
    if narrowed.verdict in set(Verdict):
        found.append(Row.verdict == Verdict(narrowed.verdict))
    elif narrowed.verdict != EVERY:
        found.append(Row.verdict != Verdict.SAME)
    if narrowed.column:
        found.append(Row.column == narrowed.column)
    if narrowed.urn.isascii() and narrowed.urn.isdigit() and len(narrowed.urn) < 9:  # noqa: PLR2004
        school = sa.select(School.id).where(
            School.authority_id == imported.authority_id, School.urn == int(narrowed.urn)
        )
        found.append(Row.school_id.in_(school))
    return found
