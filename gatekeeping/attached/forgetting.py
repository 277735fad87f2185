"""Letting go of a submission's files once what was sent of it has been deleted for its age."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.models import Attachment, SubmissionVersion
from notifications.documents.keeping import doom
from notifications.events import Changed, NoticeChanged
from notifications.models import Notice


def forget_files(session: Session, event: NoticeChanged, at: datetime) -> None:
    """Delete the files of a submission of which nothing is kept any more (of ``NoticeChanged``).

    Their names stay with its versions, for the register. Again nothing happens.
    """
    if event.kind != Changed.EXPUNGED:
        return
    own = sa.select(SubmissionVersion.submission_id).join(
        Notice, Notice.source_id == SubmissionVersion.id
    )
    submission_id = session.scalar(
        own.where(
            SubmissionVersion.authority_id == event.authority_id, Notice.id == event.notice_id
        )
    )
    if submission_id is None:
        return
    kept = sa.exists().where(
        SubmissionVersion.submission_id == submission_id,
        Notice.source_id == SubmissionVersion.id,
        Notice.authority_id == event.authority_id,
        Notice.expunged_at.is_(None),
    )
    if session.scalar(sa.select(kept)):
        return
    gone = session.scalars(
        sa.delete(Attachment)
        .where(
            Attachment.authority_id == event.authority_id,
            Attachment.submission_id == submission_id,
        )
        .returning(Attachment.sha256)
        .execution_options(synchronize_session=False)
    ).all()
    doom(session, event.authority_id, set(gone), at=at)
