"""Telling schools how what they received stands, whenever its submission moves."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import clock
from gatekeeping.models import Submission, SubmissionVersion
from gatekeeping.registry.reliance import GOOD, for_schools, standing_of
from notifications.models import Notice
from notifications.standing import tell_readers


def show_standing(session: Session, submission: Submission, *, at: datetime) -> None:
    """Put the submission's standing and validity on everything that was sent of it.

    Of several versions that were sent, the newest stands as the submission does; those before it
    are replaced. Does nothing for what was never sent. ``moves.move`` calls it; call it also after
    a change of ``expires_on`` without a move.
    """
    if submission.sent_at is None:
        return
    today = clock.local_date(at)
    versions = (
        SubmissionVersion.authority_id == submission.authority_id,
        SubmissionVersion.submission_id == submission.id,
    )
    newest = session.scalar(
        sa.select(sa.func.max(SubmissionVersion.version))
        .join(Notice, Notice.source_id == SubmissionVersion.id)
        .where(*versions, Notice.authority_id == submission.authority_id)
    )
    if newest is None:
        return
    sources = sa.select(SubmissionVersion.id).where(*versions)
    tell_readers(
        session,
        submission.authority_id,
        sources.where(SubmissionVersion.version == newest),
        words=for_schools(submission, today),
        stopped=standing_of(submission, today) not in GOOD,
        valid_until=submission.expires_on,
    )
    if newest > 1:
        tell_readers(
            session,
            submission.authority_id,
            sources.where(SubmissionVersion.version < newest),
            words=f"Version {newest} replaces this. You need not answer this one.",
            stopped=True,
            valid_until=submission.expires_on,
        )
