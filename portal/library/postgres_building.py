"""Keeping the search entries on PostgreSQL up to date.

Whoever writes entries holds one lock until the commit, so that of two workers the later one has
read the later text. A row of the work list goes in the transaction that writes the entry.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.bulk import refresh_statistics
from foundation.db import EVERY_AUTHORITY, Database
from foundation.progress import Progress, silent
from notifications.models import Notice
from portal.library.documents import BATCH, Document, documents
from portal.library.engine import Stopping
from portal.library.models import IndexChange, SearchEntry
from portal.library.words import FORMAT, authority_word, lexemes
from portal.library.work_list import newest, settle, waiting

LOCK: Final = 6_000_016
"""Of PostgreSQL's advisory locks: who holds it writes search entries."""
SECONDS: Final = 20.0
"""After so long a worker turns to other work and comes back."""
LOOK: Final = 600.0
"""How often, in seconds, a process compares the index with the notices."""

_entry = cast(sa.Table, SearchEntry.__table__)
_looked: dict[str, float] = {}


def work(database: Database, *, stopping: Stopping) -> int:
    """Settle what waits, for ``SECONDS`` at most; return how many rows that was."""
    settled, end = 0, monotonic() + SECONDS
    if _is_time_to_look(database):
        _note_missing(database)
    while not stopping() and monotonic() < end:
        count = _settle_some(database)
        settled += count
        if count < BATCH:
            break
    if settled > BATCH:
        _tidy(database)
    return settled


def rebuild(database: Database, progress: Progress = silent) -> int:
    """Write the entry of every notice anew, in place; return how many there are."""
    last, count, noted = 0, 0, newest(database)
    while True:
        with database.transaction(authority=EVERY_AUTHORITY) as session:
            _hold(session)
            batch = documents(session, Notice.id > last)
            _write(session, batch)
        if not batch:
            break
        last, count = batch[-1].notice_id, count + len(batch)
        progress(len(batch))
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        _hold(session)
        gone = sa.select(Notice.id).where(Notice.expunged_at.is_not(None))
        session.execute(sa.delete(_entry).where(_entry.c.notice_id.in_(gone)))
        refresh_statistics(session, SearchEntry)
    settle(database, IndexChange.id <= noted)  # every one of them was read after that
    _tidy(database)
    return count


def _settle_some(database: Database) -> int:
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        _hold(session)
        rows = waiting(session)
        if not rows:
            return 0
        wanted = {row.notice_id for row in rows}
        batch = documents(session, Notice.id.in_(wanted))
        _write(session, batch)
        if gone := wanted - {document.notice_id for document in batch}:
            session.execute(sa.delete(_entry).where(_entry.c.notice_id.in_(gone)))
        session.execute(
            sa.delete(IndexChange)
            .where(IndexChange.id.in_([row.id for row in rows]))
            .execution_options(synchronize_session=False)
        )
        return len(rows)


def _hold(session: Session) -> None:
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def _write(session: Session, batch: Sequence[Document]) -> None:
    if not batch:
        return
    written = insert(_entry)
    new = {name: written.excluded[name] for name in ("format", "title", "words")}
    session.execute(
        written.on_conflict_do_update(index_elements=["notice_id"], set_=new),
        [entry_of(document) for document in batch],
    )


def entry_of(document: Document) -> dict[str, object]:
    """Return a notice's row of ``search_entry``."""
    weighted = [
        ("A", document.title),
        *(("B", fact) for fact in document.facts),
        ("C", document.body),
        *(("D", text) for text in document.files),
    ]
    return {
        "notice_id": document.notice_id,
        "format": FORMAT,
        "title": lexemes([("A", document.title)]),
        "words": lexemes(weighted, authority_word(document.authority_id)),
    }


def _is_time_to_look(database: Database) -> bool:
    place = str(database.engine.url)
    if monotonic() < _looked.get(place, 0.0):
        return False
    _looked[place] = monotonic() + LOOK
    return True


def _note_missing(database: Database) -> None:
    """Put on the work list what the index lacks or holds in another format: it mends itself."""
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        _hold(session)
        if session.scalar(sa.select(IndexChange.id).limit(1)) is not None:
            return
        lacking = (
            sa.select(Notice.authority_id, Notice.id)
            .outerjoin(_entry, sa.and_(_entry.c.notice_id == Notice.id, _entry.c.format == FORMAT))
            .where(Notice.expunged_at.is_(None), _entry.c.notice_id.is_(None))
            .order_by(Notice.id.desc())  # what is newest is missed most
        )
        session.execute(
            sa.insert(IndexChange.__table__).from_select(  # type: ignore[arg-type]
                ["authority_id", "notice_id"], lacking
            )
        )


def _tidy(database: Database) -> None:
    # New entries stand in a list beside the index until it is tidied; a long one slows searches.
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(sa.select(sa.func.gin_clean_pending_list("ix_search_entry_words")))
