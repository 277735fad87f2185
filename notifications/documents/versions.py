"""A later version takes the place of what was sent before: what changed, and who need not act.

The notice before is replaced. What lay open of it is closed, so that nobody does the older one;
what was done stays done. Whoever had read it sees with the new one what is different.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from foundation.outbox import publish
from notifications.documents.differences import Content, Edition, changes, content_changes, short
from notifications.documents.pairing import pairs
from notifications.events import Changed, NoticeChanged, NoticeSent
from notifications.models import Delivery, Notice, NoticeAttachment
from notifications.models_documents import Document, DocumentState
from notifications.moving.closing import close

MOST_EARLIER: Final = 20
MOST_FILES: Final = 100
REPLACED: Final = "A newer version took its place ({}). You need not do this one."
NOT_ASKED: Final = "A newer version went to other schools ({}). You need not do this any more."
SHEETS: Final = ("spreadsheetml", "opendocument.spreadsheet", "csv")


def follow(
    session: Session,
    notice: Notice,
    earlier: sa.Select[tuple[int]],
    *,
    also: Sequence[str] = (),
    at: datetime,
) -> None:
    """Let a new notice, whose deliveries are written, stand in the place of those before it.

    ``earlier`` are the source ids of its submission's versions; ``also`` are sentences about what
    else changed that notices do not hold, such as what is asked. About ten statements however many
    schools; two when nothing was sent before.
    """
    before = session.scalars(
        sa.select(Notice)
        .where(
            Notice.authority_id == notice.authority_id,
            Notice.source_id.in_(earlier),
            Notice.id != notice.id,
            Notice.replaced_by_id.is_(None),
        )
        .order_by(Notice.sent_at.desc(), Notice.id.desc())
        .limit(MOST_EARLIER)
    ).all()
    if not before:
        return
    last = before[0]
    told = [*changes(edition(last), edition(notice)), *also, *_follow_files(session, last, notice)]
    notice.changed = "\n".join(told)
    for each in before:
        each.replaced_by_id, each.replaced_at, each.stopped = notice.id, at, True
        kind = Changed.REPLACED.value
        publish(session, NoticeChanged(notice.authority_id, each.id, kind), at=at)
    close(
        session,
        notice.authority_id,
        Delivery.notice_id.in_([each.id for each in before]),
        why=_why(notice),
        by=None,
        at=at,
    )


def edition(notice: Notice) -> Edition:
    """Return what a notice's readers see of it, files apart."""
    return Edition(notice.title, notice.body, notice.due_on)


def still_asked(notice_id: int) -> sa.ColumnElement[bool]:
    """Return the condition on ``delivery`` that its school also got this other notice."""
    later = aliased(Delivery)
    return (
        sa.exists()
        .where(later.notice_id == notice_id, later.school_id == Delivery.school_id)
        .correlate(Delivery)
    )


def compare_files(session: Session, event: NoticeSent | NoticeChanged, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """Say what changed in the files of a notice, once a worker has read both (a handler)."""
    if isinstance(event, NoticeChanged) and event.kind != Changed.READ:
        return
    now, then = aliased(Document), aliased(Document)
    before = aliased(NoticeAttachment)
    rows = session.execute(
        sa.select(NoticeAttachment, then, now)
        .join(before, before.id == NoticeAttachment.follows_id)
        .join(
            now,
            sa.and_(now.authority_id == before.authority_id, now.sha256 == NoticeAttachment.sha256),
        )
        .join(then, sa.and_(then.authority_id == before.authority_id, then.sha256 == before.sha256))
        .where(
            NoticeAttachment.authority_id == event.authority_id,
            NoticeAttachment.notice_id == event.notice_id,
            NoticeAttachment.sha256 != before.sha256,
            now.state == DocumentState.READ,
            then.state == DocumentState.READ,
        )
        .order_by(NoticeAttachment.id)
        .limit(MOST_FILES)
    )
    for file, earlier, later in rows:
        file.changed = content_changes(_content(file, earlier), _content(file, later))


def _why(notice: Notice) -> sa.ColumnElement[str]:
    return sa.case(
        (still_asked(notice.id), REPLACED.format(notice.reference)),
        else_=NOT_ASKED.format(notice.reference),
    )


def _follow_files(session: Session, last: Notice, notice: Notice) -> list[str]:
    """Tie the files of the new notice to the earlier ones, and say what became of them."""
    before = session.scalars(
        sa.select(NoticeAttachment)
        .where(
            NoticeAttachment.authority_id == last.authority_id,
            NoticeAttachment.notice_id == last.id,
            NoticeAttachment.replaced_at.is_(None),
        )
        .order_by(NoticeAttachment.id)
        .limit(MOST_FILES)
    ).all()
    told = []
    tied = pairs(before, notice.attachments)
    for old, new in tied:
        new.follows_id = old.id
        if old.sha256 != new.sha256:
            new.changed = content_changes(Content(old.size), Content(new.size))
            told.append(f"The file “{short(new.name)}” was replaced by a newer one.")
    held_back = {file.sha256: file for file in before if file.withdrawn_at is not None}
    for file in notice.attachments:  # what was taken back does not come back with a new version
        if file.sha256 in held_back:
            file.withdrawn_at = held_back[file.sha256].withdrawn_at
            file.withdrawn_why = held_back[file.sha256].withdrawn_why
    kept = {old.id for old, _ in tied}
    known = {new.id for _, new in tied}
    told += [
        f"There is a new file: “{short(file.name)}”."
        for file in notice.attachments
        if file.id not in known
    ]
    return told + [
        f"The file “{short(file.name)}” does not go with it any more."
        for file in before
        if file.id not in kept and file.withdrawn_at is None
    ]


def _content(file: NoticeAttachment, document: Document) -> Content:
    is_sheet = any(word in (document.media_type or file.media_type) for word in SHEETS)
    return Content(document.size, document.text, document.pages, is_sheet)
