"""Files that an officer adds to a draft: judged by their content, never by their name.

The content goes to the file store, where the same content lies once; a row names it. What a row
no longer names may stay in the store: nobody can reach it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.db import wake
from foundation.errors import Refusal
from foundation.filenames import safe_name
from foundation.files import FileStore
from foundation.filewords.collecting import LARGEST
from foundation.filewords.dangers import Danger, look_at
from foundation.filewords.kinds import Kind
from gatekeeping.attached.attachment_words import read_at_once
from gatekeeping.authors import check_may_write
from gatekeeping.deciding.leases import lock
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Attachment, Submission
from gatekeeping.writing.submissions import FrozenError, is_editable

KINDS_TAKEN = frozenset({"pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "png", "jpg"})
"""What every school can open. Macros are never taken: a school cannot tell good ones from bad."""
NOT_TAKEN = frozenset({"macros", "template", "commands", "launch"})
"""Dangers that no letter to schools needs; readers are warned of the others."""
_MEND = {
    "empty": "The file is empty.",
    "locked": "The file is locked with a password. Save it without one and add it again.",
    "zip": (
        "A zip file cannot be added. Add each document by itself, as PDF, Word (.docx), Excel "
        "(.xlsx), PowerPoint (.pptx), OpenDocument, PNG or JPG."
    ),
    "csv": (
        "A list (CSV) cannot be added: each program shows it in its own way, and numbers lose the "
        "zeros before them. Open it in Excel, see that it looks right, save it as a workbook "
        "(.xlsx) and add that."
    ),
    "macros": (
        "The file holds macros, which schools cannot open safely. Save it without macros, as "
        ".docx or .xlsx."
    ),
    "template": (
        "The file loads a template from another computer. Save it with a template of its own, or "
        "as a PDF."
    ),
    "commands": "The file runs a command when it is opened. Take that field or link out of it.",
    "launch": "The PDF starts another program. Print it to a new PDF and add that.",
    "bomb": "The file unpacks to more than we accept.",
}
_OTHER = (
    "The file must be a PDF, a Word document (.docx), an Excel workbook (.xlsx), a PowerPoint "
    "presentation (.pptx), an OpenDocument file, a PNG or a JPG. Save it as one of these and add "
    "it again."
)


class WrongKindError(Refusal):
    """The file's content is none of the kinds that schools can open safely."""


class TooManyFilesError(Refusal):
    """The submission has as many files as it may."""


@dataclass(frozen=True)
class Limits:
    """How large one file may be, in bytes, and how many a submission may have."""

    size: int
    count: int


def add(
    session: Session,
    store: FileStore,
    submission: Submission,
    *,
    stream: BinaryIO,
    name: str,
    by: Person,
    limits: Limits,
    at: datetime,
) -> Attachment:
    """Store a file (a stream that can be rewound) and attach it.

    Raises WrongKindError, TooLargeError, TooManyFilesError, FrozenError or NotYourSubmissionError.
    The same file under the same name again gives the attachment that is there.
    """
    _check_may_change(session, submission, by)
    kind = kind_of(stream, name, most=max(limits.size, 1))
    stream.seek(0)
    stored = store.put(stream, most=limits.size)
    clean = clean_name(name, kind)
    files = _files(session, submission)
    for file in files:
        if (file.sha256, file.name) == (stored.sha256, clean):
            return file
    if len(files) >= limits.count:
        raise TooManyFilesError(
            f"A submission has {limits.count} files at most. Remove one first.", field="files"
        )
    attachment = Attachment(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        sha256=stored.sha256,
        name=clean,
        media_type=kind.media_type,
        size=stored.size,
        added_by_id=by.id,
        added_at=at,
    )
    dangers = read_at_once(store, attachment)
    if dangers is None:
        wake(session, "texts")
    else:
        _refuse(dangers)
    session.add(attachment)
    _name_in_document(session, submission, [*files, attachment], at)
    return attachment


def remove(
    session: Session, submission: Submission, attachment_id: int, *, by: Person, at: datetime
) -> None:
    """Take a file off a draft; one that is not there any more is no fault."""
    _check_may_change(session, submission, by)
    files = _files(session, submission)
    for file in files:
        if file.id == attachment_id:
            session.delete(file)
    kept = [file for file in files if file.id != attachment_id]
    _name_in_document(session, submission, kept, at)


def kind_of(stream: BinaryIO, name: str = "", *, most: int = LARGEST) -> Kind:
    """Return what a file is, judged as readers' files are; WrongKindError when it is not taken.

    At most ``most`` bytes are looked at.
    """
    stream.seek(0)
    looked = look_at(stream.read(most), [name] if name else [])
    _refuse(looked.dangers)
    if looked.kind.name not in KINDS_TAKEN:
        raise WrongKindError(_MEND.get(looked.kind.name, _OTHER), field="files")
    return looked.kind


def _refuse(dangers: Iterable[Danger]) -> None:
    """Raise WrongKindError, with how to mend it, for what no letter to schools may hold."""
    for danger in dangers:
        if danger.code in NOT_TAKEN or danger.refuses:
            raise WrongKindError(_MEND.get(danger.code, danger.words), field="files")


def clean_name(name: str, kind: Kind) -> str:
    """Return the file's own name without folders, controls and odd marks, with a true ending."""
    base = safe_name(name, otherwise="")
    stem, _, ending = base.rpartition(".")
    stem = stem.strip(" .") if stem and ending.lower() in kind.endings else base.strip(" .")
    return safe_name(f"{stem or 'file'}.{kind.name}")


def _check_may_change(session: Session, submission: Submission, by: Person) -> None:
    lock(session, submission)
    check_may_write(session, submission, by)
    if not is_editable(submission):
        raise FrozenError(submission.state)


def _files(session: Session, submission: Submission) -> list[Attachment]:
    return list(
        session.scalars(
            sa.select(Attachment)
            .where(
                Attachment.authority_id == submission.authority_id,
                Attachment.submission_id == submission.id,
            )
            .order_by(Attachment.id)
        )
    )


def _name_in_document(
    session: Session, submission: Submission, files: list[Attachment], at: datetime
) -> None:
    names = [file.name for file in files]
    document = SubmissionDocument.read({**submission.document, "attachments": names})
    submission.document = document.as_json()
    submission.updated_at = at
    session.flush()
    session.expire(submission, ["attachments"])
