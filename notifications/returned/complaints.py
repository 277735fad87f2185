"""A reader called our mail unwanted: they get less of it, and an administrator hears.

Items stay in their inbox, reminders of what they must do and urgent mail still come.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, Role
from foundation import audit
from foundation.errors import Refusal
from notifications.mail.compose import queue_mail
from notifications.mail.failing import whose
from notifications.mail.message import PORTAL
from notifications.models_mail import Mail
from notifications.reaching.choices import stop

MOST_TOLD: Final = 5
SUBJECT: Final = "Somebody reported a mail from the portal as unwanted"
TEXT: Final = (
    "{name} ({email}) told their mail provider that a mail from the portal is unwanted.\n\n"
    "From now on they get one mail a week about what is new, and no weekly bulletin. They still "
    "get reminders of what they must do, and everything urgent. They can change this themselves "
    "under “How we reach you”.\n\n"
    "Many such reports make providers refuse our mail to everybody. Ask them what was wrong:\n"
    "{portal}/people/{id}"
)


def heed(session: Session, mail: Mail, *, at: datetime) -> None:
    """Send this reader less from now on, and tell the administrators; nobody known, nothing."""
    person_id = mail.person_id or whose(session, mail)
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None:
        return
    for what in ("bulletin", "digest"):
        try:
            stop(session, mail.authority_id, person.id, what, at=at)
        except Refusal:
            continue  # their quiet hours leave no time for a digest: one of both must do
    audit.record(
        session,
        authority_id=mail.authority_id,
        action="mail.complained",
        subject="person",
        subject_id=person.id,
        by=None,
        at=at,
        detail={"mail": mail.id},
    )
    _tell(session, person, at)


def _tell(session: Session, person: Person, at: datetime) -> None:
    addresses = session.scalars(
        sa.select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.authority_id == person.authority_id,
            Membership.role == Role.ADMINISTRATOR,
            Membership.ended_at.is_(None),
        )
        .distinct()
        .order_by(Person.email)
        .limit(MOST_TOLD)
    ).all()
    text = TEXT.format(name=person.name, email=person.email, id=person.id, portal=PORTAL)
    for address in addresses:
        queue_mail(
            session,
            authority_id=person.authority_id,
            address=address,
            subject=SUBJECT,
            text=text,
            at=at,
        )
