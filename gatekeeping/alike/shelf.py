"""The codes that a process holds in memory, brought up to date before each question.

A worker reads everything of an authority once, packed in blocks, and from then on what is new. Ids
may be committed out of order, and on SQLite the id of a row that was rolled back is given out
again. So the newest ids are read anew each time, with the mark of each row: what is gone or other
is let go. What slips through that is in a block sooner or later, which is taken in as a whole.
"""

import gc
from collections import OrderedDict, deque
from collections.abc import Sequence
from functools import cache
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool as Connections

from gatekeeping.alike.codes import Question
from gatekeeping.alike.packed import Coded
from gatekeeping.alike.scanning import Codes, Pool
from gatekeeping.models import MeaningBlock, StoredMeaning

UNSETTLED = 300.0
"""Seconds for which an id that was seen may still be followed by a lower one."""
MOST_UNSETTLED = 1_000
"""So many of the newest ids are read anew at most: many come at once only from imports."""
NOTED_EVERY = 5.0
PRIME = 1_000_003
BLOCKS_EVERY = 60.0
FEW = 200
MOST_AUTHORITIES = 8
MOST_BYTES = 150_000_000


class Shelf:
    """The codes of one authority."""

    def __init__(self) -> None:
        """Begin with none."""
        self.codes = Codes()
        self._lock = Lock()
        self._last_block = 0
        self._blocks_read = 0.0
        self._settled = 0
        self._recent: dict[int, int] = {}
        self._highest: deque[tuple[float, int]] = deque()

    def likest(
        self,
        session: Session,
        authority_id: int,
        question: Question,
        pools: Sequence[Pool],
        *,
        besides: int | None = None,
    ) -> dict[int, float]:
        """Read what is new, then return the likest versions as `Codes.likest` does."""
        with self._lock:
            self._refresh(session, authority_id)
            return self.codes.likest(question, pools, besides=besides)

    def _refresh(self, session: Session, authority_id: int) -> None:
        now = monotonic()
        is_first = not self._blocks_read
        if is_first or now - self._blocks_read > BLOCKS_EVERY:
            self._read_blocks(session, authority_id)
            self._blocks_read = now
        if is_first or self._is_other(session, authority_id):
            self._read_new(session, authority_id)
        if is_first:
            self.codes.newest_only()
            _leave_out_of_collecting()
        self._settle(now)

    def _is_other(self, session: Session, authority_id: int) -> bool:
        """Tell by one row whether the newest ids and marks are other than those that are known."""
        count, total = session.execute(
            sa.select(sa.func.count(), sa.func.sum(StoredMeaning.mark % PRIME)).where(
                StoredMeaning.authority_id == authority_id, StoredMeaning.id > self._settled
            )
        ).one()
        known = sum(mark % PRIME for mark in self._recent.values())
        return (count, int(total or 0)) != (len(self._recent), known)

    def _read_new(self, session: Session, authority_id: int) -> None:
        found = dict(
            session.execute(
                sa.select(StoredMeaning.id, StoredMeaning.mark)
                .where(StoredMeaning.authority_id == authority_id, StoredMeaning.id > self._settled)
                .order_by(StoredMeaning.id)
            )
            .tuples()
            .all()
        )
        self.codes.remove([one for one, mark in self._recent.items() if found.get(one) != mark])
        new = [one for one, mark in found.items() if self._recent.get(one) != mark]
        if new:
            self.codes.add(_coded(session, authority_id, new))
        self._recent = found

    def _read_blocks(self, session: Session, authority_id: int) -> None:
        blocks = session.scalars(
            sa.select(MeaningBlock.data)
            .where(
                MeaningBlock.authority_id == authority_id,
                MeaningBlock.last_id > self._last_block,
            )
            .order_by(MeaningBlock.last_id)
        )
        last = self.codes.adopt(blocks)
        if last:
            self._last_block = last
            self._settled = max(self._settled, last)
            self._recent = {one: mark for one, mark in self._recent.items() if one > last}

    def _settle(self, now: float) -> None:
        """Stop reading anew what was there minutes ago, and all but the newest thousand."""
        newest = max(self._recent, default=self._settled)
        if not self._highest or now - self._highest[-1][0] > NOTED_EVERY:
            self._highest.append((now, newest))
        while self._highest and now - self._highest[0][0] > UNSETTLED:
            self._settled = max(self._settled, self._highest.popleft()[1])
        surplus = len(self._recent) - MOST_UNSETTLED
        if surplus > 0:
            self._settled = max(self._settled, sorted(self._recent)[surplus - 1])
        if self._settled >= min(self._recent, default=newest + 1):
            settled = self._settled
            self._recent = {one: mark for one, mark in self._recent.items() if one > settled}


def _coded(session: Session, authority_id: int, ids: Sequence[int]) -> list[Coded]:
    """Read codes by their ids, which are in order: one by one when few, else as a stretch."""
    chosen = (
        StoredMeaning.id.in_(ids) if len(ids) <= FEW else StoredMeaning.id.between(ids[0], ids[-1])
    )
    rows = session.execute(
        sa.select(
            StoredMeaning.id,
            StoredMeaning.version_id,
            StoredMeaning.submission_id,
            StoredMeaning.day,
            StoredMeaning.code,
        )
        .where(StoredMeaning.authority_id == authority_id, chosen)
        .order_by(StoredMeaning.id)
    )
    wanted = set(ids)
    return [Coded._make(row) for row in rows if row.id in wanted]


@cache
def _leave_out_of_collecting() -> None:
    """Let the garbage collector pass over what stays anyway, once in a process.

    Going through the thesaurus and everything else that is loaded took 75 ms of one question in
    twenty.
    """
    gc.collect()
    gc.freeze()


_shelves: WeakKeyDictionary[Connections, OrderedDict[int, Shelf]] = WeakKeyDictionary()
_all = Lock()


def shelf_of(session: Session, authority_id: int) -> Shelf:
    """Return this process's shelf for an authority; those not asked for longest make room."""
    engine = session.get_bind().engine
    with _all:
        shelves = _shelves.setdefault(engine.pool, OrderedDict())
        shelf = shelves.setdefault(authority_id, Shelf())
        shelves.move_to_end(authority_id)
        while len(shelves) > 1 and (
            len(shelves) > MOST_AUTHORITIES
            or sum(one.codes.memory for one in shelves.values()) > MOST_BYTES
        ):
            shelves.popitem(last=False)
        return shelf
