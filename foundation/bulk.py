"""Writing many rows in one statement, in the words of both databases."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from foundation.db import Database
from foundation.model import Base

BATCH = 1000
FEW = 20
Item = TypeVar("Item")
Rows = Sequence[Mapping[str, Any]]


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Give the items in lists of at most ``size``."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def insert_all(session: Session, model: type[Base], rows: Rows) -> None:
    """Insert rows given by the names of the columns; defaults of the model hold."""
    if not rows:
        return
    table = _table(model)
    statement: sa.Insert = sa.insert(table)
    if _is_postgresql(session) and len(rows) > FEW:
        # Asking for the keys makes SQLAlchemy send a thousand rows in one statement.
        session.connection().execute(statement.returning(*table.primary_key), list(rows))
    else:
        session.connection().execute(statement, list(rows))


def upsert_all(session: Session, model: type[Base], rows: Rows, *, key: Sequence[str]) -> None:
    """Insert rows; where the ``key`` exists already, overwrite the columns that are given.

    All rows give the same columns. ``key`` names the columns of a unique constraint.
    """
    if not rows:
        return
    insert = postgresql.insert if _is_postgresql(session) else sqlite.insert
    statement = insert(_table(model))
    given = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=given), list(rows)
    )


def insert_missing(session: Session, model: type[Base], rows: Rows) -> None:
    """Insert rows; those whose key exists already are passed over and stay as they are."""
    if not rows:
        return
    insert = postgresql.insert if _is_postgresql(session) else sqlite.insert
    session.connection().execute(insert(_table(model)).on_conflict_do_nothing(), list(rows))


def update_all(session: Session, model: type[Base], rows: Rows) -> None:
    """Overwrite the columns given in each row, found by its ``id``; all give the same columns."""
    if not rows:
        return
    table = _table(model)
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in rows[0] if name != "id"}
    session.connection().execute(
        sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(values),
        [
            {"row_id": row["id"]}
            | {f"new_{name}": value for name, value in row.items() if name != "id"}
            for row in rows
        ],
    )


def _table(model: type[Base]) -> sa.Table:
    table = model.__table__
    assert isinstance(table, sa.Table)  # noqa: S101 - every model of ours is a plain table
    return table


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def refresh_statistics(session: Session, *models: type[Base]) -> None:
    """Let PostgreSQL count tables anew after much was written; SQLite needs nothing.

    It does so by itself a minute after a commit, which is too late for work in the same
    transaction. Tables that the database's user does not own are passed over.
    """
    if _is_postgresql(session):
        for model in models:
            session.connection().exec_driver_sql(f"ANALYZE {_table(model).name}")


def tidy(database: Database, *models: type[Base]) -> None:
    """Let PostgreSQL count tables anew and note which of their pages everybody may see.

    After very many rows were committed it is worth not waiting until it does so by itself:
    before, counting reads every row. SQLite needs nothing.
    """
    if database.is_postgresql:
        with database.engine.connect() as connection:
            own = connection.execution_options(isolation_level="AUTOCOMMIT")
            for model in models:
                own.exec_driver_sql(f"VACUUM (ANALYZE) {_table(model).name}")
