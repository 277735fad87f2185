"""Deleting what held, seen and reported messages said, on the day that each case names.

The case itself stays, with who, when, how many schools and what was decided. What still waits, is
being sent, or was released in an emergency that nobody has reviewed yet is kept.
"""

import logging
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import audit, clock
from gatekeeping.models import BypassCase, HeldPart

log = logging.getLogger(__name__)

BATCH: Final = 50


def empty_some(session: Session, authority_id: int, *, at: datetime) -> int:
    """Delete the content of up to ``BATCH`` cases whose day has come; return of how many."""
    found = session.scalars(
        sa.select(BypassCase)
        .where(
            BypassCase.authority_id == authority_id,
            BypassCase.emptied_at.is_(None),
            BypassCase.closed_at.is_not(None),
            BypassCase.delete_on <= clock.local_date(at),
            sa.or_(BypassCase.is_emergency.is_(False), BypassCase.reviewed_at.is_not(None)),
        )
        .order_by(BypassCase.delete_on, BypassCase.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=BypassCase)
    ).all()
    if not found:
        return 0
    session.execute(
        sa.delete(HeldPart)
        .where(
            HeldPart.authority_id == authority_id,
            HeldPart.case_id.in_([case.id for case in found]),
        )
        .execution_options(synchronize_session=False)
    )
    for case in found:
        case.sealed, case.emptied_at = None, at
    session.flush()
    for case in found:
        audit.record(
            session,
            authority_id=authority_id,
            action="bypass.emptied",
            subject="bypass_case",
            subject_id=case.id,
            by=None,
            at=at,
            detail={"bytes": case.size},
        )
    log.info("deleted what held mail said", extra={"cases": [case.id for case in found]})
    return len(found)
