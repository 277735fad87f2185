"""Finding items by what their reader wrote down about them; nobody else finds them so."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.models import Delivery, Notice
from notifications.models_reading import DeliveryNote
from notifications.reading.inbox import Reader
from portal.library.narrowing import Filters, conditions
from portal.library.words import MOST_TEXT, MOST_WORDS

MOST: Final = 200
FIT: Final = 0.5
"""How well an item fits whose note holds the words."""


def noted(session: Session, typed: str, reader: Reader, filters: Filters) -> list[int]:
    """Return the notices with a note by this reader that holds all that was typed, newest first."""
    words = [word for word in typed[:MOST_TEXT].replace("\0", "").replace('"', " ").split() if word]
    if not words:
        return []
    query = (
        sa.select(Delivery.notice_id)
        .join(DeliveryNote, DeliveryNote.delivery_id == Delivery.id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(
            DeliveryNote.authority_id == reader.authority_id,
            DeliveryNote.person_id == reader.person_id,
            *conditions(reader, filters),
            *(
                sa.func.lower(DeliveryNote.text).contains(word.lower(), autoescape=True)
                for word in words[:MOST_WORDS]
            ),
        )
        .order_by(Delivery.notice_id.desc())
        .limit(MOST)
    )
    return list(dict.fromkeys(session.scalars(query)))


def notes(session: Session, reader: Reader, delivery_ids: list[int]) -> dict[int, str]:
    """Return what the reader wrote about these deliveries."""
    rows = session.execute(
        sa.select(DeliveryNote.delivery_id, DeliveryNote.text)
        .where(
            DeliveryNote.authority_id == reader.authority_id,
            DeliveryNote.person_id == reader.person_id,
            DeliveryNote.delivery_id.in_(delivery_ids),
        )
        .order_by(DeliveryNote.delivery_id)
    )
    return {row.delivery_id: row.text for row in rows}
