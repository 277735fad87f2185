"""Reading what a held, seen or reported message said. Every opening is in the audit trail."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit
from foundation.sealing import Seal
from gatekeeping.deciding.conflicts import NotGatekeeperError, has_role
from gatekeeping.mailgate.cases.addressing import is_sender
from gatekeeping.mailgate.cases.conflicting import DECIDERS
from gatekeeping.mailgate.cases.outlines import Outline, open_outline
from gatekeeping.models import BypassCase


def open_content(
    session: Session, case: BypassCase, *, by: Person, seal: Seal, at: datetime
) -> Outline:
    """Return what a message said to somebody who may read it; recorded once for each opening.

    Gatekeepers and executives may, and its sender, whose own message it is. Raises
    NotGatekeeperError, EmptiedError, SealBrokenError. Nothing is committed: commit it, or it was
    read without a trace.
    """
    own = is_sender(case, by)
    if not own and not has_role(session, case.authority_id, by.id, DECIDERS):
        raise NotGatekeeperError
    outline = open_outline(case, seal)
    audit.record(
        session,
        authority_id=case.authority_id,
        action="bypass.read",
        subject="bypass_case",
        subject_id=case.id,
        by=by.id,
        at=at,
        detail={"own": own},
    )
    return outline
