"""Taking one file back that schools have: at once, without waiting for the gate.

It may hold what nobody may see, such as a pupil's name. A corrected file goes the way of every
change, past the gate (``changing``): this verb only takes away.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.errors import Refusal
from gatekeeping.authors import check_may_write
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import audit_submission
from gatekeeping.models import Move, Submission, SubmissionVersion
from notifications.documents.withdrawing import withdraw_file
from notifications.models import Notice, NoticeAttachment

SHORTEST_WHY: Final = 10
LONGEST_WHY: Final = 250


class NoReasonError(Refusal):
    """Readers are told why, so there has to be a reason."""

    def __init__(self) -> None:
        super().__init__(
            f"Say why in {SHORTEST_WHY} to {LONGEST_WHY} characters. Schools will read it.",
            field="why",
        )


class NoFileError(Refusal):
    """No file was chosen, or one that did not go with it."""

    def __init__(self) -> None:
        super().__init__("Choose the file to take back.", field="file")


def take_back(
    session: Session,
    submission: Submission,
    file_id: int,
    *,
    why: str,
    by: Person,
    of_the_gate: bool = False,
    at: datetime,
) -> str:
    """Offer a file's content to no school any more, and return its name; again nothing happens.

    Whatever version it went with, and also with versions that are still to come. ``of_the_gate``:
    a gatekeeper does it, who need not be of the team. Raises NotYourSubmissionError,
    NoReasonError, NoFileError.
    """
    lock(session, submission)
    if not of_the_gate:
        check_may_write(session, submission, by)
    why = " ".join(why.split())
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        raise NoReasonError
    sources = sa.select(SubmissionVersion.id).where(
        SubmissionVersion.authority_id == submission.authority_id,
        SubmissionVersion.submission_id == submission.id,
    )
    file = _file(session, submission.authority_id, sources, file_id)
    authority_id = submission.authority_id
    if withdraw_file(session, authority_id, sources, file.sha256, why=why, by=by.id, at=at):
        session.add(_line(submission, by, at))
        detail = {"file": file_id}
        audit_submission(
            session, submission, "submission.file_taken_back", by=by, at=at, detail=detail
        )
    return file.name


def _file(
    session: Session, authority_id: int, sources: sa.Select[tuple[int]], file_id: int
) -> NoticeAttachment:
    found = session.scalars(
        sa.select(NoticeAttachment)
        .join(Notice, Notice.id == NoticeAttachment.notice_id)
        .where(
            NoticeAttachment.authority_id == authority_id,
            NoticeAttachment.id == file_id,
            Notice.source_id.in_(sources),
        )
    ).one_or_none()
    if found is None:
        raise NoFileError
    return found


def _line(submission: Submission, by: Person, at: datetime) -> Move:
    return Move(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=submission.version,
        before=submission.state,
        after=submission.state,
        by_id=by.id,
        at=at,
        note="A file was taken back from schools.",
    )
