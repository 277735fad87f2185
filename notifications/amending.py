"""Correcting what was sent, where the correction asks no more of its readers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.outbox import publish
from notifications.documents.differences import MOST_LINES, changes, short
from notifications.documents.versions import MOST_FILES, edition
from notifications.events import Changed, NoticeChanged
from notifications.models import Notice, NoticeAttachment

TAKEN_AWAY: Final = "Its sender took it out when the text was corrected."
MOST_NOTICES: Final = 20


@dataclass(frozen=True)
class Correction:
    """What readers are to see from now on.

    ``files`` are those that still go with it (``name`` and ``sha256``), None leaves them alone;
    ``also`` are sentences about what changed that notices do not hold, such as what is asked.
    """

    title: str
    body: str
    reference: str
    due_on: date | None
    files: Sequence[Mapping[str, Any]] | None = None
    also: Sequence[str] = ()


def amend(
    session: Session,
    authority_id: int,
    sources: sa.Select[tuple[int]],
    correction: Correction,
    *,
    at: datetime,
) -> None:
    """Show the corrected words, date and files to everybody who was sent one of these sources.

    What was replaced by a later notice stays as it was read. What was read stays read; its readers
    see what was corrected until they open it again. They are written to only where what is asked
    changed, or by when (the handler of ``NoticeChanged``).
    """
    notices = session.scalars(
        sa.select(Notice)
        .where(
            Notice.authority_id == authority_id,
            Notice.source_id.in_(sources),
            Notice.replaced_by_id.is_(None),
        )
        .order_by(Notice.id)
        .limit(MOST_NOTICES)
    ).all()
    for notice in notices:
        before, due_before = edition(notice), notice.due_on
        notice.title, notice.body = correction.title, correction.body
        notice.due_on, notice.reference = correction.due_on, correction.reference
        files = _keep_files(session, notice, correction.files, at)
        told = [*changes(before, edition(notice)), *correction.also, *files]
        if told:
            # who read none of several corrections sees them all, the newest first
            notice.changed = "\n".join([*told, *notice.changed.splitlines()][:MOST_LINES])
            notice.amended_at = at
        asks = correction.also or due_before != correction.due_on
        kind = Changed.DATE if asks else Changed.CORRECTED
        publish(session, NoticeChanged(authority_id, notice.id, kind.value), at=at)
    session.flush()


def _keep_files(
    session: Session, notice: Notice, files: Sequence[Mapping[str, Any]] | None, at: datetime
) -> list[str]:
    """Let go of files that were taken out, and rename those that are called otherwise.

    (A new content never comes in this way: it needs a decision, and then a notice of its own.)
    """
    if files is None:
        return []
    names = {str(file["sha256"]): str(file["name"]) for file in files}
    told = []
    for file in session.scalars(
        sa.select(NoticeAttachment)
        .where(
            NoticeAttachment.authority_id == notice.authority_id,
            NoticeAttachment.notice_id == notice.id,
            NoticeAttachment.withdrawn_at.is_(None),
        )
        .order_by(NoticeAttachment.id)
        .limit(MOST_FILES)
    ):
        name = names.get(file.sha256)
        if name is None:
            file.withdrawn_at, file.withdrawn_why = at, TAKEN_AWAY
            told.append(f"The file “{short(file.name)}” does not go with it any more.")
        elif name != file.name:
            told.append(f"The file “{short(file.name)}” is now called “{short(name)}”.")
            file.name = name
    return told
