"""How many messages of each kind a gateway process saw, in memory until they are written."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from foundation.db import Database
from gatekeeping.mailgate.policy import Why
from gatekeeping.mailgate.rule import tracing


@dataclass
class Counted:
    """Counts by day. Threads may share it. What a killed process had not written is lost."""

    _counts: Counter[tuple[date, Why]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def add(self, why: Why, on: date) -> None:
        """Count a message."""
        with self._lock:
            self._counts[on, why] += 1

    def write(self, database: Database, authority_id: int) -> None:
        """Add what was counted to the table, all or nothing; it stays in memory if that fails."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        if not taken:
            return
        try:
            with database.transaction(authority=authority_id) as session:
                # In one order, so that two processes do not wait for each other in a circle.
                for (on, why), messages in sorted(taken.items()):
                    tracing.count(session, authority_id, why, on=on, messages=messages)
        except BaseException:
            with self._lock:
                self._counts.update(taken)
            raise
