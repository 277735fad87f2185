"""One PostgreSQL database for many tests, each of which finds it as it was when it was made.

A new database takes a tenth of a second of a core, and as long again until its connections know
its tables. What a test did is undone instead: rows and sequences are set back. Whatever else may
have changed (a table, a trigger, a policy, a statistic), or a test that left much behind, gives
the next test a new one.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from foundation.db import Database
from tests.servers import PostgreSQL

MOST_TESTS = 60
"""Deleted rows stay in the files of a table, so each test leaves a little to read past."""

MOST_BYTES = 4_000_000
SOON = 5  # seconds for connections to end that were told to

# Everything but rows: the shape of tables, who may do what with them, what the planner knows.
SHAPE = sql.SQL("""
    SELECT
        (SELECT md5(string_agg(
            concat_ws(' ', oid, relname, relowner, relacl, relrowsecurity,
                relforcerowsecurity, reltuples), ',' ORDER BY oid))
         FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT concat(count(*), ' ', max(xmin::text::bigint))
         FROM pg_attribute WHERE attrelid >= 16384),
        (SELECT concat(count(*), ' ', max(xmin::text::bigint))
         FROM pg_constraint WHERE conrelid >= 16384),
        (SELECT concat(count(*), ' ', max(xmin::text::bigint))
         FROM pg_trigger WHERE tgrelid >= 16384),
        (SELECT concat(count(*), ' ', max(xmin::text::bigint)) FROM pg_policy),
        (SELECT concat(count(*), ' ', max(xmin::text::bigint)) FROM pg_proc WHERE oid >= 16384),
        (SELECT count(*) FROM pg_statistic WHERE starelid >= 16384),
        (SELECT count(*) FROM pg_largeobject_metadata),
        (SELECT count(*) FROM pg_db_role_setting),
        (SELECT concat(datallowconn, datconnlimit)
         FROM pg_database WHERE datname = current_database())
""")
TABLES = sql.SQL("""
    SELECT relname, pg_relation_size(oid) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
    ORDER BY relname
""")
SEQUENCES = sql.SQL("""
    SELECT relname, pg_sequence_last_value(oid) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY relname
""")
OTHERS = sql.SQL("""
    SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL({})
""")
RESET = "DISCARD TEMP; RESET ALL; SELECT pg_advisory_unlock_all()"


class CannotBeRestoredError(Exception):
    """Something else than rows changed."""


@dataclass
class Pristine:
    """What a database held when it was made, and how to make it hold that again."""

    connection: psycopg.Connection
    shape: tuple[object, ...]
    sequences: dict[str, int | None]
    rows: dict[str, bytes]
    states: dict[str, tuple[int, int]]
    tests: int = 0

    @classmethod
    def of(cls, connection: psycopg.Connection) -> "Pristine":
        """Remember a database that was just made and that nobody else is connected to."""
        rows = {name: _copied(connection, name) for name, _ in _sizes(connection)}
        states = _states(connection, rows)
        return cls(connection, _shape(connection), _sequences(connection), rows, states)

    def restore(self, keep: list[int]) -> None:
        """Set rows and sequences back, once everybody but ``keep`` (process ids) is gone.

        Raises CannotBeRestoredError, or psycopg's errors, where only a new database will do.
        """
        self.tests += 1
        self._part_from_others(keep)
        sizes = _sizes(self.connection)
        much = sum(size for name, size in sizes if name not in self.rows) > MOST_BYTES
        if much or self.tests >= MOST_TESTS or _shape(self.connection) != self.shape:
            raise CannotBeRestoredError
        with self.connection.transaction():
            # Without triggers: they watch over references, and keep what is only ever added to.
            self.connection.execute("SET LOCAL session_replication_role = replica")
            self._empty([name for name, _ in sizes if name not in self.rows])
            self._set_sequences_back()
            states = _states(self.connection, self.rows)
            changed = [name for name in self.rows if states[name] != self.states[name]]
            for name in changed:
                self._fill(name)
        self.states.update(_states(self.connection, changed))

    def _part_from_others(self, keep: list[int]) -> None:
        asked = OTHERS.format(sql.Literal(keep))
        end = time.monotonic() + SOON
        while self.connection.execute(asked).fetchall():
            if time.monotonic() > end:
                raise CannotBeRestoredError
            time.sleep(0.002)

    def _empty(self, names: list[str]) -> None:
        deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in names]
        if deletes:
            self.connection.execute(sql.SQL("; ").join(deletes))

    def _set_sequences_back(self) -> None:
        for name, value in _sequences(self.connection).items():
            if value != self.sequences[name]:
                self.connection.execute(
                    "SELECT setval(%s::regclass, %s, %s)",
                    (f'"{name}"', self.sequences[name] or 1, self.sequences[name] is not None),
                )

    def _fill(self, name: str) -> None:
        self._empty([name])
        into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
        with self.connection.cursor().copy(into) as copy:
            copy.write(self.rows[name])


@dataclass
class Restored:
    """The databases of one process on one server, one after the other."""

    server: PostgreSQL
    template: str
    made: int = 0
    pristine: Pristine | None = None
    name: str = field(default="", init=False)

    def url(self) -> str:
        """Return the address of a database that is as the template is."""
        if self.pristine is None:
            self.made += 1
            self.name = f"restored_{self.made}"
            self.server.new_database(self.name, template=self.template)
            self.pristine = Pristine.of(self.server.superuser_of(self.name))
        return self.server.url_of(self.name)

    def give_back(self, database: Database) -> None:
        """Make what a test used ready for the next one; its connections were all returned."""
        try:
            if self.pristine is not None:
                self.pristine.restore(_kept(database))
        except (CannotBeRestoredError, psycopg.Error, SQLAlchemyError):
            self.give_up(database)

    def give_up(self, database: Database) -> None:
        """Remove the database, so that the next test gets a new one."""
        database.engine.dispose()
        self.close()

    def close(self) -> None:
        """Remove the database, whoever is still connected to it."""
        if self.pristine is not None:
            self.pristine.connection.close()
            self.pristine = None
            self.server.drop_database(self.name)


def _kept(database: Database) -> list[int]:
    """Leave the engine one connection that remembers nothing, and return its process id."""
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    idle = [database.engine.raw_connection() for _ in range(pool.checkedin())]
    for each in idle[1:]:
        each.invalidate()
    if not idle:
        return []
    first = idle[0]
    driver = first.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.rollback()
    driver.execute(RESET)
    driver.commit()
    first.close()
    return [driver.info.backend_pid]


def _shape(connection: psycopg.Connection) -> tuple[object, ...]:
    found = connection.execute(SHAPE).fetchone()
    assert found is not None
    return found


def _sizes(connection: psycopg.Connection) -> list[tuple[str, int]]:
    return connection.execute(TABLES).fetchall()


def _sequences(connection: psycopg.Connection) -> dict[str, int | None]:
    return dict(connection.execute(SEQUENCES).fetchall())


def _copied(connection: psycopg.Connection, name: str) -> bytes:
    out = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
    with connection.cursor().copy(out) as copy:
        return b"".join(copy)


def _states(connection: psycopg.Connection, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return for each table how many rows it has and who wrote the last of them.

    Where both are the same, no row came, went or was changed: each names who wrote it.
    """
    asked = sql.SQL("SELECT {}, count(*), coalesce(max(xmin::text::bigint), 0) FROM {}")
    parts = [asked.format(sql.Literal(name), sql.Identifier(name)) for name in names]
    if not parts:
        return {}
    found = connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()
    return {name: (count, last) for name, count, last in found}
