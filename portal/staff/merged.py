"""What is noted about people who are going to leave, when two entries of one become one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import PeopleMerged
from portal.staff.models import Leaving

MOST = 10_000


def follow_merge(session: Session, event: PeopleMerged, at: datetime) -> None:
    """Let the kept entry leave, take over or be head as was noted of the other (PeopleMerged).

    Where both were going to leave a school, what was noted of the kept one counts. Nobody takes
    over from themselves: routing then finds whom it goes to. Again nothing happens.
    """
    noted = session.scalars(
        sa.select(Leaving)
        .where(Leaving.authority_id == event.authority_id, Leaving.settled_at.is_(None))
        .order_by(Leaving.id)
        .limit(MOST)
        .with_for_update()
    ).all()
    leave = {row.school_id for row in noted if row.person_id == event.kept_id}
    for row in noted:
        _rename(row, event)
        if row.person_id == event.gone_id and row.school_id in leave:
            row.settled_at = at
        elif row.person_id == event.gone_id:
            row.person_id = event.kept_id
        _spare_themselves(row)
    session.flush()


def _rename(row: Leaving, event: PeopleMerged) -> None:
    if row.to_id == event.gone_id:
        row.to_id = event.kept_id
    if row.next_head_id == event.gone_id:
        row.next_head_id = event.kept_id
    if event.gone_id in row.choices.values():
        row.choices = {
            key: event.kept_id if who == event.gone_id else who for key, who in row.choices.items()
        }


def _spare_themselves(row: Leaving) -> None:
    if row.to_id == row.person_id:
        row.to_id = None
    if row.next_head_id == row.person_id:
        row.next_head_id = None
    if row.person_id in row.choices.values():
        row.choices = {key: who for key, who in row.choices.items() if who != row.person_id}
