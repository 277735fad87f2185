"""Copying everything from the embedded database to PostgreSQL, table by table.

The one place that reads tables without their models: values travel as SQLite keeps them, because
PostgreSQL reads the same words (moments in UTC, truth as 0 and 1, JSON as text).
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from foundation.copying import DriverError, Value, load_guarded, lot_of
from foundation.errors import Refusal
from foundation.progress import Progress, silent

LOCK = 888_006
"""The number of PostgreSQL's lock that lets one transfer at a time into a database."""
NOTHING, INSTEAD = "\0", "\N{REPLACEMENT CHARACTER}"
"""A character that SQLite keeps in a text and PostgreSQL does not, and what stands for it."""


class TransferError(Refusal):
    """Something in one of the two databases does not allow it; nothing was written."""


def count_rows(session: Session, tables: Sequence[sa.Table]) -> dict[str, int]:
    """Return how many rows each table holds, in the order given."""
    return {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in tables
    }


def first_filled(session: Session, tables: Sequence[sa.Table]) -> str | None:
    """Return the name of the first table that holds anything."""
    for table in tables:
        if session.scalar(sa.select(sa.exists().select_from(table))):
            return table.name
    return None


def transfer(
    source: Session, target: Session, tables: Sequence[sa.Table], progress: Progress = silent
) -> dict[str, int]:
    """Copy every row of the tables, given in an order in which each refers to earlier ones.

    Both sessions see every authority; the target's tables are empty. Keys stay what they are, and
    new ones go on from the largest. Nothing is committed: what fails leaves the target empty.
    Returns the rows of each table, the same in both. Raises TransferError when somebody else is
    at it, when a value does not fit or when a count differs. ``progress`` is told each row.
    """
    if not target.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(LOCK))):
        raise TransferError("Somebody else is moving a portal into this database just now.")
    target.connection().exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
    copied = {}
    for table in tables:
        names = [column.name for column in table.columns]
        try:
            copied[table.name] = load_guarded(target, table, names, _rows(source, table), progress)
        except DBAPIError as fault:
            raise _does_not_fit(table.name, fault.orig) from fault
        except DriverError as fault:
            raise _does_not_fit(table.name, fault) from fault
        _go_on_numbering(target, table)
    _compare(copied, count_rows(source, tables), "read")
    _compare(copied, count_rows(target, tables), "written")
    return copied


def _rows(source: Session, table: sa.Table) -> Iterator[Sequence[Value]]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    order = ", ".join(f'"{column.name}"' for column in table.primary_key)
    found = source.connection().exec_driver_sql(
        f'SELECT {columns} FROM "{table.name}" ORDER BY {order}'  # noqa: S608 - names of our own tables
    )
    for some in found.partitions(lot_of(table)):
        for row in some:
            yield [
                value.replace(NOTHING, INSTEAD)
                if isinstance(value, str) and NOTHING in value
                else value
                for value in row
            ]


def _go_on_numbering(target: Session, table: sa.Table) -> None:
    """Set the sequence behind a table's key, if it has one, to the largest key there is."""
    key = next(iter(table.primary_key))
    sequence = target.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, key.name)))
    largest = target.scalar(sa.select(sa.func.max(key))) if sequence else None
    if largest is not None:
        target.execute(sa.select(sa.func.setval(sequence, largest)))


def _compare(copied: dict[str, int], counted: dict[str, int], what: str) -> None:
    for name, count in copied.items():
        if counted[name] != count:
            raise TransferError(
                f"{count:,} rows of “{name}” were copied, but {counted[name]:,} can be {what}. "
                "Nothing was moved. Is the role that DATABASE_URL names the owner of its tables?"
            )


def _does_not_fit(name: str, fault: BaseException | None) -> TransferError:
    diagnosis = getattr(fault, "diag", None)
    told = getattr(diagnosis, "message_primary", None) or type(fault).__name__
    return TransferError(f"“{name}” holds something that PostgreSQL does not take ({told}).")
