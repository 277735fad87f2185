"""Reading what a held, seen or reported message said. Every opening is in the audit trail."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit
from foundation.sealing import Seal
from gatekeeping.mailgate.cases.conflicting import check_may_decide
from gatekeeping.mailgate.cases.outlines import Outline, open_outline
from gatekeeping.models import BypassCase


def open_content(
    session: Session, case: BypassCase, *, by: Person, seal: Seal, at: datetime
) -> Outline:
    """Return what a message said to somebody of the gate; recorded once for each opening.

    Who may decide about it may read it. Raises NotGatekeeperError, CaseConflictError, EmptiedError,
    SealBrokenError. Nothing is committed: commit it, or it was read without a trace.
    """
    check_may_decide(session, case, by.id)
    outline = open_outline(case, seal)
    audit.record(
        session,
        authority_id=case.authority_id,
        action="bypass.read",
        subject="bypass_case",
        subject_id=case.id,
        by=by.id,
        at=at,
    )
    return outline
