"""Telling those who had read something that it is another now: once, as each of them chose.

Who had not read it yet is not written to: they find it as it is now.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.documents.versions import still_asked
from notifications.events import Changed, NoticeChanged
from notifications.models import Attention, Delivery, DeliveryState, Notice
from notifications.models_mail import Mail, Occasion
from notifications.reaching.notifying import notify
from notifications.reading.still import still_readable

TELLS: Final = frozenset({Changed.DATE, Changed.REPLACED, Changed.WITHDRAWN, Changed.FILE})


def tell_readers(session: Session, event: NoticeChanged, at: datetime) -> None:
    """Write one mail, or a line of the digest, to those who had read it (of ``NoticeChanged``).

    Whoever has left, or had it taken from them, is not written to: they may not see it any more.
    Mere corrections of words write to nobody: lists and the item say it. A file that was taken
    back, and whatever is urgent, leaves at once.
    """
    if event.kind not in TELLS:
        return
    notice = session.get_one(Notice, event.notice_id)
    which = (
        sa.select(Delivery.id)
        .where(
            Delivery.authority_id == event.authority_id,
            Delivery.notice_id == notice.id,
            Delivery.read_at.is_not(None),
            still_readable(),
            *_concerned(Changed(event.kind), notice),
        )
        .order_by(Delivery.id)
    )
    notify(
        session,
        event.authority_id,
        which,
        occasion=Occasion.CHANGED,
        round=_next_round(session, notice),
        at=at,
        urgent=event.kind == Changed.FILE or notice.attention is Attention.URGENT,
    )


def _concerned(kind: Changed, notice: Notice) -> list[sa.ColumnElement[bool]]:
    """Return whom it concerns among those who had read it before it changed."""
    if kind is Changed.DATE:  # whoever is done need not know
        return [
            Delivery.state == DeliveryState.READ,
            Delivery.read_at < (notice.amended_at or notice.sent_at),
        ]
    if kind is Changed.REPLACED:  # the others get the newer one
        return [
            Delivery.state == DeliveryState.CLOSED,
            ~still_asked(notice.replaced_by_id or 0),
        ]
    if kind is Changed.WITHDRAWN:
        return [Delivery.read_at < (notice.withdrawn_at or notice.sent_at)]
    return []


def _next_round(session: Session, notice: Notice) -> int:
    """Return how often its readers have been written to about changes, and one more."""
    last = session.scalar(
        sa.select(sa.func.max(Mail.round))
        .join(Delivery, Delivery.id == Mail.delivery_id)
        .where(
            Delivery.authority_id == notice.authority_id,
            Delivery.notice_id == notice.id,
            Mail.occasion == Occasion.CHANGED,
        )
    )
    return (last or 0) + 1
