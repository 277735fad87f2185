"""Correcting what was sent, where the correction asks no more of its readers."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.outbox import publish
from notifications.events import NoticeSent
from notifications.models import Notice


def amend(
    session: Session,
    authority_id: int,
    sources: sa.Select[tuple[int]],
    *,
    title: str,
    body: str,
    reference: str,
    due_on: date | None,
    at: datetime,
) -> None:
    """Show the corrected words and date to everybody who was sent one of these sources.

    Nobody is written to again, what was read stays read; search finds the new words. Two
    statements and one event for each notice, of which a submission has one or few.
    """
    mine = (Notice.authority_id == authority_id, Notice.source_id.in_(sources))
    session.execute(
        sa.update(Notice)
        .where(*mine)
        .values(title=title, body=body, reference=reference, due_on=due_on)
        .execution_options(synchronize_session="fetch")
    )
    for notice_id in session.scalars(sa.select(Notice.id).where(*mine).order_by(Notice.id)):
        publish(session, NoticeSent(authority_id, notice_id), at=at)
