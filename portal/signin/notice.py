"""The privacy notice, shown once before a person first uses the portal."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit


def seen(session: Session, *, by: Person, at: datetime) -> None:
    """Remember that the person has seen the notice; only the first time counts."""
    first = session.execute(
        sa.update(Person)
        .where(
            Person.id == by.id,
            Person.authority_id == by.authority_id,
            Person.privacy_seen_at.is_(None),
        )
        .values(privacy_seen_at=at)
        .returning(Person.id)
    ).first()
    if first is not None:
        audit.record(
            session,
            authority_id=by.authority_id,
            action="signin.notice_seen",
            subject="person",
            subject_id=by.id,
            by=by.id,
            at=at,
        )
