"""Which earlier messages one may be like, told from half of their marks in a fraction of the time.

Of each earlier message a process remembers the lower half of its marks, so that it reads them once.
Those that cannot be like a message are passed over; ``likeness`` compares the few that are left.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeping.mailgate.rule.likeness import ALIKE_FROM, weights_in

MOST_REMEMBERED: Final = 20_000
"""At most 1.6 KB each; of ordinary letters a quarter of that."""
FORGETS_AFTER: Final = 24 * 3600.0
"""Seconds. No trace lives shorter, so that no number of one is given again meanwhile (SQLite)."""
_HALF: Final = 1 << 16


class _Known(NamedTuple):
    marks: NDArray[np.uint16]
    """The lower half of each."""
    whole: int
    """What all weigh."""


@dataclass
class Memory:
    """What one process knows of traces, by their ids. Threads share it."""

    _known: OrderedDict[int, _Known] = field(default_factory=OrderedDict)
    _newest: dict[object, int] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def newest(self, whose: object) -> int:
        """Return the id up to which the traces of a sender were read, as far as there were any."""
        with self._lock:
            if time.monotonic() - self._began > FORGETS_AFTER:
                self._known.clear()
                self._newest.clear()
                self._began = time.monotonic()
            return self._newest.get(whose, 0)

    def learn(self, whose: object, read: Iterable[tuple[int, bytes]]) -> None:
        """Remember the marks of traces that were read."""
        made = {trace_id: _of(marks) for trace_id, marks in read}
        if not made:
            return
        with self._lock:
            self._known.update(made)
            self._newest[whose] = max(self._newest.get(whose, 0), *made)
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
            if len(self._newest) > MOST_REMEMBERED:
                self._newest.clear()

    def unknown(self, trace_ids: Iterable[int]) -> list[int]:
        """Return those of which nothing is remembered."""
        return [each for each in trace_ids if each not in self._known]

    def possible(self, own: bytes, trace_ids: Sequence[int]) -> list[int]:
        """Return those that ``own`` may be alike with: each that is, and hardly any other.

        What two messages share weighs at most what the words that both have weigh in the one, and
        at least half of the lighter one where they are alike.
        """
        known = [self._known.get(each) for each in trace_ids]
        some = [each for each in known if each is not None and each.whole]
        if not some:
            return [one for one, each in zip(trace_ids, known, strict=True) if each is None]
        table, whole = _table(own)
        wholes = np.fromiter((each.whole for each in some), np.int64, len(some))
        sizes = np.fromiter((each.marks.size for each in some), np.intp, len(some))
        starts = np.cumsum(sizes) - sizes
        all_marks = np.concatenate([each.marks for each in some])
        # A message without a word is like none.
        least = np.maximum(ALIKE_FROM * np.minimum(wholes, whole), 1)
        shared = np.add.reduceat(table.take(all_marks), starts, dtype=np.int32)
        may_be = iter((shared >= least).tolist())
        return [
            one
            for one, each in zip(trace_ids, known, strict=True)
            if each is None or (each.whole and next(may_be))
        ]


def _parts(stored: bytes) -> tuple[NDArray[np.uint16], bytes]:
    """Return the lower halves of marks, and their weights."""
    count = max(0, len(stored) - 2) // 5
    marks = np.frombuffer(stored, "<u4", count, 2) if count else np.empty(0, "<u4")
    return marks.astype(np.uint16), weights_in(stored)[:count]


def _of(stored: bytes) -> _Known:
    marks, weights = _parts(stored)
    return _Known(marks, sum(weights))


def _table(stored: bytes) -> tuple[NDArray[Any], int]:
    """Return what each lower half weighs in a message, and what all weigh."""
    marks, weights = _parts(stored)
    each = np.frombuffer(weights, np.uint8)
    table = np.zeros(_HALF, np.int32)
    lightest_first = np.argsort(each)  # of two with one half the heavier one stands
    table[marks[lightest_first]] = each[lightest_first]
    return table, sum(weights)
