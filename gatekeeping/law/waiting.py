"""Submissions whose legal claim nobody has verified yet: what a legal reviewer works through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.models import IS_NEWEST, Submission, SubmissionVersion
from gatekeeping.moves import WAITING

MOST = 50


@dataclass(frozen=True)
class WaitingClaim:
    """One submission at the gate that claims a duty in law; ``sentence`` is what is known of it."""

    submission_id: int
    number: str
    title: str
    submitted_at: datetime | None
    schools: int
    sentence: str


def claims_waiting(session: Session, authority_id: int) -> Sequence[WaitingClaim]:
    """Return the claims not verified, those that wait longest first, at most ``MOST``."""
    law = SubmissionVersion.law
    rows = session.execute(
        sa.select(
            Submission.id,
            Submission.number,
            Submission.title,
            Submission.submitted_at,
            Submission.schools,
            law.label("law"),
        )
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(
            Submission.authority_id == authority_id,
            Submission.state.in_(WAITING),
            law["verdict"].as_string().is_not(None),
            law["verified"].as_boolean().is_(False),
        )
        .order_by(Submission.submitted_at, Submission.id)
        .limit(MOST)
    ).all()
    return [
        WaitingClaim(
            row.id, row.number or "", row.title, row.submitted_at, row.schools, row.law["sentence"]
        )
        for row in rows
    ]
