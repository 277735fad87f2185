"""How things that were sent stand now, as their readers are told: suspended, being reviewed.

Whoever handed a notice over says so; the words are kept with the notice, so that lists, items and
mails show them at once and without asking anybody.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.models import Notice

LONGEST = 300


def tell_readers(
    session: Session,
    authority_id: int,
    sources: sa.Select[tuple[int]],
    *,
    words: str,
    stopped: bool,
    valid_until: date | None,
) -> None:
    """Say how the notices of these sources stand now: one statement, also when there are none.

    ``words`` is a sentence for readers, empty when all is well. ``stopped``: nobody need answer
    now, and nobody is reminded.
    """
    session.execute(
        sa.update(Notice)
        .where(Notice.authority_id == authority_id, Notice.source_id.in_(sources))
        .values(standing=words[:LONGEST], stopped=stopped, valid_until=valid_until)
        .execution_options(synchronize_session="fetch")
    )
