"""What pages that join packages noted about a school that closes: handlers of its events."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.events import SchoolClosed, SchoolSucceeded
from portal.staff.models import Leaving


def carry_leavings(session: Session, event: SchoolSucceeded, at: datetime) -> None:
    """Let somebody who is going to leave do so at the successor (of ``SchoolSucceeded``)."""
    other = aliased(Leaving)
    noted_there = sa.exists().where(
        other.authority_id == event.authority_id,
        other.school_id == event.successor_id,
        other.person_id == Leaving.person_id,
        other.settled_at.is_(None),
    )
    _change(session, event, event.gone_id, ~noted_there, school_id=event.successor_id)
    _change(session, event, event.gone_id, sa.true(), settled_at=at)


def settle_leavings(session: Session, event: SchoolClosed, at: datetime) -> None:
    """Forget who was going to leave a school that closed (of ``SchoolClosed``)."""
    _change(session, event, event.school_id, sa.true(), settled_at=at)


def _change(
    session: Session,
    event: SchoolSucceeded | SchoolClosed,
    at_id: int,
    condition: sa.ColumnElement[bool],
    **values: object,
) -> None:
    session.execute(
        sa.update(Leaving)
        .where(
            Leaving.authority_id == event.authority_id,
            Leaving.school_id == at_id,
            Leaving.settled_at.is_(None),
            condition,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
