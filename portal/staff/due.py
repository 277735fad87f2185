"""Carrying out who leaves, the day after their last: drained by the task that watches the clock."""

from datetime import datetime

import sqlalchemy as sa

from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from portal.staff.leaving import carry_out
from portal.staff.models import Leaving

MOST = 100


def leave_due(database: Database, *, at: datetime) -> int:
    """Let everybody leave whose last day is over; return how many did. May run twice.

    Each in a transaction of its own: one that cannot be done keeps nobody else's back.
    """
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        due = session.execute(
            sa.select(Leaving.id, Leaving.authority_id)
            .where(Leaving.settled_at.is_(None), Leaving.last_day < clock.local_date(at))
            .order_by(Leaving.last_day, Leaving.id)
            .limit(MOST)
        ).all()
    done = 0
    for leaving_id, authority_id in due:
        with database.transaction(authority=authority_id) as session:
            planned = session.scalars(
                sa.select(Leaving)
                .where(Leaving.id == leaving_id, Leaving.settled_at.is_(None))
                .with_for_update()
            ).first()
            if planned is not None:
                done += carry_out(session, planned, at=at)
    return done
