"""What a person kept for themselves goes along when two entries of them become one."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.events import PeopleMerged
from notifications.models_reading import DeliveryNote, SavedView


def keep_own(session: Session, event: PeopleMerged, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """Give notes and saved views of the entry that went to the kept one (of ``PeopleMerged``).

    Where both have one of the same the kept entry's own stays as it is. Again nothing happens.
    """
    _move(session, DeliveryNote, event, ("delivery_id",))
    _move(session, SavedView, event, ("school_id", "name"))


def _move(session: Session, table: type[Any], event: PeopleMerged, same: tuple[str, ...]) -> None:
    kept = aliased(table)
    has_one = sa.exists().where(
        kept.person_id == event.kept_id,
        *(getattr(kept, name) == getattr(table, name) for name in same),
    )
    session.execute(
        sa.update(table)
        .where(
            table.authority_id == event.authority_id,
            table.person_id == event.gone_id,
            sa.not_(has_one),
        )
        .values(person_id=event.kept_id)
        .execution_options(synchronize_session=False)
    )
