"""Opening sessions on SQLite or PostgreSQL, each bound to one authority.

A session states at birth which authority it works for. On PostgreSQL row-level security then
hides everybody else's rows; a session that states nothing sees nothing. Work that by nature
spans authorities (signing in, the outbox relay, migrations) says ``EVERY_AUTHORITY``.
"""

import select
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import manager_of_class, set_committed_value
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

EVERY_AUTHORITY: Final = 0
SETTING: Final = "portal.authority"
PATIENCE: Final = 30_000  # milliseconds that a writer on SQLite waits for another
HURRIED: Final = 100
MOST_CONNECTIONS: Final = 15
"""To PostgreSQL at once, of one process."""
RESTED: Final = 5.0
"""Seconds after which a connection is asked whether it is still one."""
_TELL_FOR_GOOD: Final = sa.text("SELECT set_config(:name, :value, false)")
_TELL: Final = "SELECT set_config(%s, %s, true)"
_PATIENTLY: Final = ", set_config('lock_timeout', '20s', true)"  # holds for what follows it
_LOCK: Final = ", pg_advisory_xact_lock(%s::bigint)"

Row = TypeVar("Row", bound=object)
Waker = Callable[[frozenset[str]], None]


class Database:
    """One engine and the way to open sessions on it."""

    def __init__(self, url: str, *, keeps: int = 5) -> None:
        """Prepare the engine; connects only when a session first needs it.

        Of at most 15 connections to PostgreSQL ``keeps`` stay open once they were needed. Making
        one costs several times what a short transaction does.
        """
        self.engine = make_engine(url, keeps=keeps)
        # SQLite refuses to turn a reading transaction into a writing one once somebody else
        # has written, without waiting. So a transaction says at its start which it will be.
        self._reading = self.engine.execution_options(portal_begin="BEGIN")
        self._hurried = self.engine.execution_options(portal_wait=HURRIED)
        self.waker: Waker | None = None

    def session(self, *, authority: int, writes: bool = True) -> Session:
        """Open a session for one authority (or ``EVERY_AUTHORITY``); the caller closes it."""
        session = Session(self.engine if writes else self._reading, expire_on_commit=False)
        session.info["authority"] = authority
        session.info["database"] = self
        return session

    @contextmanager
    def transaction(self, *, authority: int, locks: tuple[int, ...] = ()) -> Iterator[Session]:
        """Run a block in one transaction: committed when it ends, rolled back when it raises.

        ``locks`` are numbers below 2**63 either way. On PostgreSQL nobody else works who gave one
        of these; each is waited for in turn, 20 seconds at most, and so is any lock from then on.
        On SQLite nobody else writes anyway.
        """
        with self.session(authority=authority) as session, session.begin():
            session.info["locks"] = locks
            yield session

    @contextmanager
    def hurried(self, *, authority: int) -> Iterator[Session]:
        """Run a block in one transaction that gives up at once while somebody else writes.

        For what is not worth a page's waiting. Raises OperationalError then (SQLite only: on
        PostgreSQL writers do not keep each other).
        """
        with Session(self._hurried, expire_on_commit=False) as session, session.begin():
            session.info["authority"] = authority
            yield session

    @contextmanager
    def lasting(self, *, authority: int) -> Iterator[Connection]:
        """Lend a connection for many small changes: each ``begin`` on it costs one round trip.

        On PostgreSQL each of its statements is a transaction of its own, so give one at a time.
        It is given up and not used again once anything on it raises.
        """
        with self.engine.connect() as connection:
            if not self.is_postgresql:
                yield connection
                return
            connection.execution_options(isolation_level="AUTOCOMMIT")
            try:
                _tell_for_good(connection, str(authority))
                yield connection
            finally:
                try:
                    _tell_for_good(connection, "")
                except SQLAlchemyError:
                    connection.invalidate()  # nobody may find it with what it was told

    @property
    def is_postgresql(self) -> bool:
        """Tell whether the database is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"


def make_engine(url: str, *, keeps: int = 5) -> Engine:
    """Make an engine with the settings that each of the two databases needs.

    What a failed statement was given stays out of its error, and so out of logs: it may be
    somebody's name or address.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = sa.create_engine(address, connect_args={"timeout": 30}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        address,
        connect_args=_connect_args(address),
        pool_size=keeps,
        max_overflow=MOST_CONNECTIONS - keeps,
        hide_parameters=True,
    )
    event.listen(engine, "handle_error", _leave_out_detail)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _see_that_it_lives)
    return engine


