"""What the index learns of notices: read from the database, a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from foundation.markdown import to_plain
from notifications.models import Delivery, Notice, NoticeAttachment
from notifications.models_documents import Document as StoredFile
from notifications.models_documents import DocumentState

BATCH: Final = 100
MOST_LETTERS: Final = 200_000
"""Of the words of one file: about eighty pages. The same of all files of one notice."""


@dataclass(frozen=True)
class Document:
    """What the index learns of a notice."""

    notice_id: int
    authority_id: int
    title: str
    facts: tuple[str, ...]
    """Number, sender, headings of categories, names of files."""
    body: str
    files: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return everything but the title; no phrase runs from one into the next."""
        return (*self.facts, self.body, *self.files)


def documents(session: Session, condition: sa.ColumnElement[bool]) -> list[Document]:
    """Return up to ``BATCH`` notices that meet a condition, by id: four statements.

    What nobody may keep any longer is not among them.
    """
    notices = session.execute(
        sa.select(
            Notice.id,
            Notice.authority_id,
            Notice.title,
            Notice.body,
            Notice.sender,
            Notice.reference,
        )
        .where(condition, Notice.expunged_at.is_(None))
        .order_by(Notice.id)
        .limit(BATCH)
    ).all()
    ids = [notice.id for notice in notices]
    headings, names, files = _headings(session, ids), _names(session, ids), _files(session, ids)
    return [
        Document(
            notice_id=notice.id,
            authority_id=notice.authority_id,
            title=notice.title,
            facts=(
                notice.reference,
                notice.sender,
                *headings.get(notice.id, ()),
                *names.get(notice.id, ()),
            ),
            body=to_plain(notice.body),
            files=_bounded(files.get(notice.id, ())),
        )
        for notice in notices
    ]


def standing_files() -> sa.ColumnElement[bool]:
    """Return the condition on ``notice_attachment`` for files that are there to be read."""
    return sa.and_(NoticeAttachment.withdrawn_at.is_(None), NoticeAttachment.replaced_at.is_(None))


def file_texts(ids: Sequence[int], *, letters: int) -> sa.Select[tuple[int, str, str, int]]:
    """Select ``notice_id, name, text, id`` of the files of notices, by notice and id."""
    return (
        sa.select(
            NoticeAttachment.notice_id,
            NoticeAttachment.name,
            sa.func.substr(StoredFile.text, 1, letters).label("text"),
            NoticeAttachment.id,
        )
        .join(
            StoredFile,
            sa.and_(
                StoredFile.authority_id == NoticeAttachment.authority_id,
                StoredFile.sha256 == NoticeAttachment.sha256,
            ),
        )
        .join(Notice, Notice.id == NoticeAttachment.notice_id)
        .where(
            NoticeAttachment.notice_id.in_(ids),
            standing_files(),
            # with a notice that was withdrawn or emptied nobody may open them any more
            Notice.withdrawn_at.is_(None),
            Notice.expunged_at.is_(None),
            StoredFile.state == DocumentState.READ,
            StoredFile.text != "",
        )
        .order_by(NoticeAttachment.notice_id, NoticeAttachment.id)
    )


def _headings(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    return _grouped(
        session,
        sa.select(Delivery.notice_id, Category.heading)
        .join(Category, Category.id == Delivery.category_id)
        .where(Delivery.notice_id.in_(ids))
        .distinct()
        .order_by(Delivery.notice_id, Category.heading),
    )


def _names(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    return _grouped(
        session,
        sa.select(NoticeAttachment.notice_id, NoticeAttachment.name)
        .where(NoticeAttachment.notice_id.in_(ids), standing_files())
        .order_by(NoticeAttachment.notice_id, NoticeAttachment.id),
    )


def _files(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in session.execute(file_texts(ids, letters=MOST_LETTERS)):
        found.setdefault(row.notice_id, []).append(row.text)
    return found


def _bounded(texts: Sequence[str]) -> tuple[str, ...]:
    kept, room = [], MOST_LETTERS
    for text in texts:
        if room <= 0:
            break
        kept.append(text[:room])
        room -= len(text)
    return tuple(kept)


def _grouped(session: Session, query: sa.Select[tuple[int, str]]) -> dict[int, list[str]]:
    words: dict[int, list[str]] = {}
    for notice_id, word in session.execute(query):
        words.setdefault(notice_id, []).append(word)
    return words
