"""Counting held mail that turned out to need no gate, like exempt mail that officers log."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership
from gatekeeping.models import BypassCase, Exempt, ExemptKind


def count_exempt(session: Session, case: BypassCase, kind: ExemptKind, *, at: datetime) -> None:
    """Count a case's message as its sender's; of a sender without an organisation none is kept."""
    sender = session.scalars(
        sa.select(Membership)
        .where(
            Membership.authority_id == case.authority_id,
            Membership.person_id == case.sender_id,
            Membership.organisation_id.is_not(None),
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.id)
        .limit(1)
    ).first()
    if sender is None or sender.organisation_id is None:
        return
    session.add(
        Exempt(
            authority_id=case.authority_id,
            kind=kind,
            organisation_id=sender.organisation_id,
            team_id=sender.team_id,
            by_id=sender.person_id,
            at=at,
        )
    )
