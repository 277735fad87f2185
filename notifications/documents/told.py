"""What mail about a notice says of what changed since it was first sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.documents.differences import short
from notifications.documents.withdrawing import FILE_GONE
from notifications.models import Notice, NoticeAttachment

MOST_FILES: Final = 500
NOT_ASKED: Final = "A newer version went to other schools. You need not do anything any more."
DELETE: Final = "If you saved, printed or passed on a copy, please delete or destroy it."
HAS_GONE: Final = (
    sa.exists()
    .where(NoticeAttachment.notice_id == Notice.id, NoticeAttachment.withdrawn_at.is_not(None))
    .correlate(Notice)
)
"""Whether any file of a notice was taken back: a column beside it."""


def lines(
    changed: str, withdrawn_at: datetime | None, withdrawn_why: str, replaced_at: datetime | None
) -> tuple[str, ...]:
    """Return what mail says of a notice with these columns; nothing of one that is as it was."""
    if withdrawn_at is not None:
        return (f"It was withdrawn. {withdrawn_why} You need not do anything.",)
    if replaced_at is not None:
        return (NOT_ASKED,)
    # what was taken back is told file by file (``files_gone``)
    gone = FILE_GONE.partition("“")[0], FILE_GONE.rpartition("”")[2]
    return tuple(
        line
        for line in changed.splitlines()
        if not (line.startswith(gone[0]) and f"”{gone[1]}" in line)
    )


def files_gone(session: Session, notices: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return what mail says of the files of notices that were taken back: one statement."""
    rows = session.execute(
        sa.select(NoticeAttachment.notice_id, NoticeAttachment.name, NoticeAttachment.withdrawn_why)
        .where(NoticeAttachment.notice_id.in_(notices), NoticeAttachment.withdrawn_at.is_not(None))
        .order_by(NoticeAttachment.notice_id, NoticeAttachment.id)
        .limit(MOST_FILES)
    )
    found: dict[int, tuple[str, ...]] = {}
    for notice_id, name, why in rows:
        line = f"{FILE_GONE.format(name=short(name))} {why} {DELETE}"
        found[notice_id] = (*found.get(notice_id, ()), line)
    return found
