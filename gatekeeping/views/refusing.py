"""Keeping refused attempts: somebody tried what they may not do."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.access import hat, signed_in_person
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import ConflictError, NotGatekeeperError, record_refused
from gatekeeping.deciding.leases import HeldError, NotHeldError
from gatekeeping.mailgate.cases import conflicting
from gatekeeping.mailgate.cases.conflicting import CaseConflictError
from gatekeeping.mailgate.cases.deciding import OwnReleaseError

RECORDED = (ConflictError, NotGatekeeperError, HeldError, NotHeldError)
"""Refusals that belong into the audit trail."""
RECORDED_OF_CASES = (CaseConflictError, NotGatekeeperError, OwnReleaseError)


def refused(
    session: Session, submission_id: int, verb: str, refusal: Refusal, *, at: datetime
) -> None:
    """Undo what was begun, and keep the attempt in the audit trail."""
    session.rollback()
    if isinstance(refusal, RECORDED):
        record_refused(
            session,
            authority_id=hat().authority_id,
            submission_id=submission_id,
            verb=verb,
            refusal=refusal,
            by=signed_in_person().id,
            at=at,
        )
        session.commit()


def case_refused(
    session: Session, case_id: int, verb: str, refusal: Refusal, *, at: datetime
) -> None:
    """Undo what was begun with held mail, and keep the attempt in the audit trail."""
    session.rollback()
    if isinstance(refusal, RECORDED_OF_CASES):
        conflicting.record_refused(
            session,
            case_id,
            authority_id=hat().authority_id,
            verb=verb,
            refusal=refusal,
            by=signed_in_person().id,
            at=at,
        )
        session.commit()
