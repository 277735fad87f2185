"""Applying what was chosen: each change in a transaction of its own, by a worker.

A worker that is killed leaves what it has not done as chosen, and another does it. Of two workers
on one change the second waits and then finds it done.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from directory.models import School
from directory.models_updates import ChangeState, SchoolChange
from directory.updates.moves import move
from directory.updates.writing import StaleError, record, write
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.errors import Refusal

log = logging.getLogger(__name__)

MOST = 500
TAKEN = "Another school or trust has this number already. Ask whoever runs the portal."
FAULT = "It could not be applied. Ask whoever runs the portal to look into the log."


def apply_chosen(
    database: Database, *, at: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Apply up to ``MOST`` chosen changes whose day has come; return how many were settled."""
    settled = 0
    for change_id, authority_id in _due(database, at):
        if stopping():
            break
        with database.transaction(authority=authority_id) as session:
            settled += _apply(session, authority_id, change_id, at=at)
    return settled


def _due(database: Database, at: datetime) -> list[tuple[int, int]]:
    table = SchoolChange
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        rows = session.execute(
            sa.select(table.id, table.authority_id)
            .where(
                table.state == ChangeState.CHOSEN,
                sa.or_(table.due_on.is_(None), table.due_on <= clock.local_date(at)),
            )
            .order_by(table.authority_id, table.turn, table.id)
            .limit(MOST)
        )
        return [(row.id, row.authority_id) for row in rows]


def _apply(session: Session, authority_id: int, change_id: int, *, at: datetime) -> bool:
    change = session.scalars(
        sa.select(SchoolChange)
        .where(
            SchoolChange.authority_id == authority_id,
            SchoolChange.id == change_id,
            SchoolChange.state == ChangeState.CHOSEN,
        )
        .with_for_update()
    ).first()
    if change is None:
        return False  # another worker was quicker, or somebody took the choice back
    to, said, by = ChangeState.APPLIED, change.said, change.settled_by_id
    try:
        with session.begin_nested():
            counts = write(session, change, at=at)
            change.school_id = _school_id(session, change)
            record(session, change, counts, at=at)
    except StaleError as fault:
        to, said = ChangeState.STALE, str(fault)
    except Refusal as fault:
        to, said = ChangeState.REFUSED, str(fault)
    except IntegrityError:
        to, said = ChangeState.REFUSED, TAKEN
    except OperationalError:
        raise  # the database is away: it is tried again
    except Exception:
        log.exception("a change of a school could not be applied", extra={"change_id": change_id})
        to, said = ChangeState.REFUSED, FAULT
    since = (ChangeState.CHOSEN,)
    own = [SchoolChange.id == change_id]
    return bool(move(session, authority_id, own, to, since=since, by=by, at=at, said=said[:500]))


def _school_id(session: Session, change: SchoolChange) -> int | None:
    return session.scalar(
        sa.select(School.id).where(
            School.authority_id == change.authority_id, School.urn == change.urn
        )
    )
