"""How much waits for a person at their other schools."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.models import Delivery
from notifications.reading.inbox import WAITING


def waiting_at(
    session: Session,
    authority_id: int,
    person_id: int,
    school_ids: Collection[int],
    *,
    today: date,
) -> dict[int, int]:
    """Return how many of the person's own items wait at each of these schools: one statement.

    What is put away does not count; a school where nothing waits is not named.
    """
    if not school_ids:
        return {}
    rows = session.execute(
        sa.select(Delivery.school_id, sa.func.count())
        .where(
            Delivery.authority_id == authority_id,
            Delivery.person_id == person_id,
            Delivery.school_id.in_(sorted(school_ids)),
            WAITING,
            sa.or_(Delivery.snoozed_until.is_(None), Delivery.snoozed_until <= today),
        )
        .group_by(Delivery.school_id)
    )
    return dict(rows.tuples().all())
