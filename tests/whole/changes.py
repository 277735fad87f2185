"""What became of things that were sent: files taken back, items held, contents to delete."""

import itertools
from datetime import timedelta

from sqlalchemy.orm import Session

from notifications.models import Notice
from notifications.models_documents import DoomedFile
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory
from tests.factories.notifications import NoticeAttachmentFactory, NoticeFactory

sources = itertools.count(7_000_000)


def fill_changes(session: Session, notice: Notice, secret: str, size: int) -> None:
    """Give a notice ``size`` files, half of them taken back; hold as many and let others differ."""
    for number in range(size):
        gone = {"withdrawn_at": NOON, "withdrawn_why": f"It names {secret}."} if number % 2 else {}
        NoticeAttachmentFactory(notice_id=notice.id, name=f"{secret} {number}.pdf", **gone)
        NoticeFactory(
            source_id=next(sources),
            title=f"{secret} held {number}",
            held_why=secret,
            sent_at=NOON - timedelta(days=4000),
        )
        # every school of the authority sees the headings of its categories
        CategoryFactory(heading=f"Kept {number}", keep_months=12 + number)
    session.add(DoomedFile(authority_id=notice.authority_id, sha256="d" * 64, at=NOON))
    session.flush()
