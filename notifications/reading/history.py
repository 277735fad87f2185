"""Where an item has been: the moves of a delivery, in words for its reader."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.models import Person, School
from notifications.models import Delivery, DeliveryMove
from notifications.moving.closing import IS_CLOSING
from notifications.reading.inbox import Reader

MOST = 50
MAILBOX = "the school’s own mailbox"


@dataclass(frozen=True)
class Moved:
    """One step: words that a day follows, that moment, and the sentence that says why."""

    words: str
    at: datetime
    why: str


def history(session: Session, delivery: Delivery, reader: Reader) -> list[Moved]:
    """Return the moves of an item, the oldest first: one statement."""
    giver, taker = aliased(Person), aliased(Person)
    rows = session.execute(
        sa.select(
            giver.name.label("giver"),
            DeliveryMove.to_person_id,
            taker.name.label("taker"),
            School.name.label("school"),
            DeliveryMove.why,
            DeliveryMove.at,
            IS_CLOSING.label("closed"),
        )
        .outerjoin(giver, giver.id == DeliveryMove.from_person_id)
        .outerjoin(taker, taker.id == DeliveryMove.to_person_id)
        .outerjoin(School, School.id == DeliveryMove.from_school_id)
        .where(
            DeliveryMove.authority_id == delivery.authority_id,
            DeliveryMove.delivery_id == delivery.id,
        )
        .order_by(DeliveryMove.id)
        .limit(MOST)
    )
    return [
        Moved("It was closed on" if row.closed else _way(row, reader), row.at, row.why)
        for row in rows
    ]


def _way(row: sa.Row[Any], reader: Reader) -> str:
    taker = "you" if row.to_person_id == reader.person_id else row.taker or MAILBOX
    giver = f"{row.giver or MAILBOX}{f' of {row.school}' if row.school else ''}"
    return f"It came to {taker} from {giver} on"