def _connect_args(address: sa.URL) -> dict[str, str | int]:
    """Return how to reach PostgreSQL; what the address says itself is left as it is."""
    wanted: dict[str, str | int] = {
        "connect_timeout": 10,  # or pages wait for minutes where nothing answers
        # compiling a page's statement takes longer than running it
        "options": "-c jit=off",
    }
    return {name: value for name, value in wanted.items() if name not in address.query}


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _see_that_it_lives(
    connection: Any, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Have connections that died replaced, before anybody works with one.

    What was used a moment ago costs no round trip: a server that ends a connection says so, and
    that could be read.
    """
    used_at = record.info.get("used_at")
    if used_at is None:  # just made
        return
    try:
        if time.monotonic() - used_at > RESTED or _has_something_to_say(connection):
            connection.autocommit = True
            connection.execute("SELECT 1")
            connection.autocommit = False
    except psycopg.Error as fault:
        raise InvalidatePoolError from fault


def _has_something_to_say(connection: Any) -> bool:
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def _leave_out_detail(context: ExceptionContext) -> None:
    # PostgreSQL quotes the refused row in the second line of its message.
    original, fault = context.original_exception, context.sqlalchemy_exception
    diagnosis = getattr(original, "diag", None)
    if diagnosis is None or not diagnosis.message_detail:
        return
    original.args = (diagnosis.message_primary,)
    if fault is not None:
        fault.args = (f"({type(original).__name__}) {diagnosis.message_primary}",)


def narrow(session: Session, authority: int) -> None:
    """Bind a session that was opened for every authority to one, from here on."""
    session.info["authority"] = authority
    if session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        _tell_authority(session, session.connection())


def wake(session: Session, *queues: str) -> None:
    """Ask that the named workers look for work as soon as this session has committed."""
    session.info.setdefault("wake", set()).update(queues)


def as_read(session: Session, model: type[Row], values: Mapping[str, Any]) -> Row:
    """Return a row whose columns were just read by other means, as if the session had read it.

    ``values`` must name every column of the primary key. No statement is sent. Changes to the row
    are written as usual; if the session holds it already, that is returned as it is.
    """
    held = session.identity_map.get(sa.orm.util.identity_key(model, values["id"]))
    if held is not None:
        return held
    row: Row = manager_of_class(model).new_instance()
    for name, value in values.items():
        set_committed_value(row, name, value)
    make_transient_to_detached(row)
    session.add(row)
    return row


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is switched off: _begin_sqlite chooses the kind of transaction.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE}",
        "temp_store=MEMORY",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin, wait = options.get("portal_begin", "BEGIN IMMEDIATE"), options.get("portal_wait")
    if wait is None:
        connection.exec_driver_sql(begin)
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={wait}")
    try:
        connection.exec_driver_sql(begin)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}")


def _tell_for_good(connection: Connection, authority: str) -> None:
    with connection.begin():
        connection.execute(_TELL_FOR_GOOD, {"name": SETTING, "value": authority})


def _tell_authority(session: Session, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # The setting ends with the transaction, and so do the locks.
        value = str(session.info.get("authority", ""))
        locks: tuple[int, ...] = session.info.get("locks", ())
        tells = _TELL + (_PATIENTLY + _LOCK * len(locks) if locks else "")
        connection.exec_driver_sql(tells, (SETTING, value, *locks))


@event.listens_for(Session, "after_begin")
def _after_begin(session: Session, _transaction: Any, connection: Connection) -> None:
    _tell_authority(session, connection)


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    queues = session.info.pop("wake", None)
    database = session.info.get("database")
    if queues and isinstance(database, Database) and database.waker is not None:
        database.waker(frozenset(queues))


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    session.info.pop("wake", None)
