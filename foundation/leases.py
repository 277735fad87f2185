"""Claims that workers hold on rows of work lists, each for a while."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database


def is_free(until: sa.SQLColumnExpression[datetime | None], at: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that nobody holds a row, by the column that says until when.

    Never claimed, claimed until a time that is over, or claimed while the clock ran ahead.
    """
    return sa.or_(until.is_(None), until <= at, until > at + clock.AHEAD)


def claim_oldest(
    database: Database,
    model: Any,
    waiting: sa.ColumnElement[bool],
    *columns: sa.SQLColumnExpression[Any],
    at: datetime,
    lease: timedelta,
) -> sa.Row[Any] | None:
    """Claim the oldest free row that waits, committed at once; return these columns of it.

    ``model`` has ``id``, ``claimed_until`` and ``tries``, which this counts up. Two who ask at once
    get different rows, or one of them None.
    """
    free = is_free(model.claimed_until, at)
    oldest = sa.select(model.id).where(waiting, free).order_by(model.id).limit(1)
    if database.is_postgresql:
        oldest = oldest.with_for_update(skip_locked=True)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        return session.execute(
            sa.update(model)
            .where(model.id == oldest.scalar_subquery(), free)
            .values(claimed_until=at + lease, tries=model.tries + 1)
            .returning(*columns)
            .execution_options(synchronize_session=False)
        ).first()
