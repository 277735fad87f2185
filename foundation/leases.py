"""Claims that workers hold on rows of work lists, each for a while."""

from datetime import datetime

import sqlalchemy as sa

from foundation import clock


def is_free(until: sa.SQLColumnExpression[datetime | None], at: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that nobody holds a row, by the column that says until when.

    Never claimed, claimed until a time that is over, or claimed while the clock ran ahead.
    """
    return sa.or_(until.is_(None), until <= at, until > at + clock.AHEAD)
