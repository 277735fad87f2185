"""Keeping the index in files up to date, and making it anew beside the one in use.

One process writes at a time; the others leave the work to it, because it looks once more for work
after it let go. A new generation grows by pieces, each safe on the disk, so that a worker killed at
any moment loses one piece at most; between the pieces what was just sent goes into the index that
is in use.
"""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from sqlalchemy.orm import Session

from foundation.db import EVERY_AUTHORITY, Database
from foundation.progress import Progress, silent
from notifications.models import Notice
from portal.library import work_list
from portal.library.documents import Document, documents
from portal.library.engine import Condition, IndexAwayError, Match, Scope, Stopping, Worked
from portal.library.models import IndexChange
from portal.library.whoosh_engine import WhooshIndex
from portal.library.words import Asked
from portal.library.work_list import BeingRebuiltError

log = logging.getLogger(__name__)

PIECE: Final = 1000
"""Notices that go to the disk at once."""
SECONDS: Final = 20.0
"""After so long a worker turns to other work and comes back."""
PATIENCE: Final = 30.0
PAUSE: Final = 0.1
NO_ROOM: Final = "There is no room on the disk to write the search index: the old one still serves."


class WhooshEngine:
    """Searches files; see ``Engine`` for what each function promises."""

    def __init__(self, root: Path) -> None:
        """Keep the index under ``root``."""
        self._root = root
        self._index = WhooshIndex(root)
        self._is_away = False
        """``condition`` found none: opening a broken one takes a second, and once is enough."""

    def find(
        self,
        session: Session,
        asked: Asked,
        scope: Scope,
        *,
        authority_id: int,  # noqa: ARG002 - the scope says it
        most: int,
    ) -> list[Match]:
        """Ask the index about those notices that the scope selects."""
        if asked.is_empty:
            return []
        if self._is_away:
            raise IndexAwayError
        return self._index.find(asked, session.scalars(scope).all(), most=most)

    def condition(self, session: Session) -> Condition:
        """Return how far a first index is, and what went wrong."""
        trouble = self._trouble()
        if self._index.is_ready:
            return Condition(trouble=trouble)
        self._is_away = True
        try:
            held, _ = self._index.built()
        except IndexAwayError:
            held = 0
        total = max(work_list.count_notices(session), 1)
        return Condition(percent=min(99, 100 * held // total), trouble=trouble)

    def suspect(self) -> None:
        """Have an index built anew that failed to answer."""
        self._index.suspect()

    def work(self, database: Database, *, stopping: Stopping) -> Worked:
        """Settle what waits, and make a piece of the index when it is missing."""
        settled, end = 0, monotonic() + SECONDS

        def enough() -> bool:
            return stopping() or monotonic() >= end

        while self._has_work(database) and not enough():
            with self._index.held() as held:
                if not held:
                    return Worked(settled)  # who holds it looks again after letting go
                count = self._guarded(database, enough)
            if count is None:
                return Worked(settled)
            settled += count
        return Worked(settled, comes_back=self._has_work(database))

    def renew(self) -> None:
        """Begin a new generation, unless a process writes one just now."""
        with self._index.held() as held:
            if held:
                self._index.begin()

    def rebuild(self, database: Database, progress: Progress = silent) -> int:
        """Make a new generation and swap it in; goes on with one that was begun."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        end = monotonic() + PATIENCE
        while True:
            with self._index.held() as held:
                if held:
                    return self._whole(database, progress)
            if monotonic() >= end:
                raise BeingRebuiltError
            sleep(PAUSE)

    def _has_work(self, database: Database) -> bool:
        if self._index.is_building or not self._index.is_ready:
            return True
        return work_list.any_waiting(database)

    def _guarded(self, database: Database, enough: Callable[[], bool]) -> int | None:
        """Do some work; None when the disk is full."""
        try:
            settled = self._settle(database)
            if self._index.is_building or not self._index.is_ready:
                self._build(database, enough, silent)
        except IndexAwayError:
            self._index.give_up()  # what was being made broke: the next round begins again
            return 0
        except OSError:
            log.exception("the search index could not be written")
            self._note_trouble(NO_ROOM)
            return None
        self._note_trouble("")
        return settled

    def _whole(self, database: Database, progress: Progress) -> int:
        try:
            progress(self._index.built()[0])  # goes on where another stopped
        except IndexAwayError:
            self._index.begin()
        self._build(database, lambda: False, progress)
        self._note_trouble("")
        with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            return work_list.count_notices(session)

    # What waits

    def _settle(self, database: Database) -> int:
        """Bring both generations up to date with the work list, and empty it."""
        settled = 0
        if not self._index.is_building and not self._index.is_ready:
            self._index.begin()
        while True:
            rows, fresh, gone = self._waiting(database)
            if not rows:
                return settled
            self._into_current(fresh, gone)
            if self._index.is_building:
                _, last = self._index.built()
                self._index.follow([one for one in fresh if one.notice_id <= last], gone=gone)
            work_list.settle(database, IndexChange.id.in_(rows))
            settled += len(rows)

    def _waiting(self, database: Database) -> tuple[list[int], list[Document], set[int]]:
        with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            rows = work_list.waiting(session)
            wanted = {row.notice_id for row in rows}
            fresh = documents(session, Notice.id.in_(wanted)) if wanted else []
        return [row.id for row in rows], fresh, wanted - {one.notice_id for one in fresh}

    def _into_current(self, fresh: list[Document], gone: set[int]) -> None:
        try:
            if self._index.is_ready:
                self._index.update(fresh, gone=gone)
        except IndexAwayError:  # it broke: a new one takes its place
            if not self._index.is_building:
                self._index.begin()

    # A new generation

    def _build(self, database: Database, enough: Callable[[], bool], progress: Progress) -> None:
        try:
            _, last = self._index.built()
        except IndexAwayError:
            self._index.begin()
            last = 0
        seen: set[int] = set()
        while not enough():
            added: list[int] = []
            self._index.add(self._piece(database, last, added, seen, progress))
            self._settle(database)  # what changed since goes into both
            if not added:
                self._index.swap()
                return
            last = added[-1]

    def _piece(
        self,
        database: Database,
        last: int,
        added: list[int],
        seen: set[int],
        progress: Progress,
    ) -> Iterator[Document]:
        """Give the next notices, and between two batches let the present index follow."""
        while len(added) < PIECE:
            # A short session for each batch: none stays open while Whoosh writes.
            with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
                batch = documents(session, Notice.id > last)
            if not batch:
                return
            for document in batch:
                yield document
                added.append(document.notice_id)
            last = added[-1]
            progress(len(batch))
            self._show_at_once(database, seen)

    def _show_at_once(self, database: Database, seen: set[int]) -> None:
        """Put what waits into the index in use; it stays on the list until both have it."""
        if self._index.is_ready:
            rows, fresh, gone = self._waiting(database)
            if set(rows) - seen:
                self._into_current(fresh, gone)
                seen.update(rows)

    # What went wrong

    def _trouble(self) -> str:
        try:
            return (self._root / "trouble").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _note_trouble(self, words: str) -> None:
        # Always as long, so that a full disk has room for it.
        if words == self._trouble() and (words or (self._root / "trouble").exists()):
            return
        try:
            place = self._root / "trouble"
            with place.open("r+" if place.exists() else "w", encoding="utf-8") as handle:
                handle.write(words.ljust(200))
        except OSError:
            log.exception("what is wrong with the search index could not be written down")
