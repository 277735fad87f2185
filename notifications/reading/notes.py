"""What somebody writes down about an item for themselves. Nobody else ever sees it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.bulk import upsert_all
from foundation.errors import Refusal
from notifications.models import Delivery
from notifications.models_reading import DeliveryNote
from notifications.reading.inbox import Reader

LONGEST = 4000


class TooLongError(Refusal):
    """A note is a note."""

    sentence = f"Write {LONGEST:,} characters at most."


def note_of(session: Session, delivery: Delivery, reader: Reader) -> DeliveryNote | None:
    """Return the reader's own note about an item: one statement."""
    return session.scalars(
        sa.select(DeliveryNote).where(
            DeliveryNote.authority_id == reader.authority_id,
            DeliveryNote.delivery_id == delivery.id,
            DeliveryNote.person_id == reader.person_id,
        )
    ).one_or_none()


def write(session: Session, delivery: Delivery, *, reader: Reader, text: str, at: datetime) -> None:
    """Keep the reader's note about an item that they may see; without a word it is deleted.

    Raises TooLongError.
    """
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST:
        raise TooLongError(field="text")
    note = note_of(session, delivery, reader)
    if note is None and text:
        row = {
            "authority_id": reader.authority_id,
            "delivery_id": delivery.id,
            "person_id": reader.person_id,
            "text": text,
            "at": at,
        }
        # saved twice in the same moment, as by a double click, it is one note
        upsert_all(session, DeliveryNote, [row], key=["delivery_id", "person_id"])
    elif note is not None and text:
        note.text, note.at = text, at
    elif note is not None:
        session.delete(note)
    session.flush()
