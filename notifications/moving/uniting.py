"""What two entries of one person did with the same notice becomes what the person did."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from foundation.bulk import batches, update_all
from notifications.models import Delivery, DeliveryState
from notifications.moving.handing_on import Step

FURTHER = (DeliveryState.UNREAD, DeliveryState.READ, DeliveryState.DONE)


def keep_furthest(session: Session, authority_id: int, closed: Sequence[Step]) -> None:
    """Let the items that stay be read or done where those that were closed for them were.

    ``closed`` are the steps that ``hand_on`` closed, all to one person: nobody is asked again for
    what they did under their other entry. Two statements for each thousand; again: nothing happens.
    """
    was = {step.item.id: step.item.state for step in closed}
    theirs, mine = aliased(Delivery), aliased(Delivery)
    for some in batches(closed):
        rows = session.execute(
            sa.select(theirs.id, theirs.read_at, theirs.done_at, mine.id.label("mine"), mine.state)
            .join(
                mine,
                sa.and_(
                    mine.authority_id == theirs.authority_id,
                    mine.notice_id == theirs.notice_id,
                    mine.school_id == theirs.school_id,
                ),
            )
            .where(
                theirs.authority_id == authority_id,
                theirs.id.in_([step.item.id for step in some]),
                mine.person_id == some[0].to_id,
                mine.state.in_(FURTHER[:-1]),
            )
            .order_by(theirs.id)
        )
        found: dict[int, tuple[DeliveryState, datetime | None, datetime | None]] = {}
        for row in rows:
            state = found[row.mine][0] if row.mine in found else row.state
            if FURTHER.index(was[row.id]) > FURTHER.index(state):
                found[row.mine] = (was[row.id], row.read_at or row.done_at, row.done_at)
        update_all(
            session,
            Delivery,
            [
                {"id": key, "state": state, "read_at": read_at, "done_at": done_at}
                for key, (state, read_at, done_at) in found.items()
            ],
        )
    session.expire_all()
