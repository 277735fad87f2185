"""Submissions with a file at schools that nobody there can open: their senders learn it."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.models import SubmissionVersion
from notifications.models import Notice, NoticeAttachment
from notifications.models_documents import Document, DocumentState


def with_refused_files(session: Session, authority_id: int, among: Collection[int]) -> set[int]:
    """Return which of these submissions have a file that was refused as dangerous: one statement.

    What was withdrawn, taken back or replaced since is not counted.
    """
    if not among:
        return set()
    content = sa.and_(
        Document.authority_id == NoticeAttachment.authority_id,
        Document.sha256 == NoticeAttachment.sha256,
    )
    found = (
        sa.select(SubmissionVersion.submission_id)
        .join(
            Notice,
            sa.and_(
                Notice.authority_id == SubmissionVersion.authority_id,
                Notice.source_id == SubmissionVersion.id,
            ),
        )
        .join(NoticeAttachment, NoticeAttachment.notice_id == Notice.id)
        .join(Document, content)
        .where(
            SubmissionVersion.authority_id == authority_id,
            SubmissionVersion.submission_id.in_(among),
            Notice.withdrawn_at.is_(None),
            Notice.replaced_by_id.is_(None),
            NoticeAttachment.withdrawn_at.is_(None),
            NoticeAttachment.replaced_at.is_(None),
            Document.state == DocumentState.REFUSED,
        )
        .distinct()
        .order_by(SubmissionVersion.submission_id)
        .limit(len(among))
    )
    return set(session.scalars(found))
