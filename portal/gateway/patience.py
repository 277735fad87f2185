"""The end of the gateway's patience with a database that is there and says nothing.

PostgreSQL itself ends what takes too long, and the kernel what nobody acknowledges. Against a
server that is frozen, whose kernel acknowledges for it, neither helps, nor has the driver a limit.
"""

import contextlib
import logging
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

log = logging.getLogger(__name__)

LONGEST: Final = 90.0
"""Seconds for which a connection is in use; PostgreSQL ends a single statement after 60."""
EVERY: Final = 5.0  # seconds


@dataclass
class Patience:
    """Knows which connections of an engine are in use, and ends those that are so too long.

    Whoever waits on one then gets an ``OperationalError`` at once. Threads may share it.
    """

    engine: Engine
    longest: float = LONGEST
    _used: dict[ConnectionPoolEntry, tuple[float, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin to listen; nothing has to be ended of a database that is a file."""
        if self.engine.dialect.name == "postgresql":
            event.listen(self.engine, "checkout", self._taken, insert=True)  # before any question
            event.listen(self.engine, "checkin", self._given_back)

    def watch(self) -> None:
        """End what takes too long, for as long as the process lives."""
        while True:
            time.sleep(EVERY)
            self.end_overdue()

    def end_overdue(self) -> int:
        """End the connections that have been in use too long; return how many."""
        since = time.monotonic() - self.longest
        with self._lock:
            overdue = [entry for entry, (at, _) in self._used.items() if at <= since]
            connections = [self._used.pop(entry)[1] for entry in overdue]
        for connection in connections:
            self._end(connection)
        if connections:
            log.warning("the database did not answer", extra={"connections": len(connections)})
        return len(connections)

    def _taken(self, connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        with self._lock:
            self._used[entry] = time.monotonic(), connection

    def _given_back(self, _connection: Any, entry: ConnectionPoolEntry) -> None:
        with self._lock:
            self._used.pop(entry, None)

    def _end(self, connection: Any) -> None:
        """Shut a connection down beneath the driver; it may be waited on by another thread."""
        closed = self.engine.dialect.loaded_dbapi.Error  # what the driver says of one given back
        with (
            contextlib.suppress(OSError, closed),
            socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as own,
        ):
            own.shutdown(socket.SHUT_RDWR)
