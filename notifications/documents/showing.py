"""The files of an item for its readers: what each is, what is dangerous about it, who may fetch it.

A file is fetched through a delivery that its reader may see, never by its hash or number alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.errors import NotFoundError, Refusal
from foundation.filenames import safe_name
from foundation.filewords.dangers import name_danger
from foundation.filewords.kinds import BY_MEDIA_TYPE, KINDS, Kind
from notifications.documents.withdrawing import GoneError, why_gone
from notifications.models import Delivery, Notice, NoticeAttachment
from notifications.models_documents import Document, DocumentState
from notifications.reading.inbox import Reader, open_item

MOST_FILES: Final = 100
CHECKED_SOON: Final = (
    "This file is being checked for viruses. It can be fetched in a minute or two."
)
READ_SOON: Final = "Its words are being read. They can be read here in a minute or two."
_COUNTED: Final = {
    "xlsx": "sheet",
    "xlsm": "sheet",
    "ods": "sheet",
    "pptx": "slide",
    "pptm": "slide",
    "odp": "slide",
}


class RefusedFileError(Refusal):
    """The file is dangerous, so nobody may fetch it; the sentence says why."""


class BeingCheckedError(Refusal):
    """Nobody may fetch the file before the virus scanner has looked at it."""


@dataclass(frozen=True)
class FileShown:
    """A file as the list of an item's files shows it."""

    id: int
    name: str
    """Safe to show and to save under."""
    kind: str
    facts: str
    """What it is in words: its kind, how many pages, sheets or slides."""
    size: int
    dangers: tuple[str, ...]
    refused: str
    """Why nobody may fetch it, when it is dangerous."""
    gone: str
    """Why it is not offered any more."""
    waiting: str
    """What readers wait for; they may fetch it nevertheless unless ``is_held``."""
    is_held: bool
    has_copy: bool
    """Whether its words can be read on a page."""
    is_replaced: bool
    changed: str
    added_at: datetime | None

    @property
    def may_fetch(self) -> bool:
        """Tell whether a reader gets it."""
        return not (self.refused or self.gone or self.is_held)


@dataclass(frozen=True)
class OpenedFile:
    """One file of an item that its reader may see; ``document`` is None when nobody noted it."""

    delivery: Delivery
    attachment: NoticeAttachment
    document: Document | None
    shown: FileShown


def files_of(
    session: Session, delivery: Delivery, *, scans: bool, compares: bool = True
) -> Sequence[FileShown]:
    """Return the files of an item, in their order: one statement, without their words.

    ``scans``: whether there is a virus scanner, without whose verdict nobody fetches anything.
    ``compares``: whether the reader may be told what differs from earlier files, which is quoted.
    """
    rows = session.execute(_of(delivery).order_by(NoticeAttachment.id).limit(MOST_FILES))
    files = [shown(delivery.notice, *row, scans=scans) for row in rows]
    return files if compares else [replace(file, changed="") for file in files]


def open_file(
    session: Session, reader: Reader, delivery_id: int, attachment_id: int, *, scans: bool
) -> OpenedFile:
    """Return a file of an item; NotFoundError when it is not for this reader. Two statements."""
    delivery = open_item(session, reader, delivery_id)
    row = session.execute(_of(delivery).where(NoticeAttachment.id == attachment_id)).first()
    if row is None:
        raise NotFoundError
    attachment, document, _ = row
    return OpenedFile(delivery, attachment, document, shown(delivery.notice, *row, scans=scans))


def check_fetchable(file: OpenedFile) -> None:
    """Raise GoneError, RefusedFileError or BeingCheckedError when nobody may fetch a file."""
    if file.shown.gone:
        raise GoneError(file.shown.gone)
    if file.shown.refused:
        raise RefusedFileError(file.shown.refused)
    if file.shown.is_held:
        raise BeingCheckedError(file.shown.waiting)


def kind_shown(attachment: NoticeAttachment, document: Document | None) -> Kind:
    """Return what a file is: as its content said, else as whoever added it was told."""
    media_type = (document.media_type if document else "") or attachment.media_type
    return BY_MEDIA_TYPE.get(media_type, KINDS["unknown"])


def files_with_documents() -> sa.Select[Any]:
    """Select files, each with its document and whether that has words, as ``shown`` takes them."""
    same = sa.and_(
        Document.authority_id == NoticeAttachment.authority_id,
        Document.sha256 == NoticeAttachment.sha256,
    )
    return (
        sa.select(NoticeAttachment, Document, (Document.text != "").label("has_words"))
        .outerjoin(Document, same)
        .options(sa.orm.defer(Document.text), sa.orm.defer(Document.outline))
    )


def shown(
    notice: Notice,
    file: NoticeAttachment,
    document: Document | None,
    has_words: bool | None,  # noqa: FBT001 - a column
    *,
    scans: bool,
) -> FileShown:
    """Return a file as a list shows it."""
    kind = kind_shown(file, document)
    gone = why_gone(notice, file)
    if not gone and document is not None and document.state is DocumentState.EXPUNGED:
        gone = "This file was deleted, because it may not be kept longer."
    dangers, refused = _dangers(kind, file, document)
    waits = document is not None and document.state is DocumentState.WAITING
    return FileShown(
        id=file.id,
        name=safe_name(file.name),
        kind=kind.name,
        facts=_facts(kind, document),
        size=file.size,
        dangers=dangers,
        refused=refused,
        gone=gone,
        waiting=_waiting(document, scans=scans) if waits else "",
        is_held=waits and scans,
        has_copy=bool(has_words) and not (gone or refused),
        is_replaced=file.replaced_at is not None,
        changed=file.changed,
        added_at=file.added_at,
    )


def _of(delivery: Delivery) -> sa.Select[Any]:
    return files_with_documents().where(
        NoticeAttachment.authority_id == delivery.authority_id,
        NoticeAttachment.notice_id == delivery.notice_id,
    )


def _dangers(
    kind: Kind, file: NoticeAttachment, document: Document | None
) -> tuple[tuple[str, ...], str]:
    """Return the warnings about a file, and why it is refused if it is.

    Its own name counts, too: the same content may have been looked at under another one.
    """
    if document is None or not document.media_type:
        note = document.note if document and document.state is DocumentState.REFUSED else ""
        return (), note
    if document.state is DocumentState.REFUSED:
        return (), document.note
    named = name_danger(kind, file.name)
    if named is not None and named.refuses:
        return (), named.words
    found = [str(one["words"]) for one in document.dangers if one["code"] != "false_name"]
    found += [named.words] if named is not None and named.words not in found else []
    return tuple(found), ""


def _waiting(document: Document | None, *, scans: bool) -> str:
    if not scans:
        return READ_SOON
    away = document.note if document else ""
    return f"{CHECKED_SOON} {away}".strip()


def _facts(kind: Kind, document: Document | None) -> str:
    pages = document.pages if document else None
    if not pages:
        return kind.said
    what = _COUNTED.get(kind.name, "page")
    return f"{kind.said}, {pages:,} {what}{'' if pages == 1 else 's'}"
