"""Keeping the search index up to date with what was sent.

A change is a row of ``index_change``, written by the handler of ``NoticeSent``; workers drain the
rows. One worker writes at a time, the others leave the work to it. A row is deleted only once the
index has it, so a worker killed at any moment leaves something that another finishes.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.events import SchoolSucceeded
from foundation.db import EVERY_AUTHORITY, Database, wake
from foundation.errors import Refusal
from foundation.markdown import to_plain
from foundation.progress import Progress, silent
from foundation.settings import Settings
from notifications.events import NoticeSent
from notifications.models import Delivery, DeliveryMove, Notice, NoticeAttachment
from portal.library.models import IndexChange
from portal.library.search import Document, IndexAwayError, SearchIndex

BATCH = 100
MANY = 50
"""A notice that went to more schools than this is not filed under each of them: the database
sorts out who may see it, and the index stays small."""
MOST_MOVED = 100_000
PATIENCE = 10.0
"""Seconds that a worker waits for the one that writes: its row may come too late for that one."""


class BeingRebuiltError(Refusal):
    """Somebody else writes the index just now."""

    sentence = "The search index is being written by another process. Try again in a minute."


def note_change(session: Session, event: NoticeSent, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """Put a notice on the index's work list (the handler of ``NoticeSent``)."""
    session.add(IndexChange(authority_id=event.authority_id, notice_id=event.notice_id))
    wake(session, "index")


def note_succeeded(session: Session, event: SchoolSucceeded, at: datetime) -> None:  # noqa: ARG001 - as above
    """Put what a successor took over on the work list: it is filed under that school now."""
    moved = (
        sa.select(Delivery.notice_id)
        .join(DeliveryMove, DeliveryMove.delivery_id == Delivery.id)
        .where(
            Delivery.authority_id == event.authority_id,
            Delivery.school_id == event.successor_id,
            DeliveryMove.from_school_id == event.gone_id,
        )
        .distinct()
        .order_by(Delivery.notice_id)
        .limit(MOST_MOVED)
    )
    for notice_id in session.scalars(moved).all():
        session.add(IndexChange(authority_id=event.authority_id, notice_id=notice_id))
    wake(session, "index")


def index_waiting(database: Database, settings: Settings, *, at: datetime) -> int:  # noqa: ARG001 - every drain is called alike
    """Bring the index up to date; return how many rows of the work list that settled.

    A missing or broken index is built anew. May run in several workers, and twice.
    """
    index = SearchIndex(settings.index)
    if index.is_ready and not _take(database):
        return 0
    with index.held(wait=PATIENCE) as held:
        if not held:
            return 0  # the scheduler will call again
        return _drain(database, index)


def rebuild(database: Database, settings: Settings, progress: Progress = silent) -> int:
    """Build the index of every notice anew, swap it in, and return how many notices it holds.

    ``progress`` is told each notice. Raises BeingRebuiltError when another process writes.
    """
    index = SearchIndex(settings.index)
    with index.held(wait=PATIENCE) as held:
        if not held:
            raise BeingRebuiltError
        count = _replace(database, index, progress)
        _drain(database, index)
        return count


def count_notices(database: Database) -> int:
    """Return how many notices a rebuild will read."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Notice)) or 0


def _drain(database: Database, index: SearchIndex) -> int:
    settled = 0
    if not index.is_ready:
        settled += len(_take(database))
        _replace(database, index, silent)
    while rows := _take(database):
        try:
            with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
                notice_ids = {row.notice_id for row in rows}
                index.update(_documents(session, Notice.id.in_(notice_ids)))
        except IndexAwayError:
            _replace(database, index, silent)
        _settle(database, IndexChange.id.in_([row.id for row in rows]))
        settled += len(rows)
    return settled


def _replace(database: Database, index: SearchIndex, progress: Progress) -> int:
    # Rows that stand here already are about notices that the rebuild will read.
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        newest = session.scalar(sa.select(sa.func.max(IndexChange.id)))
    count = index.replace(_everything(database, progress))
    if newest is not None:
        _settle(database, IndexChange.id <= newest)
    return count


def _everything(database: Database, progress: Progress) -> Iterator[Document]:
    last = 0
    while True:
        # A short session for each batch: none stays open while Whoosh writes.
        with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            batch = list(_documents(session, Notice.id > last))
        if not batch:
            return
        last = batch[-1].notice_id
        for document in batch:
            yield document
            progress(1)


def _take(database: Database) -> Sequence[sa.Row[tuple[int, int]]]:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.execute(
            sa.select(IndexChange.id, IndexChange.notice_id).order_by(IndexChange.id).limit(BATCH)
        ).all()


def _settle(database: Database, condition: sa.ColumnElement[bool]) -> None:
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(
            sa.delete(IndexChange).where(condition).execution_options(synchronize_session=False)
        )


def _documents(session: Session, condition: sa.ColumnElement[bool]) -> Iterator[Document]:
    """Return up to ``BATCH`` notices as the index wants them: four statements."""
    notices = session.execute(
        sa.select(
            Notice.id,
            Notice.authority_id,
            Notice.title,
            Notice.body,
            Notice.sender,
            Notice.reference,
        )
        .where(condition)
        .order_by(Notice.id)
        .limit(BATCH)
    ).all()
    ids = [notice.id for notice in notices]
    schools = _schools(session, ids)
    headings = _words(
        session,
        sa.select(Delivery.notice_id, Category.heading)
        .join(Category, Category.id == Delivery.category_id)
        .where(Delivery.notice_id.in_(ids))
        .distinct(),
    )
    names = _words(
        session,
        sa.select(NoticeAttachment.notice_id, NoticeAttachment.name).where(
            NoticeAttachment.notice_id.in_(ids)
        ),
    )
    for notice in notices:
        yield Document(
            notice_id=notice.id,
            authority_id=notice.authority_id,
            title=notice.title,
            texts=(
                to_plain(notice.body),
                notice.reference,
                notice.sender,
                *headings.get(notice.id, ()),
                # "form_2026.pdf" is found by its words too
                *(name.replace("_", " ").replace(".", " ") for name in names.get(notice.id, ())),
                *names.get(notice.id, ()),
            ),
            schools=schools.get(notice.id, frozenset()),
        )


def _schools(session: Session, ids: Sequence[int]) -> dict[int, frozenset[int] | None]:
    counted = session.execute(
        sa.select(
            Delivery.notice_id, sa.func.count(sa.distinct(Delivery.school_id)).label("schools")
        )
        .where(Delivery.notice_id.in_(ids))
        .group_by(Delivery.notice_id)
    ).all()
    found: dict[int, frozenset[int] | None] = {row.notice_id: None for row in counted}
    few = [row.notice_id for row in counted if row.schools <= MANY]
    listed: dict[int, set[int]] = {}
    for notice_id, school_id in session.execute(
        sa.select(Delivery.notice_id, Delivery.school_id)
        .where(Delivery.notice_id.in_(few))
        .distinct()
    ):
        listed.setdefault(notice_id, set()).add(school_id)
    found.update({notice_id: frozenset(schools) for notice_id, schools in listed.items()})
    return found


def _words(session: Session, query: sa.Select[tuple[int, str]]) -> dict[int, list[str]]:
    words: dict[int, list[str]] = {}
    for notice_id, word in session.execute(query):
        words.setdefault(notice_id, []).append(word)
    return words
