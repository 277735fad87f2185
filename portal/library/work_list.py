"""The index's work list: which notices it does not hold yet, or holds as they used to be."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.db import EVERY_AUTHORITY, Database
from foundation.errors import Refusal
from notifications.models import Notice
from portal.library.documents import BATCH
from portal.library.models import IndexChange

Change = sa.Row[tuple[int, int]]


class BeingRebuiltError(Refusal):
    """Somebody else writes the index just now."""

    sentence = "The search index is being written by another process. Try again in a minute."


def waiting(session: Session) -> Sequence[Change]:
    """Return the oldest rows, ``id, notice_id``, at most ``BATCH``."""
    return session.execute(
        sa.select(IndexChange.id, IndexChange.notice_id).order_by(IndexChange.id).limit(BATCH)
    ).all()


def any_waiting(database: Database) -> bool:
    """Tell whether there is work."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalar(sa.select(IndexChange.id).limit(1)) is not None


def newest(database: Database) -> int:
    """Return the id of the newest row, 0 without any."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalar(sa.select(sa.func.max(IndexChange.id))) or 0


def settle(database: Database, condition: sa.ColumnElement[bool]) -> None:
    """Delete rows that the index has."""
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(
            sa.delete(IndexChange).where(condition).execution_options(synchronize_session=False)
        )


def count_notices(session: Session) -> int:
    """Return how many notices a whole index holds."""
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(Notice).where(Notice.expunged_at.is_(None))
        )
        or 0
    )
