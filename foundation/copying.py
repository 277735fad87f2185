"""Loading very many rows into a table of our own: by COPY on PostgreSQL, else in batches.

The only module that leaves SQLAlchemy for the driver.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import islice

import sqlalchemy as sa
from psycopg import Connection, Error, sql
from sqlalchemy.orm import Session

from foundation.progress import Progress, silent

Value = str | int | float | date | time | bytes | None
"""A bool is an int, and a moment a date."""
DriverError = Error
"""What the driver raises while it copies, past SQLAlchemy."""
FEW = 2_000
"""Rows that travel together."""
FEW_HEAVY = 40
"""The same of a table that holds bytes: pieces of held mail have 256 KiB each."""
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def lot_of(table: sa.Table) -> int:
    """Return how many rows of a table travel together, so that memory stays flat."""
    is_heavy = any(isinstance(column.type, sa.LargeBinary) for column in table.columns)
    return FEW_HEAVY if is_heavy else FEW


def load_rows(session: Session, table: sa.Table, rows: Iterable[Sequence[Value]]) -> int:
    """Insert rows, each a value for every column of ``table`` in their order; return how many.

    They are read as they are asked for, so memory stays flat. The table must have no row security:
    PostgreSQL copies into none that has.
    """
    names = [column.name for column in table.columns]
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return _copy(connection, table.name, names, _lots(iter(rows), lot_of(table)), silent)
    count = 0
    for some in _lots(iter(rows), lot_of(table)):
        connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in some])
        count += len(some)
    return count


def load_guarded(
    session: Session,
    table: sa.Table,
    names: Sequence[str],
    rows: Iterable[Sequence[Value]],
    progress: Progress = silent,
) -> int:
    """Insert rows, a value for each column of ``names``, into a table with row security.

    PostgreSQL copies them into a temporary table first and from there in one statement, so that
    rows may refer to each other in any order; SQLite takes them in lots. JSON is given as text.
    ``progress`` is told the rows as they travel. Returns how many there were.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return _in_lots(connection, table, names, rows, progress)
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, names))
    staged = f"arriving_{table.name}"[:60]
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS pg_temp.{staged}")
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {staged} AS SELECT {columns} FROM {quote(table.name)} WITH NO DATA"  # noqa: S608 - names of our own tables
    )
    count = _copy(connection, staged, names, _lots(iter(rows), lot_of(table)), progress)
    connection.exec_driver_sql(
        f"INSERT INTO {quote(table.name)} ({columns}) SELECT {columns} FROM pg_temp.{staged}"  # noqa: S608 - the same
    )
    connection.exec_driver_sql(f"DROP TABLE pg_temp.{staged}")
    return count


def _in_lots(
    connection: sa.Connection,
    table: sa.Table,
    names: Sequence[str],
    rows: Iterable[Sequence[Value]],
    progress: Progress,
) -> int:
    marks = ", ".join("?" * len(names))
    columns = ", ".join(f'"{name}"' for name in names)
    command = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608 - the same
    count = 0
    for some in _lots(iter(rows), lot_of(table)):
        connection.exec_driver_sql(command, [tuple(map(_for_sqlite, row)) for row in some])
        count += len(some)
        progress(len(some))
    return count


def _for_sqlite(value: Value) -> Value:
    """Write moments and days as SQLAlchemy does."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


def _copy(
    connection: sa.Connection,
    name: str,
    names: Sequence[str],
    lots: Iterable[list[Sequence[Value]]],
    progress: Progress,
) -> int:
    driver = connection.connection.driver_connection
    assert isinstance(driver, Connection)  # noqa: S101 - psycopg is the one driver we use
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    count = 0
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        for some in lots:
            copy.write("".join(map(_line, some)))
            count += len(some)
            progress(len(some))
    return count


def make_temporary(session: Session, *tables: sa.Table) -> None:
    """Make temporary tables for this transaction; what an earlier one left is thrown away.

    Each ``table`` carries the prefix ``TEMPORARY``.
    """
    connection = session.connection()
    for table in tables:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_temporary(connection, table)}")
        connection.execute(sa.schema.CreateTable(table))


def drop_temporary(session: Session, *tables: sa.Table) -> None:
    """Throw temporary tables away before the connection goes back to its pool."""
    connection = session.connection()
    for table in tables:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_temporary(connection, table)}")


def analyse(session: Session, *tables: sa.Table) -> None:
    """Let PostgreSQL count tables that were just filled, so that it plans for what is in them.

    Temporary ones it never counts by itself.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.exec_driver_sql(f"ANALYZE {table.name}")


def _temporary(connection: sa.Connection, table: sa.Table) -> str:
    schema = "pg_temp" if connection.dialect.name == "postgresql" else "temp"
    return f"{schema}.{table.name}"


def _lots(source: Iterator[Sequence[Value]], lot: int) -> Iterator[list[Sequence[Value]]]:
    while some := list(islice(source, lot)):
        yield some


def _line(row: Sequence[Value]) -> str:
    return "\t".join(["\\N" if value is None else _text(value) for value in row]) + "\n"


def _text(value: str | float | date | time | bytes) -> str:
    if isinstance(value, str):
        return value.translate(ESCAPED) if "\\" in value or not value.isprintable() else value
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    return str(value)  # a day is written as 2026-12-01
