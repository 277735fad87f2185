"""Trying an address again whose mail came back, and saying why it did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation import audit
from notifications.models_mail import Mail, MailState

TRIED: Final = (
    "Mail goes to {name} as before, and is watched anew: if it comes back, this page says so again."
)


@dataclass(frozen=True)
class CameBack:
    """The last mail to somebody that did not arrive: when, and the server's words."""

    at: datetime
    why: str


def last_return(session: Session, authority_id: int, person_id: int) -> CameBack | None:
    """Return why mail to a person last came back or was refused: one statement."""
    at = sa.func.coalesce(Mail.returned_at, Mail.created_at)
    row = session.execute(
        sa.select(at, Mail.returned_why, Mail.last_error)
        .where(
            Mail.authority_id == authority_id,
            Mail.person_id == person_id,
            Mail.state.in_([MailState.RETURNED, MailState.FAILED]),
        )
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .limit(1)
    ).first()
    return None if row is None else CameBack(row[0], row[1] or row[2] or "")


def try_again(session: Session, person: Person, *, by: int, at: datetime) -> bool:
    """Believe again that mail arrives: somebody put the mailbox right. False when it did anyway."""
    if person.mail_failing_since is None:
        return False
    person.mail_failing_since = None
    audit.record(
        session,
        authority_id=person.authority_id,
        action="person.mail_tried",
        subject="person",
        subject_id=person.id,
        by=by,
        at=at,
    )
    return True
