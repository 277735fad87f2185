"""Cases of a sender, and reports of a reader, go along when two entries of them become one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import PeopleMerged
from gatekeeping.models import BypassCase, CaseReport


def follow_merge(session: Session, event: PeopleMerged, at: datetime) -> None:  # noqa: ARG001 - every handler is called alike
    """Name the kept entry as sender and reporter (of ``PeopleMerged``). Again nothing happens.

    Who decided or moved a case stays as it was: entries of those who do are never merged.
    """
    for whose in (BypassCase.sender_id, CaseReport.person_id):
        table = whose.class_
        session.execute(
            sa.update(table)
            .where(table.authority_id == event.authority_id, whose == event.gone_id)
            .values({whose: event.kept_id})
            .execution_options(synchronize_session=False)
        )
