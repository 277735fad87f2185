"""Files that an officer adds to a draft: judged by their content, never by their name.

The content goes to the file store, where the same content lies once; a row names it. What a row
no longer names may stay in the store: nobody can reach it.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import filetype
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.db import wake
from foundation.errors import Refusal
from foundation.files import FileStore
from gatekeeping.attached.attachment_words import read_at_once
from gatekeeping.authors import check_may_write
from gatekeeping.deciding.leases import lock
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Attachment, Submission
from gatekeeping.writing.submissions import FrozenError, is_editable

MOST_UNPACKED = 300_000_000
LONGEST_NAME = 120
_HEAD = 8192

_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


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
    kind = kind_of(stream)
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
        media_type=MEDIA_TYPES[kind],
        size=stored.size,
        added_by_id=by.id,
        added_at=at,
    )
    if not read_at_once(store, attachment):
        wake(session, "texts")
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


def kind_of(stream: BinaryIO) -> str:
    """Return pdf, docx, xlsx, png or jpg from the content; WrongKindError for anything else."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise WrongKindError("The file is empty.", field="files")
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(stream)
    guess = filetype.guess(head)
    if guess is not None and guess.extension in MEDIA_TYPES:
        return str(guess.extension)
    raise WrongKindError(
        "The file must be a PDF, a Word document (.docx), an Excel workbook (.xlsx), a PNG or a "
        "JPG. Save it as one of these and add it again.",
        field="files",
    )


def clean_name(name: str, kind: str) -> str:
    """Return the file's own name without folders, controls and odd marks, with a true ending."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = re.sub(r"[^\w .,()&+-]", " ", "".join(ch if ch.isprintable() else " " for ch in base))
    endings = rf"\.(?:{kind}{'|jpeg' if kind == 'jpg' else ''})$"
    stem = re.sub(endings, "", re.sub(r"\s+", " ", base), flags=re.IGNORECASE).strip(" .")
    return f"{stem[:LONGEST_NAME].strip(' .') or 'file'}.{kind}"


def _office_kind(stream: BinaryIO) -> str:
    """Look inside a zip: only a Word document or a workbook without macros will do."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise WrongKindError(
            "The file is damaged. Open it, save it again and add it again.", field="files"
        ) from fault
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise WrongKindError(
            "The file holds macros, which schools cannot open safely. Save it without macros, as "
            ".docx or .xlsx.",
            field="files",
        )
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise WrongKindError("The file unpacks to more than we accept.", field="files")
    for part, kind in _MAIN_PARTS.items():
        if part in names and "[Content_Types].xml" in names:
            return kind
    raise WrongKindError(
        "A zip file cannot be added. Add each document by itself, as PDF, .docx, .xlsx, PNG or "
        "JPG.",
        field="files",
    )


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
