"""Opening a case of which the gateway holds nothing back: a run of single messages, a report."""

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


def find_case(session: Session, authority_id: int, token: str) -> BypassCase | None:
    """Return the case with this token, locked, or None."""
    return session.scalars(
        sa.select(BypassCase)
        .where(BypassCase.authority_id == authority_id, BypassCase.token == token)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def begin_case(  # noqa: PLR0913 - all by name: what a case is made of
    session: Session,
    authority_id: int,
    *,
    kind: CaseKind,
    why: Why,
    token: str,
    content_key: str,
    sender: Correspondent,
    urns: list[int],
    schools: int,
    detail: dict[str, Any],
    at: datetime,
) -> tuple[BypassCase, bool]:
    """Open the case with this token, or return the one that is there; tell whether it is new.

    It is due like held mail. What is sealed in it, if anything, is the caller's to add.
    """
    found = find_case(session, authority_id, token)
    if found is not None:
        return found, False
    protocol, today = protocol_of(session, authority_id), clock.local_date(at)
    case = BypassCase(
        authority_id=authority_id,
        kind=kind,
        state=CaseState.WAITING,
        token=token,
        content_key=content_key,
        sender=sender.address[:254],  # a domain beyond ASCII grows when it is spelled
        sender_id=sender.person_id,
        team_id=sender.team_id,
        team=sender.team[:120],
        why=why.value,
        schools=schools,
        urns=urns,
        detail=detail,
        received_at=at,
        delete_on=add_working_days(today, protocol.bypass_lapse_days)
        + timedelta(days=protocol.bypass_keep_days),
    )
    case.due_at = due_at(case, protocol, at=at)
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError:  # another process opened it in this very moment
        again = find_case(session, authority_id, token)
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
        detail={"kind": kind.value, "why": why.value, "schools": schools},
    )
    return case, True
