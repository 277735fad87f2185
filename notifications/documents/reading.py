"""Reading the files that were sent: their words for search, their dangers for whoever opens them.

A waiting document is a row of a work list. A worker claims it for a while, asks the virus scanner,
judges and reads it in a process of its own, outside any transaction, and only then writes what it
found, where the claim is still its own: a killed worker's file is read by another.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import audit, clock
from foundation.db import Database
from foundation.files import FileStore
from foundation.filewords.apart import MOST_NAMES, SECONDS, Judged, judge
from foundation.filewords.dangers import danger
from foundation.leases import claim_oldest
from foundation.outbox import publish_all
from notifications.documents.scanning import NoVerdictError, Scanner, ScannerAwayError
from notifications.events import Changed, NoticeChanged
from notifications.models import NoticeAttachment
from notifications.models_documents import Document, DocumentState

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
PAUSE: Final = timedelta(minutes=1)
"""How long a file waits when the scanner is away."""
TRIES: Final = 3
MOST: Final = 50
MOST_NOTICES: Final = 2_000
GONE: Final = "The file is not in the store any more."
UNREAD: Final = "It could not be read: that failed several times."


@dataclass(frozen=True)
class _Claim:
    document_id: int
    authority_id: int
    sha256: str
    tries: int


@dataclass(frozen=True)
class _Found:
    """What is written of a document when its turn is over."""

    state: DocumentState
    note: str = ""
    media_type: str = ""
    text: str = ""
    outline: list[Any] = field(default_factory=list)
    pages: int | None = None
    dangers: list[Any] = field(default_factory=list)


def read_waiting(
    database: Database,
    store: FileStore,
    scanner: Scanner | None,
    *,
    now: Callable[[], datetime] = clock.now,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Read up to ``MOST`` files that wait; return how many were settled.

    Without a scanner none is asked. While it is away files wait, which their pages say.
    """
    settled = 0
    for _ in range(MOST):
        claim = None if stopping() else _claim(database, now())
        if claim is None:
            break
        try:
            settled += _settle(database, store, scanner, claim, now)
        except ScannerAwayError as away:
            _wait(database, claim, str(away), now() + PAUSE)
            if not isinstance(away, NoVerdictError):
                break  # the next would wait as long, and for nothing
    return settled


def _claim(database: Database, at: datetime) -> _Claim | None:
    row = claim_oldest(
        database,
        Document,
        Document.state == DocumentState.WAITING,
        *(Document.id, Document.authority_id, Document.sha256, Document.tries),
        at=at,
        lease=LEASE,
    )
    return _Claim(*row) if row is not None else None


def _settle(
    database: Database,
    store: FileStore,
    scanner: Scanner | None,
    claim: _Claim,
    now: Callable[[], datetime],
) -> bool:
    """Look at one file and write what was found; False when this machine could not look.

    Raises ScannerAwayError.
    """
    path = store.path(claim.sha256)
    try:
        if scanner is not None and (virus := scanner.look_at(path)):
            found = _Found(DocumentState.REFUSED, f"The virus scanner found {virus} in it.")
        else:
            found = _read(database, path, claim)
    except FileNotFoundError:
        found = _Found(DocumentState.READ, GONE)
    except OSError:
        # no memory, no process, no place: not the file's fault, so it is tried again
        log.exception("a file could not be looked at", extra={"document_id": claim.document_id})
        return False
    with database.transaction(authority=claim.authority_id) as session:
        if _write(session, claim, found, now()):
            _tell(session, claim, found, now())
    return True


def _read(database: Database, path: Path, claim: _Claim) -> _Found:
    if claim.tries > TRIES:  # whoever read it was stopped each time; perhaps by the file
        return _Found(DocumentState.READ, UNREAD, dangers=[_as_json("unread")])
    with database.session(authority=claim.authority_id, writes=False) as session:
        names = session.scalars(
            sa.select(NoticeAttachment.name)
            .where(
                NoticeAttachment.authority_id == claim.authority_id,
                NoticeAttachment.sha256 == claim.sha256,
            )
            .distinct()
            .order_by(NoticeAttachment.name)
            .limit(MOST_NAMES)
        ).all()
    return _found(judge(path, names, seconds=SECONDS))


def _found(judged: Judged) -> _Found:
    dangers = [{"code": one.code, "words": one.words} for one in judged.dangers]
    if judged.refused:
        return _Found(
            DocumentState.REFUSED, judged.refused, judged.kind.media_type, dangers=dangers
        )
    if not judged.is_whole and judged.kind.name == "unknown":  # not even that could be told
        return _Found(DocumentState.REFUSED, "It stops whatever looks at it.")
    words = judged.words
    return _Found(
        DocumentState.READ,
        words.note,
        judged.kind.media_type,
        words.text,
        [[one.at, one.level, one.words] for one in words.headings],
        words.pages,
        dangers,
    )


def _as_json(code: str) -> dict[str, str]:
    return {"code": code, "words": danger(code).words}


def _write(session: Session, claim: _Claim, found: _Found, at: datetime) -> bool:
    """Write what was found if the claim is still ours: a slow worker undoes nobody's work."""
    done = session.execute(
        sa.update(Document)
        .where(
            Document.authority_id == claim.authority_id,
            Document.id == claim.document_id,
            Document.state == DocumentState.WAITING,
            Document.tries == claim.tries,
        )
        .values(**vars(found), read_at=at, claimed_until=None)
        .returning(Document.id)
        .execution_options(synchronize_session=False)
    ).first()
    return done is not None


def _tell(session: Session, claim: _Claim, found: _Found, at: datetime) -> None:
    """Tell whoever follows: search, what changed between two files, the audit trail."""
    notice_ids = session.scalars(
        sa.select(NoticeAttachment.notice_id)
        .where(
            NoticeAttachment.authority_id == claim.authority_id,
            NoticeAttachment.sha256 == claim.sha256,
        )
        .distinct()
        .order_by(NoticeAttachment.notice_id.desc())
        .limit(MOST_NOTICES)
    ).all()
    kind = Changed.READ.value
    events = [NoticeChanged(claim.authority_id, notice_id, kind) for notice_id in notice_ids]
    publish_all(session, events, at=at)
    if found.state is DocumentState.REFUSED:
        audit.record(
            session,
            authority_id=claim.authority_id,
            action="document.refused",
            subject="document",
            subject_id=claim.document_id,
            by=None,
            at=at,
            detail={"dangers": [one["code"] for one in found.dangers] or ["virus"]},
        )


def _wait(database: Database, claim: _Claim, why: str, until: datetime) -> None:
    """Let a file wait for the scanner; the try does not count, for nobody read it."""
    with database.transaction(authority=claim.authority_id) as session:
        session.execute(
            sa.update(Document)
            .where(
                Document.authority_id == claim.authority_id,
                Document.id == claim.document_id,
                Document.state == DocumentState.WAITING,
                Document.tries == claim.tries,
            )
            .values(note=why, claimed_until=until, tries=claim.tries - 1)
            .execution_options(synchronize_session=False)
        )
