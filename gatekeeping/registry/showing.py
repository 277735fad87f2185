"""Telling schools how what they received stands, whenever its submission moves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import clock
from gatekeeping.models import State, Submission, SubmissionVersion
from gatekeeping.registry.reliance import GOOD, for_schools, standing_of
from notifications.documents.withdrawing import give_back, withdraw
from notifications.models import Notice
from notifications.standing import tell_readers

TAKEN_BACK: Final[Mapping[State, str]] = {
    State.REFUSED: "The gate looked at it again and did not approve it.",
    State.WITHDRAWN: "Its sender withdrew it.",
}
"""In which states what was sent is taken back for good, and why."""


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
    _take_back(session, submission, sources.where(SubmissionVersion.version == newest), at)
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


def _take_back(
    session: Session, submission: Submission, source: sa.Select[tuple[int]], at: datetime
) -> None:
    """Withdraw what schools have when it is refused for good; give it back when it is not.

    What is suspended, expired or not confirmed stays theirs to read, with what to know of it.
    """
    if submission.state in TAKEN_BACK:
        why = TAKEN_BACK[submission.state]
        withdraw(session, submission.authority_id, source, why=why, by=None, at=at)
    elif standing_of(submission, clock.local_date(at)) in GOOD:
        give_back(session, submission.authority_id, source)
