"""Whether mail to a person arrives: a fact on the person, kept by whoever sends.

Coverage counts it (a lead whose mail comes back) without looking at mail.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person
from notifications.models import Delivery
from notifications.models_mail import Mail, MailState


def failing_among(session: Session, batch: Sequence[Mail]) -> frozenset[int]:
    """Return the ids of these mails whose people are known as not reached: one statement."""
    own = sa.exists().where(
        Person.authority_id == Mail.authority_id,
        Person.email == sa.func.lower(Mail.address),
        Person.mail_failing_since.is_not(None),
    )
    reader = sa.exists().where(
        Delivery.id == Mail.delivery_id,
        Person.id == Delivery.person_id,
        Person.mail_failing_since.is_not(None),
    )
    ids = [mail.id for mail in batch]
    found = sa.select(Mail.id).where(Mail.id.in_(ids), sa.or_(own, reader)).order_by(Mail.id)
    return frozenset(session.scalars(found))


def whose(session: Session, mail: Mail) -> int | None:
    """Return whose own address a mail went to; None for a mailbox and for strangers."""
    return session.scalar(
        sa.select(Person.id).where(
            Person.authority_id == mail.authority_id, Person.email == mail.address.lower()
        )
    )


def mail_came_back(mail: Mail, at: datetime) -> sa.Update:
    """Return the change that notes since when mail to these people fails; the first day stays."""
    return _change(mail).where(Person.mail_failing_since.is_(None)).values(mail_failing_since=at)


def mail_arrived(mail: Mail) -> sa.Update:
    """Return the change that notes that mail arrives again.

    Where the last one was taken and came back later, being taken says nothing: somebody tries the
    address again, or signs in through a mail.
    """
    returned = sa.exists().where(
        Mail.authority_id == mail.authority_id,
        Mail.person_id == Person.id,
        Mail.state == MailState.RETURNED,
        Mail.returned_at >= Person.mail_failing_since,
    )
    return (
        _change(mail)
        .where(Person.mail_failing_since.is_not(None), ~returned)
        .values(mail_failing_since=None)
    )


def _change(mail: Mail) -> sa.Update:
    """Change whose own address it is, and the reader behind whom it stands as a mailbox."""
    own = sa.select(Person.id).where(
        Person.authority_id == mail.authority_id, Person.email == mail.address.lower()
    )
    behind = (
        sa.select(Delivery.person_id)
        .join(
            Membership,
            sa.and_(
                Membership.person_id == Delivery.person_id,
                Membership.school_id == Delivery.school_id,
            ),
        )
        .where(
            Delivery.id == mail.delivery_id,
            Delivery.authority_id == mail.authority_id,
            Membership.ended_at.is_(None),
            Membership.mailbox == mail.address,
        )
    )
    return (
        sa.update(Person)
        .where(Person.id.in_(sa.union_all(own, behind)))
        .execution_options(synchronize_session=False)
    )
