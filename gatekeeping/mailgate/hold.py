"""Keeping a message that would go round the gate: the case, the sealed message, the sender's mail.

All in the caller's transaction: once that is committed the message is safe, and its sender is told
within a minute. Gatekeepers get no mail about a new case: it stands on top of their queue, and
what is not looked at in time is reminded of by one mail (``waiting``).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.sealing import Seal
from gatekeeping.mailgate.cases import telling
from gatekeeping.mailgate.cases.beginning import NewCase, open_case
from gatekeeping.mailgate.cases.brought_before import known_case
from gatekeeping.mailgate.cases.moves import TO_DECIDE
from gatekeeping.mailgate.cases.outlines import (
    close_outline,
    open_outline,
    outline_from,
    with_recipients,
)
from gatekeeping.mailgate.cases.pieces import keep_pieces
from gatekeeping.mailgate.policy import Judgement, Sent
from gatekeeping.mailgate.rule import tracing
from gatekeeping.mailgate.saying import as_json
from gatekeeping.models import BypassCase, CaseKind, MailTrace

if TYPE_CHECKING:
    from gatekeeping.mailgate.message import Message

PARTS_WITHIN: Final = timedelta(hours=1)
"""How far apart the parts of one message may come: a mail server brings them in a row."""


@dataclass(frozen=True)
class _Brought:
    """A message as it was brought to be kept."""

    authority_id: int
    sent: Sent
    message: "Message | None"
    source: BinaryIO
    judgement: Judgement
    token: str
    content_key: str
    kind: CaseKind
    at: datetime
    marks: bytes


def keep(  # noqa: PLR0913 - all by name
    session: Session,
    authority_id: int,
    *,
    sent: Sent,
    message: "Message | None",
    source: BinaryIO,
    judgement: Judgement,
    token: str,
    content_key: str,
    seal: Seal,
    at: datetime,
    kind: CaseKind = CaseKind.HELD,
    marks: bytes = b"",
) -> BypassCase:
    """Keep a message as a case, and queue the mail to its sender; nothing is committed.

    ``source`` is the message byte for byte, read once from its start in pieces of 256 KiB; of a
    message that was only SEEN nothing but the outline is kept. ``seal`` is ``held_mail_seal`` of
    the settings, ``marks`` what ``likeness.marks`` made of the message. The same brought again (by
    ``token``) is the same case and tells nobody twice. A further part of one message (the same
    content and sender, its case open, within the hour) widens that case.
    """
    before = known_case(session, authority_id, token)
    if before is not None:
        return session.get_one(BypassCase, before[0])
    brought = _Brought(
        authority_id, sent, message, source, judgement, token, content_key, kind, at, marks
    )
    case = _first_part(session, brought)
    if case is not None:
        _widen(session, case, brought, seal)
    else:
        case = _begin(session, brought, seal)
    _keep_trace(session, case, brought)
    return case


def _first_part(session: Session, brought: _Brought) -> BypassCase | None:
    return session.scalars(
        sa.select(BypassCase)
        .where(
            BypassCase.authority_id == brought.authority_id,
            BypassCase.content_key == brought.content_key,
            BypassCase.sender == brought.sent.sender,
            BypassCase.kind == brought.kind,
            BypassCase.state.in_(sorted(TO_DECIDE)),
            BypassCase.received_at > brought.at - PARTS_WITHIN,
        )
        .order_by(BypassCase.id)
        .limit(1)
        .with_for_update()
    ).first()


def _begin(session: Session, brought: _Brought, seal: Seal) -> BypassCase:
    judgement = brought.judgement
    new = NewCase(
        kind=brought.kind,
        why=judgement.why,
        token=brought.token,
        content_key=brought.content_key,
        sender=replace(judgement.sender, address=brought.sent.sender),
        urns=sorted(judgement.reached.urns),
        schools=len(judgement.schools),
        detail=as_json(judgement),
    )
    case, is_new = open_case(session, brought.authority_id, new, at=brought.at)
    if is_new:
        said = outline_from(brought.sent, brought.message)
        close_outline(case, with_recipients(said, (), judgement.reached.by_address), seal)
        if case.kind is CaseKind.HELD:
            case.size = keep_pieces(session, case, brought.source, seal)
        telling.of_new(session, case, seal, joined=judgement.joined, at=brought.at)
    return case


def _widen(session: Session, case: BypassCase, brought: _Brought, seal: Seal) -> None:
    judgement = brought.judgement
    own = set(
        session.scalars(
            sa.select(MailTrace.id)
            .where(MailTrace.authority_id == case.authority_id, MailTrace.case_id == case.id)
            .order_by(MailTrace.id)
            .limit(1_000)
        )
    )
    # Its own first part is no earlier message.
    joined = tuple(one for one in judgement.joined if one.trace_id not in own)
    schools = judgement.schools | frozenset(case.urns)
    case.urns = sorted(judgement.reached.urns | frozenset(case.urns))
    counted = {*schools, *(case.detail or {}).get("counted", ())}
    detail = as_json(replace(judgement, joined=joined, schools=frozenset(counted)))
    case.schools = len(counted)
    case.detail = {**(case.detail or {}), **detail, "own": case.urns}
    said, reached = open_outline(case, seal), judgement.reached.by_address
    sent = brought.sent
    said = with_recipients(said, sent.typed_recipients, reached, sent.asked)
    close_outline(case, said, seal)
    session.flush()


def _keep_trace(session: Session, case: BypassCase, brought: _Brought) -> None:
    session.flush()
    tracing.keep_trace(
        session,
        case.authority_id,
        sender=brought.judgement.sender,
        urns=brought.judgement.reached.urns,
        token=brought.token,
        marks=brought.marks,
        at=brought.at,
        case_id=case.id,
    )
    session.execute(  # where it was kept before without its case
        sa.update(MailTrace)
        .where(MailTrace.authority_id == case.authority_id, MailTrace.token == brought.token)
        .where(MailTrace.case_id.is_(None))
        .values(case_id=case.id)
        .execution_options(synchronize_session=False)
    )
