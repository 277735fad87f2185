"""A headteacher reminds a colleague by hand of what is overdue: one mail, once a day."""

from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person, School
from foundation import audit, clock
from foundation.audit import AuditEntry
from foundation.errors import NotFoundError, Refusal
from notifications.mail.compose import queue_mail
from notifications.mail.message import PORTAL
from notifications.models import Delivery
from notifications.moving.handing_on import addresses
from notifications.reaching.choices import choice_of, send_after
from notifications.reading.counting import counts
from notifications.reading.filters import Chosen, Due
from notifications.reading.inbox import Reader

REMINDED = "reader.reminded"
MOST_SCHOOLS = 50
"""At how many one person works at most."""


class NothingOverdueError(Refusal):
    """There is nothing to remind of."""

    sentence = "Nothing is overdue with them any more."


class RemindedTodayError(Refusal):
    """Once a day is enough."""


class NoAddressError(Refusal):
    """Nobody can be written to without an address."""

    sentence = "We know no address to which mail for them can go."


def remind(session: Session, reader: Reader, person_id: int, *, at: datetime) -> str:
    """Write a colleague one mail about what is overdue with them; return their name.

    It waits until their quiet hours are over. Raises NotFoundError when they have nothing at the
    head's school, NothingOverdueError, RemindedTodayError and NoAddressError.
    """
    person = _colleague(session, reader, person_id)
    theirs = Reader(reader.authority_id, reader.school_id, person_id, is_head=False)
    overdue = counts(session, theirs, today=clock.local_date(at)).overdue
    if not overdue:
        raise NothingOverdueError
    if _reminded_today(session, reader, person_id, at):
        raise RemindedTodayError(f"{person.name} was reminded today. Try again tomorrow.")
    place = (reader.school_id, person_id)
    address = addresses(session, reader.authority_id, [place])[place]
    if not address:
        raise NoAddressError
    subject, text = _words(session, reader, person.name, overdue)
    choice = choice_of(session, reader.authority_id, person_id)
    queue_mail(
        session,
        authority_id=reader.authority_id,
        address=address,
        subject=subject,
        text=text,
        at=at,
        send_after=send_after(choice, at),
    )
    _record(session, reader, person_id, overdue, at=at)
    return person.name


def _colleague(session: Session, reader: Reader, person_id: int) -> Person:
    """Return somebody who has items at the head's school. Raises NotFoundError."""
    has_something = sa.exists().where(
        Delivery.authority_id == reader.authority_id,
        Delivery.school_id == reader.school_id,
        Delivery.person_id == Person.id,
    )
    person = session.scalars(
        sa.select(Person).where(
            Person.authority_id == reader.authority_id, Person.id == person_id, has_something
        )
    ).one_or_none()
    if person is None or not reader.is_head:
        raise NotFoundError
    return person


def _words(session: Session, reader: Reader, name: str, overdue: int) -> tuple[str, str]:
    """Return subject and text: how many, never which."""
    school = session.get_one(School, reader.school_id).name
    head = session.get_one(Person, reader.person_id).name
    items = "1 item is" if overdue == 1 else f"{overdue} items are"
    link = f"{PORTAL}/inbox?due={Chosen(due=Due.OVERDUE).values['due']}"
    blocks = [
        f"This is for {name} at {school}.",
        f"{items} overdue in your inbox. {head} asks you to look at what is late.",
        f"Open what is overdue:\n{link}",
        "If something is not yours, open it and choose “Not mine”.",
    ]
    return f"{items} overdue in your inbox", "\n\n".join(blocks)


def _reminded_today(session: Session, reader: Reader, person_id: int, at: datetime) -> bool:
    midnight = datetime.combine(clock.local_date(at), time(), tzinfo=clock.LOCAL)
    found = session.scalars(
        sa.select(AuditEntry.detail)
        .where(
            AuditEntry.authority_id == reader.authority_id,
            AuditEntry.subject == "person",
            AuditEntry.subject_id == person_id,
            AuditEntry.action == REMINDED,
            AuditEntry.at >= midnight,
        )
        .order_by(AuditEntry.sequence)
        .limit(MOST_SCHOOLS)
    )
    return any(detail.get("school") == reader.school_id for detail in found)


def _record(
    session: Session, reader: Reader, person_id: int, overdue: int, *, at: datetime
) -> None:
    audit.record(
        session,
        authority_id=reader.authority_id,
        action=REMINDED,
        subject="person",
        subject_id=person_id,
        by=reader.person_id,
        at=at,
        detail={"school": reader.school_id, "overdue": overdue},
    )
