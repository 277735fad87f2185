"""Deleting what held, seen and reported messages said, on the day that each case names.

The case itself stays, with who, when, how many schools and what was decided. What still waits, is
being sent, or was released in an emergency that nobody has reviewed yet is kept.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation import audit, clock
from gatekeeping.models import BypassCase, HeldPart
from notifications.models_mail import Mail, MailState

log = logging.getLogger(__name__)

BATCH: Final = 50
MAILS: Final = "mails"


def note_mail(session: Session, case: BypassCase, mail: Mail) -> None:
    """Note a mail that says something of the message: what never leaves goes with the rest."""
    session.flush()
    case.detail = {**(case.detail or {}), MAILS: [*(case.detail or {}).get(MAILS, ()), mail.id]}


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
    if found:
        _empty(session, authority_id, found, at)
    return len(found)


def _empty(session: Session, authority_id: int, found: Sequence[BypassCase], at: datetime) -> None:
    session.execute(
        sa.delete(HeldPart)
        .where(
            HeldPart.authority_id == authority_id,
            HeldPart.case_id.in_([case.id for case in found]),
        )
        .execution_options(synchronize_session=False)
    )
    _empty_mails(session, authority_id, [each for case in found for each in mails_of(case)])
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


def mails_of(case: BypassCase) -> list[int]:
    """Return the ids of the mails that were noted of a case."""
    return list((case.detail or {}).get(MAILS, ()))


def _empty_mails(session: Session, authority_id: int, ids: list[int]) -> None:
    """Delete what mails say that failed or still wait; the latter are not sent any more."""
    waits = Mail.state == MailState.QUEUED
    session.execute(
        sa.update(Mail)
        .where(Mail.authority_id == authority_id, Mail.id.in_(ids), Mail.text != "")
        .values(text="", state=sa.case((waits, MailState.DROPPED), else_=Mail.state))
        .execution_options(synchronize_session=False)
    )
