"""What waits for somebody's next digest."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.bulk import upsert_all
from notifications.models_reaching import DigestEntry
from notifications.reaching.quiet import Choice, next_digest


def gather(
    session: Session,
    authority_id: int,
    items: Sequence[tuple[int, int, Choice]],
    *,
    at: datetime,
) -> None:
    """Put deliveries into the next digests of people: delivery, person, and what they chose.

    One statement. What stood in an earlier digest, or waited for somebody else's, goes into this
    one: it changed, or was handed on, since.
    """
    rows = [
        {
            "authority_id": authority_id,
            "delivery_id": delivery_id,
            "person_id": person_id,
            "digest_id": None,
            "due_at": next_digest(choice, at),
        }
        for delivery_id, person_id, choice in items
    ]
    upsert_all(session, DigestEntry, rows, key=["delivery_id"])


def refit(
    session: Session, authority_id: int, person_id: int, choice: Choice, *, at: datetime
) -> None:
    """Let what waits for a person's digest follow what they chose: one or two statements.

    It goes with the next digest; where there is none any more it is due now: composed at once, it
    goes as one mail when their quiet hours allow.
    """
    due_at = next_digest(choice, at) if choice.has_digest else at
    session.execute(
        sa.update(DigestEntry)
        .where(
            DigestEntry.authority_id == authority_id,
            DigestEntry.person_id == person_id,
            DigestEntry.digest_id.is_(None),
        )
        .values(due_at=due_at)
        .execution_options(synchronize_session=False)
    )


def waiting_for(session: Session, authority_id: int, person_id: int) -> int:
    """Return how many items a person's next digest holds so far."""
    return (
        session.scalar(
            sa.select(sa.func.count()).where(
                DigestEntry.authority_id == authority_id,
                DigestEntry.person_id == person_id,
                DigestEntry.digest_id.is_(None),
            )
        )
        or 0
    )
