"""The files of a held message, added to the draft that is made of it."""

import re
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final

from sqlalchemy.orm import Session

from directory.models import Person
from foundation.errors import Refusal
from foundation.filenames import safe_name
from foundation.files import FileStore
from gatekeeping.attached import attachments
from gatekeeping.attached.attachments import Limits
from gatekeeping.mailgate.message import attachment_bodies
from gatekeeping.models import Submission

SMALL_PICTURE: Final = 100_000
_SEAL: Final = re.compile(r"smime\.p7[sm]|signature\.asc", re.IGNORECASE)
_PICTURE: Final = re.compile(r"(?:image|outlook-)\S*", re.IGNORECASE)
"""What mail programs call the pictures of a signature."""


def add_files(
    session: Session,
    store: FileStore,
    draft: Submission,
    *,
    source: BinaryIO,
    by: Person,
    limits: Limits,
    at: datetime,
) -> list[str]:
    """Add the files of a message to a draft, each judged as if its author had added it.

    One that is not taken loses no other: it is named in a sentence with the reason. Pictures and
    seals of signatures are passed over.
    """
    faults = []
    for name, media_type, content in attachment_bodies(source):
        if _is_trimming(name, media_type, len(content)):
            continue
        try:
            attachments.add(
                session,
                store,
                draft,
                stream=BytesIO(content),
                name=name or "file",
                by=by,
                limits=limits,
                at=at,
            )
        except Refusal as refusal:
            faults.append(f"“{safe_name(name or 'file')}” was not added. {refusal}")
    return faults


def _is_trimming(name: str, media_type: str, size: int) -> bool:
    """Tell a signature's pictures and seals from files that somebody attached."""
    if _SEAL.fullmatch(name):
        return True
    is_small_picture = media_type.startswith("image/") and size < SMALL_PICTURE
    return is_small_picture and (not name or bool(_PICTURE.fullmatch(name)))
