"""The files that went to schools, as their sender sees them: which nobody there can open, and why.

Readers see the same beside each file. The sender is told what they cannot know: that a file was
refused after it was sent, that its words could not be read, how long it waits to be looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.filewords.collecting import CUT, NO_WORDS
from notifications.documents.showing import FileShown, files_with_documents, shown
from notifications.models import Notice, NoticeAttachment
from notifications.models_documents import DocumentState

MOST_FILES: Final = 200
HARMLESS: Final = (NO_WORDS, CUT)
"""Notes that are no trouble: a picture has no words, a long file is found by its beginning."""


@dataclass(frozen=True)
class SentFile:
    """A file that went to schools; ``reference`` says with which version."""

    shown: FileShown
    sha256: str
    reference: str
    note: str
    """Why search does not know all of its words; empty when it does."""

    @property
    def is_offered(self) -> bool:
        """Tell whether nobody took it back, withdrew it or put another in its place."""
        return not (self.shown.gone or self.shown.is_replaced)

    @property
    def is_in_trouble(self) -> bool:
        """Tell whether its sender should do something about it."""
        return self.is_offered and bool(
            self.shown.refused or (self.note and self.note not in HARMLESS)
        )


def files_sent(
    session: Session, authority_id: int, sources: sa.Select[tuple[int]], *, scans: bool
) -> Sequence[SentFile]:
    """Return the files that went under these sources, those of the newest first: one statement."""
    rows = session.execute(
        files_with_documents()
        .join(Notice, Notice.id == NoticeAttachment.notice_id)
        .add_columns(Notice)
        .where(
            NoticeAttachment.authority_id == authority_id,
            Notice.authority_id == authority_id,
            Notice.source_id.in_(sources),
        )
        .order_by(Notice.sent_at.desc(), Notice.id.desc(), NoticeAttachment.id)
        .limit(MOST_FILES)
    )
    return [
        SentFile(
            shown(notice, file, document, has_words, scans=scans),
            file.sha256,
            notice.reference,
            document.note if document and document.state is DocumentState.READ else "",
        )
        for file, document, has_words, notice in rows
    ]
