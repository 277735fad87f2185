"""Giving up a change of something submitted: document and files as they were put to the gate."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person
from gatekeeping.authors import check_may_write
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import newest_version
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Attachment, Submission, SubmissionVersion


def discard_change(session: Session, submission: Submission, *, by: Person, at: datetime) -> None:
    """Put document and files back to the newest version; without a change nothing happens."""
    lock(session, submission)
    check_may_write(session, submission, by)
    if submission.changing_since is None:
        return
    version = newest_version(session, submission)
    submission.document = SubmissionDocument.read(version.document).as_json()
    _restore_files(session, submission, version, at=at)
    submission.changing_since = None
    submission.updated_at = at
    session.flush()


def _restore_files(
    session: Session,
    submission: Submission,
    version: SubmissionVersion,
    *,
    at: datetime,
) -> None:
    frozen = {(file["sha256"], file["name"]): file for file in version.attachments}
    for file in submission.attachments:
        if frozen.pop((file.sha256, file.name), None) is None:
            session.delete(file)
    session.add_all(
        Attachment(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            sha256=file["sha256"],
            name=file["name"],
            media_type=file["media_type"],
            size=file["size"],
            added_by_id=version.submitted_by_id,
            added_at=at,
        )
        for file in frozen.values()
    )
    session.flush()
    session.expire(submission, ["attachments"])
