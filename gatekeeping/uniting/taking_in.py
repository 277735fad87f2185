"""Making a whole the parent's next version, with the files that the child brings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from directory.models import Person
from foundation.db import wake
from gatekeeping.assessment import assess
from gatekeeping.changes.effects import effect_of
from gatekeeping.changes.replacing import replace_version
from gatekeeping.models import Attachment, Submission, SubmissionVersion
from gatekeeping.uniting.wholes import CannotUniteError, Whole
from gatekeeping.writing.freezing import freeze
from gatekeeping.writing.lacking import must_mend


def take_in(
    session: Session,
    parent: Submission,
    child: Submission,
    whole: Whole,
    *,
    by: Person,
    at: datetime,
    address: str,
) -> SubmissionVersion:
    """Freeze the whole as the parent's next version; the checks run again.

    What that does to an approval is as with any change (4.2). The version stands in the name of
    the parent's officer: who joins two submissions writes no word of either, and so stays neutral.
    Raises CannotUniteError when it could not be judged like that.
    """
    parent.document = whole.document.as_json()
    parent.updated_at = at
    _copy_files(session, parent, child, whole.files, at=at)
    assessment = assess(
        session, parent.authority_id, whole.document, at=at, submission_id=parent.id
    )
    faults = must_mend(whole.document, assessment)
    if faults:
        listed = " ".join(fault.sentence for fault in faults)
        message = f"Together they could not be judged. {listed} An officer must mend that first."
        raise CannotUniteError(message, field="into")
    effect = effect_of(session, parent, assessment)
    version = freeze(session, parent, by=parent.author_id, at=at, assessment=assessment)
    why = f"No. {child.number} was joined to it."
    replace_version(session, parent, version, effect, by=by, at=at, address=address, why=why)
    return version


def _copy_files(
    session: Session,
    parent: Submission,
    child: Submission,
    files: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
) -> None:
    """Attach the child's files to the parent; their content lies in the store once."""
    if not files:
        return
    rows = session.scalars(
        sa.select(Attachment)
        .where(
            Attachment.authority_id == child.authority_id,
            Attachment.submission_id == child.id,
            Attachment.sha256.in_([file["sha256"] for file in files]),
        )
        .options(undefer(Attachment.text))
    ).all()
    known = {row.sha256: row for row in rows}
    for file in files:
        row = known.get(file["sha256"])
        session.add(
            Attachment(
                authority_id=parent.authority_id,
                submission_id=parent.id,
                sha256=file["sha256"],
                name=file["name"],
                media_type=file["media_type"],
                size=file["size"],
                added_by_id=row.added_by_id if row else child.author_id,
                added_at=at,
                text=row.text if row else None,
                text_note=row.text_note if row else "",
            )
        )
    wake(session, "texts")
    session.flush()
    session.expire(parent, ["attachments"])
