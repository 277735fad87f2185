"""Who would get a submission if it were sent as it stands: what is asked of routing."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import resolve_slugs
from categories.routing.plan import Asked
from directory.audience import school_ids
from foundation import clock
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import State, Submission, SubmissionVersion
from gatekeeping.moves import WAITING
from gatekeeping.writing.submissions import is_editable

TO_BE_SENT = WAITING | {
    State.DRAFT,
    State.RETURNED,
    State.APPROVED_COND,
    State.APPROVED,
    State.SCHEDULED,
    State.SUSPENDED,
}
"""Where a plan still says something: it was not sent, and may be."""


def is_to_be_sent(submission: Submission) -> bool:
    """Tell whether it has not been sent yet and may be."""
    return submission.sent_at is None and submission.state in TO_BE_SENT


def document_of(
    session: Session, submission: Submission, *, as_written: bool
) -> SubmissionDocument:
    """Return what would be sent: the frozen version, or what is being written.

    ``as_written`` is for those who write it: their draft, or the change that they have begun.
    """
    if submission.version == 0 or (as_written and is_editable(submission)):
        return SubmissionDocument.read(submission.document)
    frozen = session.scalars(
        sa.select(SubmissionVersion.document).where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
            SubmissionVersion.version == submission.version,
        )
    ).one()
    return SubmissionDocument.read(frozen)


def asked_of(
    session: Session, submission: Submission, document: SubmissionDocument, *, at: datetime
) -> Asked:
    """Return what routing is asked for a document, its categories followed as when it is sent."""
    ids = resolve_slugs(session, submission.authority_id, document.categories)
    return asked_for(submission.authority_id, document, ids, at=at)


def asked_for(
    authority_id: int,
    document: SubmissionDocument,
    category_ids: Sequence[int],
    *,
    at: datetime,
) -> Asked:
    """Return what routing is asked for a document whose categories are at hand.

    The day is that of sending, or today where that is past or open.
    """
    today = clock.local_date(at)
    return Asked(
        authority_id,
        school_ids(authority_id, document.audience.as_audience()),
        category_ids,
        max(document.send_on or today, today),
    )
