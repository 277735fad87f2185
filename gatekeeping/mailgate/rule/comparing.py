"""Which earlier messages one may be like, told from half of their marks in a fraction of the time.

Of each earlier message a process remembers the lower half of its marks, so that it reads them once.
Those that cannot be like a message are passed over; ``likeness`` compares the few that are left.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gatekeeping.mailgate.rule.likeness import ALIKE_FROM, weights_in

MOST_REMEMBERED: Final = 20_000
"""At most 1.6 KB each, and room for as many more; of ordinary letters a quarter of that."""
FORGETS_AFTER: Final = 24 * 3600.0
"""Seconds. No trace lives shorter, so that no number of one is given again meanwhile (SQLite)."""
_HALF: Final = 1 << 16
_AT_ONCE: Final = 64
"""Messages that are compared in one go: more do not fit the processor's own memory."""


@dataclass
class _Growing:
    """An array that grows at its end. What was read of it stays as it was."""

    held: NDArray[Any]
    size: int = 0

    def add(self, more: NDArray[Any]) -> None:
        needed = self.size + more.size
        if needed > self.held.size:
            larger = np.empty(max(needed, 2 * self.held.size), self.held.dtype)
            larger[: self.size] = self.held[: self.size]
            self.held = larger
        self.held[self.size : needed] = more
        self.size = needed

    @property
    def all(self) -> NDArray[Any]:
        return self.held[: self.size]


def _growing(kind: type[np.generic]) -> _Growing:
    return _Growing(np.empty(64, kind))


@dataclass
class _Known:
    """What is known of the messages of one sender or team."""

    ids: set[int] = field(default_factory=set)
    """Also of those without a word, which are like none."""
    newest: int = 0
    rows: _Growing = field(default_factory=lambda: _growing(np.int64))
    """The ids of the others."""
    marks: _Growing = field(default_factory=lambda: _growing(np.uint16))
    """The lower halves of their marks, one message after the other."""
    starts: _Growing = field(default_factory=lambda: _growing(np.intp))
    wholes: _Growing = field(default_factory=lambda: _growing(np.int64))
    """What all marks of each weigh."""

    def add(self, trace_id: int, stored: bytes) -> None:
        self.newest = max(self.newest, trace_id)
        if trace_id in self.ids:
            return
        marks, weights = _parts(stored)
        if whole := sum(weights):
            for growing, more in (
                (self.starts, [self.marks.size]),
                (self.marks, marks),
                (self.wholes, [whole]),
                (self.rows, [trace_id]),
            ):
                growing.add(np.asarray(more))
        self.ids.add(trace_id)


@dataclass
class Memory:
    """What one process knows of traces, by whose they are and their ids. Threads share it."""

    _known: OrderedDict[object, _Known] = field(default_factory=OrderedDict)
    """By sender or team; whose mail came last stand at the end."""
    _total: int = 0
    _began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def newest(self, whose: object) -> int:
        """Return the id up to which the traces of a sender were read, as far as there were any."""
        with self._lock:
            if time.monotonic() - self._began > FORGETS_AFTER:
                self._known.clear()
                self._total, self._began = 0, time.monotonic()
            known = self._known.get(whose)
            return known.newest if known is not None else 0

    def learn(self, whose: object, read: Iterable[tuple[int, bytes]]) -> None:
        """Remember the marks of traces that were read."""
        with self._lock:
            known = self._known.pop(whose, None) or _Known()
            before = len(known.ids)
            for trace_id, stored in read:
                known.add(trace_id, stored)
            self._known[whose] = known
            self._total += len(known.ids) - before
            while self._total > MOST_REMEMBERED:
                _, forgotten = self._known.popitem(last=False)
                self._total -= len(forgotten.ids)

    def unknown(self, whose: object, trace_ids: Iterable[int]) -> list[int]:
        """Return those of which nothing is remembered."""
        with self._lock:
            known = self._known.get(whose)
            return [each for each in trace_ids if known is None or each not in known.ids]

    def possible(self, whose: object, own: bytes, trace_ids: Iterable[int]) -> list[int]:
        """Return those that ``own`` may be alike with: each that is, and hardly any other.

        What two messages share weighs at most what the words that both have weigh in the one, and
        at least half of the lighter one where they are alike.
        """
        unknown = self.unknown(whose, trace_ids)
        with self._lock:
            known = self._known.get(whose)
            if known is None or not known.rows.size:
                return unknown
            marks, starts = known.marks.all, known.starts.all
            wholes, rows = known.wholes.all, known.rows.all
        table, whole = _table(own)
        # A message without a word is like none.
        least = np.maximum(ALIKE_FROM * np.minimum(wholes, whole), 1)
        near = set(rows[_shared(table, marks, starts) >= least].tolist()).union(unknown)
        return [each for each in trace_ids if each in near] if near else []


def _shared(
    table: NDArray[Any], marks: NDArray[np.uint16], starts: NDArray[np.intp]
) -> NDArray[np.int32]:
    """Return what each message's marks weigh in the table."""
    ends = np.append(starts[1:], marks.size)
    found = np.empty(starts.size, np.int32)
    for first in range(0, starts.size, _AT_ONCE):
        some = starts[first : first + _AT_ONCE]
        taken = table.take(marks[some[0] : ends[first + some.size - 1]])
        found[first : first + some.size] = np.add.reduceat(taken, some - some[0], dtype=np.int32)
    return found


def _parts(stored: bytes) -> tuple[NDArray[np.uint16], bytes]:
    """Return the lower halves of marks, and their weights."""
    count = max(0, len(stored) - 2) // 5
    marks = np.frombuffer(stored, "<u4", count, 2) if count else np.empty(0, "<u4")
    return marks.astype(np.uint16), weights_in(stored)[:count]


def _table(stored: bytes) -> tuple[NDArray[np.uint8], int]:
    """Return what each lower half weighs in a message, and what all weigh."""
    marks, weights = _parts(stored)
    each = np.frombuffer(weights, np.uint8)
    table = np.zeros(_HALF, np.uint8)
    lightest_first = np.argsort(each)  # of two with one half the heavier one stands
    table[marks[lightest_first]] = each[lightest_first]
    return table, sum(weights)
