"""Reading what a held, seen or reported message said. Every opening is in the audit trail.

Its sender's too: a mailbox and an account are sometimes looked at by others. Without an account,
by the key in the mail, nothing of it is shown.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit
from foundation.errors import Refusal
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
    _record(session, case, by, at, {})
    return outline


def open_own(
    session: Session, case: BypassCase, *, by: Person, seal: Seal, at: datetime
) -> Outline:
    """Return what a message said to its sender; recorded once for each opening.

    The caller has checked that ``by`` is the sender. Raises EmptiedError, SealBrokenError. Nothing
    is committed.
    """
    outline = open_outline(case, seal)
    _record(session, case, by, at, {"own": True})
    return outline


def own_subjects(
    session: Session, cases: Sequence[BypassCase], *, by: Person, seal: Seal, at: datetime
) -> dict[int, str]:
    """Return the subjects of somebody's own messages by the ids of their cases; empty if unknown.

    Recorded in one entry that names the cases. Nothing is committed.
    """
    found = {case.id: _subject(case, seal) for case in cases}
    read = [case_id for case_id, subject in found.items() if subject]
    if read:
        audit.record(
            session,
            authority_id=cases[0].authority_id,
            action="bypass.listed",
            subject="bypass_case",
            by=by.id,
            at=at,
            detail={"cases": read},
        )
    return found


def _subject(case: BypassCase, seal: Seal) -> str:
    try:
        return open_outline(case, seal).subject
    except Refusal:
        return ""


def _record(
    session: Session, case: BypassCase, by: Person, at: datetime, detail: dict[str, bool]
) -> None:
    audit.record(
        session,
        authority_id=case.authority_id,
        action="bypass.read",
        subject="bypass_case",
        subject_id=case.id,
        by=by.id,
        at=at,
        detail=detail,
    )
