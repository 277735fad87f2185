"""Codes of many versions in memory, and scanning all of them: the only door to NumPy here.

A `Block` is turned round: for each thing the versions that have it. So a question touches only
what it shares with a version. A `Tail` is what came since, as it came.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatekeeping.alike.codes import FORMAT, HEAVIEST, PLACES, SIZE, THINGS, Question

FULL = 1 << 14
"""Versions in a block."""
GONE = -(1 << 30)
"""The day of what is not there any more: before every day that is asked for."""
TEXT = 0.6
"""What the words weigh beside the concepts, in choosing what is read in full."""
_KEYS = (("ids", "<i8"), ("versions", "<i8"), ("submissions", "<i8"), ("days", "<i4"))
Numbers = NDArray[Any]


class Coded(NamedTuple):
    """A stored meaning, as far as scanning needs it."""

    id: int
    version_id: int
    submission_id: int
    day: int
    code: bytes


@dataclass(frozen=True)
class Pool:
    """Of the versions from one day to another, how many of the likest are wanted."""

    first_day: int
    last_day: int
    most: int


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
        self._make_room(64)

    ids: Numbers
    versions: Numbers
    submissions: Numbers
    days: Numbers
    things: Numbers
    weights: Numbers

    def __len__(self) -> int:
        return self.size

    @property
    def memory(self) -> int:
        """Return how much memory it takes."""
        return int(self.ids.nbytes * 4 + self.things.nbytes + self.weights.nbytes)

    @property
    def counts(self) -> Numbers:
        """Return how many versions have each thing."""
        return np.bincount(self.things[: self.size].ravel(), minlength=THINGS)

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
        self.weights[first:last] = codes[:, 2 * PLACES :]
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


class Codes:
    """All codes of one authority: blocks and a tail."""

    def __init__(self) -> None:
        """Begin with none."""
        self.blocks: list[Block] = []
        self.tail = Tail()
        self._counts: Numbers = np.zeros(THINGS, np.int64)

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts())

    @property
    def memory(self) -> int:
        """Return how much memory they take."""
        return self.tail.memory + sum(block.memory for block in self.blocks)

    def adopt(self, data: Iterable[bytes]) -> int:
        """Take blocks in, and forget what they hold from the tail; return the last id in them."""
        last = 0
        for one in data:
            block = Block(one)
            self.blocks.append(block)
            self._counts += block.counts
            last = int(block.ids[-1])
        if last:
            self.tail.keep_after(last)
        return last

    def add(self, rows: Sequence[Coded]) -> None:
        """Take new meanings in; where a version had one, the new one counts."""
        if rows:
            self._drop("versions", [row.version_id for row in rows])
            self.tail.add(rows)

    def remove(self, ids: Sequence[int]) -> None:
        """Let meanings go that were never committed."""
        if ids:
            self._drop("ids", ids)

    def newest_only(self) -> None:
        """Of several meanings of one version keep the newest: once after reading everything."""
        versions = np.concatenate([part.versions[: len(part)] for part in self._parts()])
        _, newest = np.unique(versions[::-1], return_index=True)
        if len(newest) == len(versions):
            return
        older = np.ones(len(versions), bool)
        older[len(versions) - 1 - newest] = False
        start = 0
        for part in self._parts():
            part.days[: len(part)][older[start : start + len(part)]] = GONE
            start += len(part)

    def likest(
        self, question: Question, pools: Sequence[Pool], *, besides: int | None = None
    ) -> list[int]:
        """Return the ids of the versions that share most with the question, pool by pool."""
        concepts, words = self._weighed(question)
        parts = [part for part in self._parts() if len(part)]
        if not parts or not (concepts or words):
            return []
        asked = [*concepts, *((thing, weight * TEXT) for thing, weight in words)]
        shared = np.concatenate([part.sums(asked) for part in parts])
        days = np.concatenate([part.days[: len(part)] for part in parts])
        versions = np.concatenate([part.versions[: len(part)] for part in parts])
        if besides is not None:
            own = np.concatenate([part.submissions[: len(part)] for part in parts]) == besides
            shared[own] = 0
        found: list[int] = []
        for pool in pools:
            there = np.flatnonzero(
                (shared > 0) & (days >= pool.first_day) & (days <= pool.last_day)
            )
            best = there[_largest(shared[there], pool.most)]
            found += versions[best].tolist()
        return list(dict.fromkeys(found))

    def _weighed(
        self, question: Question
    ) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
        """Weigh things by how rare they are: those of few versions tell most."""
        counts = self._counts + self.tail.counts
        every = max(1, len(self))
        concepts, words = (
            _by_rarity(things, counts, every) for things in (question.concepts, question.words)
        )
        return concepts, words

    def _parts(self) -> list[Block | Tail]:
        return [*self.blocks, self.tail]

    def _drop(self, name: str, values: Sequence[int]) -> None:
        for part in self._parts():
            gone = np.isin(getattr(part, name)[: len(part)], values)
            if gone.any():
                part.days[: len(part)][gone] = GONE


def _by_rarity(
    things: Sequence[tuple[int, float]], counts: Numbers, every: int
) -> list[tuple[int, float]]:
    rarity = {thing: float(np.log1p(every / (1 + counts[thing]))) for thing, _ in things}
    whole = sum((weight * rarity[thing]) ** 2 for thing, weight in things) or 1.0
    return [(thing, weight * rarity[thing] ** 2 / whole / HEAVIEST) for thing, weight in things]


def _largest(values: Numbers, most: int) -> Numbers:
    """Return the places of the largest values, the largest first; of equals the newest first."""
    if len(values) > most:
        chosen = np.argpartition(values, len(values) - most)[len(values) - most :]
    else:
        chosen = np.arange(len(values))
    return chosen[np.lexsort((-chosen, -values[chosen]))]
