"""Scanning all codes of an authority for those that share most with a question.

What is shared counts the more the rarer it is in the register, and less where another time or other
kinds of schools are asked about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gatekeeping.alike.codes import HEAVIEST, THINGS, Question
from gatekeeping.alike.packed import GONE, Block, Coded, Numbers, Tail

NEAR, FAR = 45, 200
"""Days apart: up to the one it is the same time, beyond the other another."""
_OTHER_TIME = np.array([1.0, 0.675, 0.35], np.float32)
_SENT_APART = np.array([1.0, 0.8, 0.6], np.float32)
"""The same for a question that names no time: when it is sent tells less."""
_OTHER_SCHOOLS = np.float32(0.5)
"""What stays of what is shared, where another time or other kinds of schools are asked about."""


@dataclass(frozen=True)
class Pool:
    """Of the versions from one day to another, how many of the likest are wanted.

    ``whenever`` passes over that another time or other schools are asked about.
    """

    first_day: int
    last_day: int
    most: int
    whenever: bool = False


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
    ) -> dict[int, float]:
        """Return the ids of the versions that share most with the question, and how much.

        That is about 2 where all concepts and words are shared, and 0 where nothing is.
        """
        asked = self._weighed(question)
        if not asked or not len(self):
            return {}
        shared = np.concatenate([part.sums(asked) for part in self._parts()])
        if besides is not None:
            shared[self._all("submissions") == besides] = 0
        there = np.flatnonzero(shared > 0)
        shared, days, versions = shared[there], self._all("days")[there], self._all("versions")
        fitting = shared * self._fits(question, there)
        found: dict[int, float] = {}
        for pool in pools:
            within = np.flatnonzero((days >= pool.first_day) & (days <= pool.last_day))
            best = within[_largest((shared if pool.whenever else fitting)[within], pool.most)]
            found |= zip(versions[there[best]].tolist(), fitting[best].tolist(), strict=True)
        return found

    def _weighed(self, question: Question) -> list[tuple[int, float]]:
        """Weigh things by how rare they are: those of few versions tell most."""
        counts = self._counts + self.tail.counts
        every = max(1, len(self))
        return [
            *_by_rarity(question.concepts, counts, every),
            *_by_rarity(question.words, counts, every),
        ]

    def _fits(self, question: Question, there: Numbers) -> Numbers:
        """Return by how much less those count that are about another time or other schools."""
        apart = np.maximum(self._all("firsts")[there], question.first_day)
        apart -= np.minimum(self._all("lasts")[there], question.last_day)
        by_time = _OTHER_TIME if question.is_timed else _SENT_APART
        fits: Numbers = by_time[(apart > NEAR).astype(np.int8) + (apart > FAR)]
        if question.kinds:
            kinds = self._all("kinds")[there]
            fits[(kinds != 0) & (kinds & question.kinds == 0)] *= _OTHER_SCHOOLS
        return fits

    def _all(self, name: str) -> Numbers:
        return np.concatenate([getattr(part, name)[: len(part)] for part in self._parts()])

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
