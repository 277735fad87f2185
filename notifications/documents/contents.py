"""Each content that was sent as one row, whoever sent it and under however many names."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from foundation.db import wake
from notifications.models import NoticeAttachment
from notifications.models_documents import Document, DocumentState


def ensure(session: Session, authority_id: int, notice_id: int, at: datetime) -> None:
    """Write a waiting document for each content of a notice that has none: two statements at most.

    What is known already is used again. What was deleted because it was kept long enough, and is
    sent anew, is read anew.
    """
    files = (
        NoticeAttachment.authority_id == authority_id,
        NoticeAttachment.notice_id == notice_id,
    )
    moment = sa.literal(at, Document.created_at.type)
    new = (
        sa.select(
            sa.literal(authority_id),
            NoticeAttachment.sha256,
            sa.func.max(NoticeAttachment.size),
            sa.literal(DocumentState.WAITING.value),
            moment,
        )
        .where(*files)
        .group_by(NoticeAttachment.sha256)
    )
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql if is_postgresql else sqlite).insert(Document.__table__)
    columns = ("authority_id", "sha256", "size", "state", "created_at")
    # Two notices with the same new file may be sent in the same moment.
    written = insert.from_select(columns, new, include_defaults=False).on_conflict_do_update(
        index_elements=["authority_id", "sha256"],
        set_={"state": DocumentState.WAITING.value, "note": "", "tries": 0, "claimed_until": None},
        where=Document.__table__.c.state == DocumentState.EXPUNGED.value,
    )
    if session.execute(written).rowcount:  # type: ignore[attr-defined]
        wake(session, "documents")
