"""The temporary tables through which a file of owners goes, and how it gets there."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.bulk.models import OwnerImportRow
from categories.bulk.rows import EVERY_COLUMN, REQUIRED, read_said
from categories.models import Category
from directory.models import Person
from foundation.copying import analyse, drop_temporary, load_rows, make_temporary
from foundation.model import BigId
from foundation.progress import Progress
from foundation.spreadsheets import MOST_ROWS, read_rows

_tables = sa.MetaData()
TEMPORARY = ["TEMPORARY"]

FILE = sa.Table(
    "owner_file",
    _tables,
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer),
    sa.Column("urn", sa.String, nullable=False),
    sa.Column("category", sa.String, nullable=False),
    sa.Column("called", sa.String, nullable=False),
    sa.Column("email", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("telephone", sa.String, nullable=False),
    sa.Column("job_title", sa.String, nullable=False),
    sa.Column("cover_email", sa.String, nullable=False),
    sa.Column("cover_from", sa.Date),
    sa.Column("cover_to", sa.Date),
    sa.Column("part", sa.String, nullable=False),
    sa.Column("column_name", sa.String),
    sa.Column("reason", sa.String, nullable=False),
    prefixes=TEMPORARY,
)
"""The file itself: the fields of ``categories.bulk.rows.Said``."""

NAMES = sa.Table(
    "owner_file_category",
    _tables,
    sa.Column("authority_id", BigId, primary_key=True, autoincrement=False),
    sa.Column("called", sa.String, primary_key=True),
    sa.Column("category_id", BigId, nullable=False),
    prefixes=TEMPORARY,
)
"""By what names each category in use is called: its slug, its number, its heading."""

PEOPLE = sa.Table(
    "owner_file_person",
    _tables,
    sa.Column("email", sa.String, primary_key=True),
    sa.Column("name_line", sa.Integer),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("telephone", sa.String, nullable=False),
    prefixes=TEMPORARY,
)
"""What the file says of each person: their first name and telephone in it."""

PLACES = sa.Table(
    "owner_file_place",
    _tables,
    sa.Column("email", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("job_title", sa.String, nullable=False),
    prefixes=TEMPORARY,
)
"""The first job title that the file gives somebody at a school."""


def rows_table() -> sa.Table:
    """Return a temporary twin of ``owner_import_row``, for what is too long to be kept."""
    kept = OwnerImportRow.__table__
    columns = [
        sa.Column(column.name, column.type, nullable=column.nullable, default=column.default)
        for column in kept.columns
        if column.name != "id"
    ]
    return sa.Table("owner_bulk_row", sa.MetaData(), *columns, prefixes=TEMPORARY)


def load_file(
    session: Session,
    authority_id: int | None,
    path: Path,
    *,
    progress: Progress,
    most: int = MOST_ROWS,
) -> int:
    """Read a file into the temporary tables; return its number of rows.

    ``authority_id`` None: categories of every authority. Call ``forget_file`` in the same
    transaction. Raises BrokenFileError when the file cannot be read at all.
    """
    sheet = read_rows(path, required=REQUIRED, known=EVERY_COLUMN, most_rows=most)
    make_temporary(session, FILE, NAMES, PEOPLE, PLACES)
    count = load_rows(session, FILE, read_said(sheet, progress=progress))
    load_rows(session, NAMES, _names(session, authority_id))
    analyse(session, FILE, NAMES)
    if authority_id is not None:
        _follow_merged(session, authority_id)
    _gather_people(session)
    analyse(session, PEOPLE, PLACES)
    return count


def forget_file(session: Session) -> None:
    """Throw the temporary tables away."""
    drop_temporary(session, FILE, NAMES, PEOPLE, PLACES)


def _names(session: Session, authority_id: int | None) -> list[tuple[int, str, int]]:
    query = sa.select(Category).where(Category.retired_at.is_(None))
    if authority_id is not None:
        query = query.where(Category.authority_id == authority_id)
    found: dict[tuple[int, str], int] = {}
    for one in session.scalars(query.order_by(Category.authority_id, Category.number, Category.id)):
        for name in (one.slug, str(one.number), " ".join(one.heading.split())):
            found.setdefault((one.authority_id, name.casefold()), one.id)
    return [(authority, name, category) for (authority, name), category in found.items()]


def _follow_merged(session: Session, authority_id: int) -> None:
    """Let an address that became another person's by merging be that person's."""
    gone, kept = aliased(Person), aliased(Person)
    for column in (FILE.c.email, FILE.c.cover_email):
        session.connection().execute(
            sa.update(FILE)
            .where(
                gone.authority_id == authority_id,
                gone.merged_into_id == kept.id,
                gone.email == column,
            )
            .values({column: kept.email})
        )


def _gather_people(session: Session) -> None:
    """Note the first name, telephone and job title that the file gives each person."""
    good = FILE.c.reason == ""
    first = (
        sa.select(
            FILE.c.email,
            sa.func.min(sa.case((FILE.c.name != "", FILE.c.line))).label("name_line"),
            sa.func.min(sa.case((FILE.c.telephone != "", FILE.c.line))).label("telephone_line"),
        )
        .where(good)
        .group_by(FILE.c.email)
        .subquery()
    )
    named, called = FILE.alias(), FILE.alias()
    session.execute(
        PEOPLE.insert().from_select(
            ["email", "name_line", "name", "telephone"],
            sa.select(
                first.c.email,
                first.c.name_line,
                sa.func.coalesce(named.c.name, ""),
                sa.func.coalesce(called.c.telephone, ""),
            )
            .outerjoin(named, named.c.line == first.c.name_line)
            .outerjoin(called, called.c.line == first.c.telephone_line),
        )
    )
    titled = (
        sa.select(sa.func.min(FILE.c.line).label("line"))
        .where(good, FILE.c.job_title != "")
        .group_by(FILE.c.email, FILE.c.number)
        .subquery()
    )
    session.execute(
        PLACES.insert().from_select(
            ["email", "number", "job_title"],
            sa.select(FILE.c.email, FILE.c.number, FILE.c.job_title).join(
                titled, titled.c.line == FILE.c.line
            ),
        )
    )
