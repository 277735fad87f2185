"""Closing deliveries of which nothing is wanted any more, with a line in their history."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.model import BigId
from notifications.models import Delivery, DeliveryMove, DeliveryState, Notice
from notifications.models_mail import Mail, MailState
from notifications.models_reaching import DigestEntry
from notifications.moving.handing_on import OPEN

IS_CLOSING = sa.and_(
    DeliveryMove.from_person_id.is_(None),
    DeliveryMove.to_person_id.is_(None),
    DeliveryMove.from_school_id.is_(None),
)
"""Tells the history's lines that say why an item was closed from those of its ways: nobody gave
it to anybody, so it stays readable for whoever had it."""


def close(
    session: Session,
    authority_id: int,
    which: sa.ColumnElement[bool],
    *,
    why: str | sa.ColumnElement[str],
    by: int | None,
    at: datetime,
) -> None:
    """Close the open deliveries that ``which`` picks; what waits to tell of them is not sent.

    ``why`` is a sentence for readers, also one that the statement works out. Four statements
    however many deliveries.
    """
    session.flush()
    picked = (Delivery.authority_id == authority_id, Delivery.state.in_(OPEN), which)
    ids = sa.select(Delivery.id).where(*picked)
    words: Any = sa.literal(why, sa.String) if isinstance(why, str) else why
    written = sa.select(
        sa.literal(authority_id, BigId),
        Delivery.id,
        words,
        sa.literal(by, BigId),
        sa.literal(at, DeliveryMove.at.type),
    ).where(*picked)
    session.execute(
        sa.insert(DeliveryMove.__table__).from_select(  # type: ignore[arg-type]
            ("authority_id", "delivery_id", "why", "by_id", "at"), written, include_defaults=False
        )
    )
    for waiting in (
        sa.delete(Mail).where(Mail.delivery_id.in_(ids), Mail.state == MailState.QUEUED),
        sa.delete(DigestEntry).where(
            DigestEntry.delivery_id.in_(ids), DigestEntry.digest_id.is_(None)
        ),
    ):
        session.execute(waiting.execution_options(synchronize_session=False))
    session.execute(
        sa.update(Delivery)
        .where(*picked)
        .values(state=DeliveryState.CLOSED)
        .execution_options(synchronize_session=False)
    )
    forget(session)


def reopen(session: Session, authority_id: int, notice_ids: sa.Select[tuple[int]]) -> None:
    """Open again what was closed when its notice was withdrawn: one statement."""
    session.flush()
    closed_then = (
        sa.exists()
        .where(
            IS_CLOSING,
            DeliveryMove.delivery_id == Delivery.id,
            Notice.id == Delivery.notice_id,
            Notice.withdrawn_at == DeliveryMove.at,
        )
        .correlate(Delivery)
    )
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.authority_id == authority_id,
            Delivery.notice_id.in_(notice_ids),
            Delivery.state == DeliveryState.CLOSED,
            closed_then,
        )
        .values(state=sa.case((Delivery.read_at.is_(None), "unread"), else_="read"))
        .execution_options(synchronize_session=False)
    )
    forget(session)


def forget(session: Session) -> None:
    """Let the session read its deliveries anew when it is asked for them."""
    for held in session.identity_map.values():
        if isinstance(held, Delivery):
            session.expire(held, ["state"])
