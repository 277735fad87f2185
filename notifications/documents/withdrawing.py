"""Taking back what was sent: the whole of it, or one of its files.

The text stays to be read, with the reason above it. Its files are offered to nobody any more.
"""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import audit
from foundation.dates import day
from foundation.errors import Refusal
from foundation.outbox import publish
from notifications.documents.differences import MOST_LINES, short
from notifications.events import Changed, NoticeChanged
from notifications.models import Delivery, DeliveryState, Notice, NoticeAttachment
from notifications.moving.closing import close, reopen

LONGEST_WHY: Final = 300
FILE_GONE: Final = "The file “{name}” was taken back:"


class GoneError(Refusal):
    """The file is not offered any more; the sentence says why."""


def withdraw(
    session: Session,
    authority_id: int,
    sources: sa.Select[tuple[int]],
    *,
    why: str,
    by: int | None,
    at: datetime,
) -> None:
    """Mark the notices of these sources as withdrawn; again nothing happens.

    Nobody need open what nobody has opened: it is closed. Those who had read it see why, and are
    told once by the handler of ``NoticeChanged``. A handful of statements.
    """
    session.flush()
    notice_ids = session.scalars(
        sa.update(Notice)
        .where(
            Notice.authority_id == authority_id,
            Notice.source_id.in_(sources),
            Notice.withdrawn_at.is_(None),
            Notice.replaced_by_id.is_(None),
        )
        .values(withdrawn_at=at, withdrawn_why=why[:LONGEST_WHY], stopped=True)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not notice_ids:
        return
    _forget(session)
    unread = sa.and_(Delivery.notice_id.in_(notice_ids), Delivery.state == DeliveryState.UNREAD)
    words = f"It was withdrawn. {why}"[:LONGEST_WHY]
    close(session, authority_id, unread, why=words, by=by, at=at)
    for notice_id in sorted(notice_ids):
        kind = Changed.WITHDRAWN.value
        publish(session, NoticeChanged(authority_id, notice_id, kind), at=at)


def give_back(session: Session, authority_id: int, sources: sa.Select[tuple[int]]) -> None:
    """Undo a withdrawal, after an appeal for instance; two statements, also when there was none."""
    withdrawn = sa.and_(
        Notice.authority_id == authority_id,
        Notice.source_id.in_(sources),
        Notice.withdrawn_at.is_not(None),
    )
    session.flush()
    if session.scalar(sa.select(Notice.id).where(withdrawn).order_by(Notice.id).limit(1)) is None:
        return
    reopen(session, authority_id, sa.select(Notice.id).where(withdrawn))
    session.execute(
        sa.update(Notice)
        .where(withdrawn)
        .values(withdrawn_at=None, withdrawn_why="")
        .execution_options(synchronize_session=False)
    )
    _forget(session)


def withdraw_file(
    session: Session,
    authority_id: int,
    sources: sa.Select[tuple[int]],
    sha256: str,
    *,
    why: str,
    by: int,
    at: datetime,
) -> int:
    """Offer this content with none of these notices any more; return with how many it went.

    At once, whatever the gate thinks of the rest: it may hold what nobody may see. Again nothing
    happens. Readers who had read it are told by the handler of ``NoticeChanged``.
    """
    session.flush()
    notices = sa.select(Notice.id).where(
        Notice.authority_id == authority_id, Notice.source_id.in_(sources)
    )
    changed = session.execute(
        sa.update(NoticeAttachment)
        .where(
            NoticeAttachment.authority_id == authority_id,
            NoticeAttachment.notice_id.in_(notices),
            NoticeAttachment.sha256 == sha256,
            NoticeAttachment.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at, withdrawn_why=why[:LONGEST_WHY])
        .returning(NoticeAttachment.id, NoticeAttachment.notice_id, NoticeAttachment.name)
        .execution_options(synchronize_session=False)
    ).all()
    _forget(session)
    for notice_id, name in sorted({row.notice_id: row.name for row in changed}.items()):
        notice = session.get_one(Notice, notice_id)
        line = f"{FILE_GONE.format(name=short(name))} {why}"
        notice.changed = "\n".join([line, *notice.changed.splitlines()][:MOST_LINES])
        notice.amended_at = at
        publish(session, NoticeChanged(authority_id, notice_id, Changed.FILE.value), at=at)
    if changed:
        _record(session, authority_id, changed, by=by, at=at)
    return len(changed)


def why_gone(notice: Notice, file: NoticeAttachment) -> str:
    """Return why a file is not offered any more, in a sentence; empty when it is."""
    if notice.expunged_at is not None:
        return f"This was deleted on {day(notice.expunged_at)}, because it may not be kept longer."
    if file.withdrawn_at is not None:
        return f"Its sender took this file back on {day(file.withdrawn_at)}. {file.withdrawn_why}"
    if notice.withdrawn_at is not None:
        return f"This was withdrawn on {day(notice.withdrawn_at)}. {notice.withdrawn_why}"
    return ""


def _forget(session: Session) -> None:
    """Let the session read its notices and their files anew when it is asked for them."""
    for held in session.identity_map.values():
        if isinstance(held, (Notice, NoticeAttachment)):
            session.expire(held)


def _record(
    session: Session,
    authority_id: int,
    changed: Any,
    *,
    by: int,
    at: datetime,
) -> None:
    notice_ids = {row.notice_id for row in changed}
    readers = session.scalar(
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(
            Delivery.authority_id == authority_id,
            Delivery.notice_id.in_(notice_ids),
            Delivery.read_at.is_not(None),
        )
    )
    audit.record(
        session,
        authority_id=authority_id,
        action="notice.file_withdrawn",
        subject="notice",
        subject_id=max(notice_ids),
        by=by,
        at=at,
        detail={"files": sorted(row.id for row in changed), "had_read": readers or 0},
    )
