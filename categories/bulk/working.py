"""What a worker does with files of owners: read them, apply them, set them back, forget them."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk.files import apply_next, forget_old, read, undo_next
from categories.bulk.models import UNFINISHED, ImportState, OwnerImport
from foundation.db import EVERY_AUTHORITY, Database, narrow
from foundation.files import FileStore

log = logging.getLogger(__name__)

GONE = "The file is not there any more. Upload it again."


def owner_files(files: Path) -> FileStore:
    """Return where files of owners wait to be read: beside the attachments, never among them."""
    return FileStore(files / "owners")


def work(
    database: Database,
    store: FileStore,
    *,
    now: Callable[[], datetime],
    stopping: Callable[[], bool],
) -> int:
    """Do what waits, a piece in each transaction, oldest file first; return how many pieces.

    ``store`` holds the files put up. May be killed at any moment and run by several workers: a
    file is locked while a piece of it is done, and what is done its rows say.
    """
    pieces = 0
    while not stopping() and _do_next(database, store):
        pieces += 1
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        forget_old(session, at=now())
    return pieces


def _do_next(database: Database, store: FileStore) -> bool:
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        imported = session.scalars(
            sa.select(OwnerImport)
            .where(OwnerImport.state.in_(UNFINISHED))
            .order_by(OwnerImport.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if imported is None:
            return False
        narrow(session, imported.authority_id)
        was_read = imported.state is ImportState.RECEIVED
        _piece(session, imported, store)
        log.info("owners", extra={"import_id": imported.id, "state": imported.state.value})
        keep = not was_read or _is_wanted(session, imported.sha256)
    if not keep:
        store.path(imported.sha256).unlink(missing_ok=True)  # its rows say everything now
    return True


def _piece(session: Session, imported: OwnerImport, store: FileStore) -> None:
    if imported.state is ImportState.APPLYING:
        apply_next(session, imported)
    elif imported.state is ImportState.UNDOING:
        undo_next(session, imported)
    elif store.path(imported.sha256).exists():
        read(session, imported, store.path(imported.sha256))
    else:
        imported.move_to(ImportState.BROKEN)
        imported.why = GONE


def _is_wanted(session: Session, sha256: str) -> bool:
    """Tell whether the same content was put up again and waits to be read."""
    return (
        session.scalar(
            sa.select(OwnerImport.id)
            .where(OwnerImport.sha256 == sha256, OwnerImport.state == ImportState.RECEIVED)
            .order_by(OwnerImport.id)
            .limit(1)
        )
        is not None
    )
