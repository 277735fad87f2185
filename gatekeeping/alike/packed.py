"""Codes of many versions in memory, in blocks and a tail: with `scanning` the door to NumPy.

A `Block` is turned round: for each thing the versions that have it. So a question touches only
what it shares with a version. A `Tail` is what came since, as it came.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeping.alike.codes import FORMAT, PLACES, SIZE, THINGS

FULL = 1 << 14
"""Versions in a block."""
GONE = -(1 << 30)
"""The day of what is not there any more: before every day that is asked for."""
_KEYS = (
    ("ids", "<i8"),
    ("versions", "<i8"),
    ("submissions", "<i8"),
    ("days", "<i4"),
    ("firsts", "<i4"),
    ("lasts", "<i4"),
    ("kinds", "<u2"),
)
_BEHIND = (
    ("firsts", "<i4", 3 * PLACES),
    ("lasts", "<i4", 3 * PLACES + 4),
    ("kinds", "<u2", 3 * PLACES + 8),
)
Numbers = NDArray[Any]


class Coded(NamedTuple):
    """A stored meaning, as far as scanning needs it."""

    id: int
    version_id: int
    submission_id: int
    day: int
    code: bytes


class Block:
    """Packed codes, never changed but for versions that are gone. Up to `FULL` of them."""

    def __init__(self, data: bytes) -> None:
        """Read what `packed` wrote; raises ValueError for anything else."""
        kind, size = np.frombuffer(data, "<u4", 2)
        if kind != FORMAT:
            message = f"a block of format {kind} cannot be read"
            raise ValueError(message)
        place = 8
        for name, form in _KEYS:
            setattr(self, name, np.frombuffer(data, form, size, place))
            place += int(size) * np.dtype(form).itemsize
        self.counts: Numbers = np.frombuffer(data, "<u2", THINGS, place).astype(np.int32)
        place += THINGS * 2
        self.starts: Numbers = np.concatenate(([0], np.cumsum(self.counts, dtype=np.int32)))
        total = int(self.starts[-1])
        self.places: Numbers = np.frombuffer(data, "<u2", total, place)
        self.weights: Numbers = np.frombuffer(data, np.uint8, total, place + total * 2)
        self.days: Numbers = self.days.copy()
        self.memory = len(data) + self.starts.nbytes + self.counts.nbytes

    ids: Numbers
    versions: Numbers
    submissions: Numbers
    firsts: Numbers
    lasts: Numbers
    kinds: Numbers

    def __len__(self) -> int:
        return len(self.ids)

    def sums(self, asked: Sequence[tuple[int, float]]) -> Numbers:
        """Return for each version the weight that it shares with these things."""
        slices = [(self.starts[thing], self.starts[thing + 1], weight) for thing, weight in asked]
        slices = [found for found in slices if found[1] > found[0]]
        if not slices:
            return np.zeros(len(self), np.float32)
        places = np.concatenate([self.places[start:end] for start, end, _ in slices])
        weights = np.concatenate(
            [self.weights[start:end] * np.float32(weight) for start, end, weight in slices]
        )
        return np.bincount(places, weights, len(self)).astype(np.float32)


class Tail:
    """Codes that are in no block yet, in the order in which they came."""

    def __init__(self) -> None:
        """Begin with none."""
        self.size = 0
        self._counted: tuple[int, Numbers] = (-1, np.zeros(THINGS, np.int64))
        self._make_room(64)

    ids: Numbers
    versions: Numbers
    submissions: Numbers
    days: Numbers
    firsts: Numbers
    lasts: Numbers
    kinds: Numbers
    things: Numbers
    weights: Numbers

    def __len__(self) -> int:
        return self.size

    @property
    def memory(self) -> int:
        """Return how much memory it takes."""
        return int(self.ids.nbytes * 5 + self.things.nbytes + self.weights.nbytes)

    @property
    def counts(self) -> Numbers:
        """Return how many versions have each thing."""
        if self._counted[0] != self.size:
            found = np.bincount(self.things[: self.size].ravel(), minlength=THINGS)
            self._counted = (self.size, found)
        return self._counted[1]

    def add(self, rows: Sequence[Coded]) -> None:
        """Add stored meanings; a code of another length is passed over."""
        rows = [row for row in rows if len(row.code) == SIZE]
        if self.size + len(rows) > len(self.ids):
            self._make_room(max(2 * len(self.ids), self.size + len(rows)))
        first, last = self.size, self.size + len(rows)
        self.ids[first:last] = [row.id for row in rows]
        self.versions[first:last] = [row.version_id for row in rows]
        self.submissions[first:last] = [row.submission_id for row in rows]
        self.days[first:last] = [row.day for row in rows]
        codes = np.frombuffer(b"".join(row.code for row in rows), np.uint8).reshape(-1, SIZE)
        self.things[first:last] = codes[:, : 2 * PLACES].copy().view("<u2")
        self.weights[first:last] = codes[:, 2 * PLACES : 3 * PLACES]
        for name, form, start in _BEHIND:
            end = start + np.dtype(form).itemsize
            getattr(self, name)[first:last] = codes[:, start:end].copy().view(form).ravel()
        self.size = last

    def keep_after(self, last_id: int) -> None:
        """Forget what stands in blocks by now."""
        kept = np.flatnonzero(self.ids[: self.size] > last_id)
        for name in (*(name for name, _ in _KEYS), "things", "weights"):
            array = getattr(self, name)
            array[: len(kept)] = array[kept]
        self.size = len(kept)

    def sums(self, asked: Sequence[tuple[int, float]]) -> Numbers:
        """Return for each version the weight that it shares with these things."""
        table = np.zeros(THINGS, np.float32)
        for thing, weight in asked:
            table[thing] = weight
        found = np.take(table, self.things[: self.size])
        found *= self.weights[: self.size]
        sums: Numbers = found.sum(axis=1)
        return sums

    def _make_room(self, room: int) -> None:
        for name, form, *shape in (
            *_KEYS,
            ("things", "<u2", PLACES),
            ("weights", "u1", PLACES),
        ):
            grown = np.zeros((room, *shape), form)
            if self.size:
                grown[: self.size] = getattr(self, name)[: self.size]
            setattr(self, name, grown)


def packed(rows: Sequence[Coded]) -> bytes:
    """Return stored meanings, at most `FULL` in the order of their ids, as the data of a block."""
    tail = Tail()
    tail.add(rows)
    size = len(tail)
    things = tail.things[:size].ravel()
    there = np.flatnonzero(things)
    order = there[np.argsort(things[there], kind="stable")]
    counts = np.bincount(things[there], minlength=THINGS).astype("<u2")
    return b"".join(
        [
            np.array([FORMAT, size], "<u4").tobytes(),
            *(getattr(tail, name)[:size].tobytes() for name, _ in _KEYS),
            counts.tobytes(),
            (order // PLACES).astype("<u2").tobytes(),
            tail.weights[:size].ravel()[order].tobytes(),
        ]
    )
