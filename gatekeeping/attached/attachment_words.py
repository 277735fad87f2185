"""Keeping the words of attached files beside them, so that the checks can read them at once.

A small file is read when it is added. A larger one is read by a worker: its row, whose ``text`` is
still empty, is the work list. Reading one twice does no harm.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.db import EVERY_AUTHORITY, Database
from foundation.files import FileStore
from foundation.filewords.apart import judge
from foundation.filewords.collecting import LARGEST, TOO_LARGE, Words
from foundation.filewords.dangers import Danger
from foundation.filewords.words import words_of
from gatekeeping.asked import Asked, AttachedText
from gatekeeping.models import Attachment

AT_ONCE = 5_000_000
"""Bytes up to which a file is read while its officer waits."""
SECONDS_AT_ONCE = 1.5
SECONDS_TO_JUDGE = 1.0
SECONDS_OF_A_WORKER = 20.0
MOST = 20
PDF = "application/pdf"
GONE = "The file is not in the store any more."


def facts(session: Session, asked: Asked) -> tuple[AttachedText, ...]:
    """Return the words of the document's attachments: one statement, none when it names none.

    A document that belongs to no submission brings its own words in ``asked.attached``.
    """
    if not asked.document.attachments or asked.submission_id is None:
        return asked.attached
    rows = session.execute(
        sa.select(Attachment.name, Attachment.text, Attachment.text_note)
        .where(
            Attachment.authority_id == asked.authority_id,
            Attachment.submission_id == asked.submission_id,
        )
        .order_by(Attachment.id)
    )
    return tuple(AttachedText(row.name, row.text or "", row.text_note) for row in rows)


def read_at_once(store: FileStore, attachment: Attachment) -> tuple[Danger, ...] | None:
    """Read a small file's words into its row; None for a larger one, left to the worker.

    Return what is dangerous about a PDF, which only its reader can tell.
    """
    if attachment.size > AT_ONCE:
        return None
    path = store.path(attachment.sha256)
    dangers: tuple[Danger, ...] = ()
    if attachment.media_type == PDF and path.is_file():
        judged = judge(path, seconds=SECONDS_AT_ONCE + SECONDS_TO_JUDGE)
        words, dangers = judged.words, judged.dangers
    else:
        words = _words(path, SECONDS_AT_ONCE)
    attachment.text, attachment.text_note = words.text, words.note
    return dangers


def read_missing(session: Session, store: FileStore, submission_id: int, authority_id: int) -> int:
    """Read what no worker has read yet of one submission's files, before it is judged.

    Each takes about two seconds at most. Return how many were read.
    """
    waiting = session.scalars(
        sa.select(Attachment)
        .where(
            Attachment.authority_id == authority_id,
            Attachment.submission_id == submission_id,
            Attachment.text.is_(None),
        )
        .order_by(Attachment.id)
    ).all()
    for attachment in waiting:
        words = _words(store.path(attachment.sha256), SECONDS_AT_ONCE)
        attachment.text, attachment.text_note = words.text, words.note
    session.flush()
    return len(waiting)


def read_waiting(database: Database, store: FileStore, *, at: datetime) -> int:  # noqa: ARG001 - drains are called alike
    """Read the words of up to ``MOST`` files that wait; return how many were read.

    Reading happens outside any transaction. A worker that is killed leaves the row as it was.
    """
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        waiting = session.execute(
            sa.select(Attachment.id, Attachment.authority_id, Attachment.sha256)
            .where(Attachment.text.is_(None))
            .order_by(Attachment.id)
            .limit(MOST)
        ).all()
    for row in waiting:
        words = _words(store.path(row.sha256), SECONDS_OF_A_WORKER)
        with database.transaction(authority=row.authority_id) as session:
            session.execute(
                sa.update(Attachment)
                .where(
                    Attachment.authority_id == row.authority_id,
                    Attachment.id == row.id,
                    Attachment.text.is_(None),
                )
                .values(text=words.text, text_note=words.note)
                .execution_options(synchronize_session=False)
            )
    return len(waiting)


def read_beside(place: Path, names: Sequence[str]) -> tuple[AttachedText, ...]:
    """Read the attachments that a document in the file ``place`` names, where they lie beside it.

    Only plain names count, and only files of that very folder; the rest is passed over. Each may
    take 20 seconds: whoever runs a command waits for what it says.
    """
    found = []
    folder = place.resolve().parent
    for name in dict.fromkeys(names):
        if Path(name).name != name or name in ("", ".", ".."):
            continue
        path = (folder / name).resolve()
        if path.parent == folder and path.is_file():
            words = _words(path, SECONDS_OF_A_WORKER)
            found.append(AttachedText(name, words.text, words.note))
    return tuple(found)


def _words(path: Path, seconds: float) -> Words:
    try:
        if path.stat().st_size > LARGEST:
            return Words("", TOO_LARGE)
        return words_of(path.read_bytes(), seconds=seconds)
    except OSError:
        return Words("", GONE)
