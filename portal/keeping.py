"""The daily deletion of what nobody may keep longer: rows first, files once nothing needs them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.authorities import authority_ids
from directory.models_updates import SchoolsUpdate
from foundation.db import EVERY_AUTHORITY, Database
from foundation.files import FileStore
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.cases import emptying
from gatekeeping.mailgate.rule import tracing
from gatekeeping.models import Attachment, Decision
from notifications.documents.keeping import BATCH, expunge_some
from notifications.models import Notice, NoticeAttachment
from notifications.models_documents import DoomedFile
from notifications.models_reading import Printout

SLICE: Final = timedelta(seconds=30)  # so that a worker looks after other work, too
MOST_FILES: Final = 500
SPARE_DAYS: Final = 1
"""So much longer than the rolling days a trace stays, for a clock that is put back."""
REFERRING: Final = (
    Attachment.sha256,
    Decision.letter_sha256,
    Printout.sha256,
    SchoolsUpdate.sha256,
    SchoolsUpdate.links_sha256,
)
"""Every column that names a content of the store, beside those of notices that are kept.

(Files of owners lie in a store of their own.)
"""


def keep(
    database: Database,
    store: FileStore,
    *,
    now: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Empty what is over its time in every authority, then delete files; return how many notices.

    A batch is a transaction. A worker that is killed leaves the rest to the next time.
    """
    end = now() + SLICE
    emptied = 0
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authorities = authority_ids(session)
    for authority_id in authorities:
        found = BATCH
        while found == BATCH and now() < end and not stopping():
            with database.transaction(authority=authority_id) as session:
                found = expunge_some(session, authority_id, at=now())
            emptied += found
        for forget in FORGETTING:
            while forget(database, authority_id, now()) and now() < end and not stopping():
                pass
    delete_files(database, store)
    return emptied


def _empty_held_mail(database: Database, authority_id: int, at: datetime) -> bool:
    """Delete what held mail said; tell whether there may be more."""
    with database.transaction(authority=authority_id) as session:
        return emptying.empty_some(session, authority_id, at=at) == emptying.BATCH


def _forget_traces(database: Database, authority_id: int, at: datetime) -> bool:
    """Delete the traces of mail that no rolling day needs; tell whether there may be more."""
    with database.transaction(authority=authority_id) as session:
        days = protocol_of(session, authority_id).rolling_days
        before = at - timedelta(days=days + SPARE_DAYS)
        gone = tracing.forget(session, authority_id, before=before)
        return gone == tracing.FORGOTTEN_AT_ONCE


FORGETTING: Final = (_empty_held_mail, _forget_traces)


def delete_files(database: Database, store: FileStore) -> int:
    """Delete contents of the work list that nothing refers to; return how many.

    The file goes before its line does, so that one which was left is tried again. What somebody
    sent anew meanwhile stays.
    """
    deleted = 0
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        rows = session.execute(
            sa.select(DoomedFile.id, DoomedFile.sha256).order_by(DoomedFile.id).limit(MOST_FILES)
        ).all()
    for row in rows:
        with database.transaction(authority=EVERY_AUTHORITY) as session:
            if not is_needed(session, row.sha256):
                store.path(row.sha256).unlink(missing_ok=True)
                deleted += 1
            session.execute(sa.delete(DoomedFile).where(DoomedFile.id == row.id))
    return deleted


def is_needed(session: Session, sha256: str) -> bool:
    """Tell whether anything in any authority still refers to a content: one statement."""
    kept = sa.exists().where(
        NoticeAttachment.sha256 == sha256,
        Notice.id == NoticeAttachment.notice_id,
        Notice.expunged_at.is_(None),
    )
    others: list[Any] = [sa.exists().where(column == sha256) for column in REFERRING]
    return session.scalar(sa.select(sa.or_(kept, *others))) is True
