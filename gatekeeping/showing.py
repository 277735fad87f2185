"""Telling schools how what they received stands, whenever its submission moves."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import clock
from gatekeeping.models import Submission, SubmissionVersion
from gatekeeping.reliance import GOOD, for_schools, standing_of
from notifications.standing import tell_readers


def show_standing(session: Session, submission: Submission, *, at: datetime) -> None:
    """Put the submission's standing and validity on everything that was sent of it.

    Does nothing for what was never sent. ``moves.move`` calls it; call it also after a change of
    ``expires_on`` without a move.
    """
    if submission.sent_at is None:
        return
    today = clock.local_date(at)
    sources = sa.select(SubmissionVersion.id).where(
        SubmissionVersion.authority_id == submission.authority_id,
        SubmissionVersion.submission_id == submission.id,
    )
    tell_readers(
        session,
        submission.authority_id,
        sources,
        words=for_schools(submission, today),
        stopped=standing_of(submission, today) not in GOOD,
        valid_until=submission.expires_on,
    )
