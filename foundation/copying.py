"""Loading very many rows into a table of our own: by COPY on PostgreSQL, else in batches.

The only module that leaves SQLAlchemy for the driver.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

import sqlalchemy as sa
from psycopg import Connection, sql
from sqlalchemy.orm import Session

Value = str | int | date | None
FEW = 2_000
"""Rows that travel together."""
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def load_rows(session: Session, table: sa.Table, rows: Iterable[Sequence[Value]]) -> int:
    """Insert rows, each a value for every column of ``table`` in their order; return how many.

    For plain texts, whole numbers and days. They are read as they are asked for, so memory stays
    flat. The table must have no row security: PostgreSQL copies into none that has.
    """
    names = [column.name for column in table.columns]
    connection = session.connection()
    source = iter(rows)
    count = 0
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        assert isinstance(driver, Connection)  # noqa: S101 - psycopg is the one driver we use
        command = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            for some in _lots(source):
                copy.write("".join(map(_line, some)))
                count += len(some)
        return count
    for some in _lots(source):
        connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in some])
        count += len(some)
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


def _lots(source: Iterator[Sequence[Value]]) -> Iterator[list[Sequence[Value]]]:
    while some := list(islice(source, FEW)):
        yield some


def _line(row: Sequence[Value]) -> str:
    return "\t".join(["\\N" if value is None else _text(value) for value in row]) + "\n"


def _text(value: str | int | date) -> str:
    if isinstance(value, str):
        return value.translate(ESCAPED) if "\\" in value or not value.isprintable() else value
    return str(value)  # a day is written as 2026-12-01
