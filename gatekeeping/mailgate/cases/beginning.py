"""Opening a case, however it came about: held mail, mail that was seen, a run, a report."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.mail_directory.reached import Correspondent
from foundation import audit, clock
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.cases.moves import due_at
from gatekeeping.mailgate.policy import Why
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState


@dataclass(frozen=True)
class NewCase:
    """What a case is opened with: the columns of ``BypassCase`` of the same names."""

    kind: CaseKind
    why: Why
    token: str
    content_key: str
    sender: Correspondent
    """Its address is that of the envelope, where there was one."""
    urns: list[int]
    schools: int
    detail: dict[str, Any]


def open_case(
    session: Session, authority_id: int, new: NewCase, *, at: datetime
) -> tuple[BypassCase, bool]:
    """Open the case with this token, or return the one that is there; tell whether it is new.

    Recorded in the audit trail when it is new. What is sealed in it, if anything, and who is told
    of it is the caller's to add.
    """
    found = _find(session, authority_id, new.token)
    if found is not None:
        return found, False
    case = _made(session, authority_id, new, at)
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError:  # another process opened it in this very moment
        again = _find(session, authority_id, new.token)
        if again is None:
            raise
        return again, False
    audit.record(
        session,
        authority_id=authority_id,
        action="bypass.opened",
        subject="bypass_case",
        subject_id=case.id,
        by=None,
        at=at,
        detail={"kind": new.kind.value, "why": new.why.value, "schools": new.schools},
    )
    return case, True


def _find(session: Session, authority_id: int, token: str) -> BypassCase | None:
    return session.scalars(
        sa.select(BypassCase)
        .where(BypassCase.authority_id == authority_id, BypassCase.token == token)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _made(session: Session, authority_id: int, new: NewCase, at: datetime) -> BypassCase:
    protocol = protocol_of(session, authority_id)
    lapses = add_working_days(clock.local_date(at), protocol.bypass_lapse_days)
    case = BypassCase(
        authority_id=authority_id,
        kind=new.kind,
        state=CaseState.WAITING,
        token=new.token,
        content_key=new.content_key,
        sender=new.sender.address[:254],  # a domain beyond ASCII grows when it is spelled
        sender_id=new.sender.person_id,
        team_id=new.sender.team_id,
        team=new.sender.team[:120],
        why=new.why.value,
        schools=new.schools,
        urns=new.urns,
        detail=new.detail,
        received_at=at,
        is_emergency=False,
        delete_on=lapses + timedelta(days=protocol.bypass_keep_days),
    )
    case.due_at = due_at(case, protocol, at=at)
    return case
