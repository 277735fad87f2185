"""Writing e-mails: queueing one, and making the messages of those that are due.

A mail about a delivery is composed when it is sent, so that ten thousand of them cost ten thousand
short rows. It tells that something waits and where; what it says stays behind the sign-in.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from directory.mailboxes import mailbox_at
from directory.models import AuthorityProfile, Organisation, Person, School
from foundation.db import wake
from notifications.mail.message import (
    EXCERPT_LIMIT,
    SUBJECT_LIMIT,
    Envelope,
    Item,
    Letterhead,
    Sender,
    Told,
    about,
    excerpt,
    one_line,
    own,
)
from notifications.models import Delivery, Notice
from notifications.models_mail import Mail

ADDRESS_LIMIT: Final = 254


def queue_mail(
    session: Session,
    *,
    authority_id: int,
    address: str,
    subject: str,
    text: str,
    at: datetime,
    urgent: bool = False,
    send_after: datetime | None = None,
) -> Mail:
    """Queue a plain mail with the caller's transaction; workers look for it once that commits.

    ``urgent`` mail (sign-in links) overtakes all other. Paragraphs of ``text`` are parted by an
    empty line; a web address that stands alone on its line becomes a link in the HTML part.
    """
    mail = Mail(
        authority_id=authority_id,
        address=address.strip()[:ADDRESS_LIMIT],
        subject=one_line(subject)[:SUBJECT_LIMIT],
        text=text,
        urgent=urgent,
        created_at=at,
        send_after=send_after or at,
    )
    session.add(mail)
    wake(session, "mail")
    return mail


def compose(
    session: Session, mails: Iterable[Mail], letterhead: Letterhead, *, at: datetime
) -> dict[int, bytes | Exception]:
    """Make the messages of these mails, in three statements however many there are.

    Answers each mail's id with its message, or with what prevented it: one mail that cannot be
    composed keeps nobody else's back.
    """
    mails = list(mails)
    senders = _senders(session, {mail.authority_id for mail in mails})
    told = _told(session, {mail.delivery_id for mail in mails if mail.delivery_id is not None})
    items = _items(session, {each.notice_id for each in told.values()})
    made: dict[int, bytes | Exception] = {}
    for mail in mails:
        try:
            envelope = Envelope(mail.id, mail.address, senders[mail.authority_id], letterhead, at)
            if mail.delivery_id is None:
                made[mail.id] = own(envelope, mail.subject, mail.text)
            else:
                delivery = told[mail.delivery_id].at(mail.address)
                made[mail.id] = about(envelope, delivery, items[delivery.notice_id])
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is this mail's alone
            made[mail.id] = fault
    return made


def _senders(session: Session, authorities: set[int]) -> dict[int, Sender]:
    rows = session.execute(
        sa.select(
            AuthorityProfile.authority_id,
            Organisation.name,
            AuthorityProfile.service_name,
            AuthorityProfile.help_email,
            AuthorityProfile.help_telephone,
        )
        .join(Organisation, Organisation.id == AuthorityProfile.authority_id)
        .where(AuthorityProfile.authority_id.in_(authorities))
    )
    return {row[0]: Sender(*row[1:]) for row in rows}


def _told(session: Session, deliveries: set[int]) -> dict[int, Told]:
    if not deliveries:
        return {}
    rows = session.execute(
        sa.select(
            Delivery.id,
            Delivery.notice_id,
            Delivery.reason,
            sa.func.coalesce(Person.name, ""),
            School.name,
            sa.func.coalesce(Category.heading, ""),
            sa.func.coalesce(mailbox_at(Delivery.person_id, Delivery.school_id), ""),
        )
        .join(School, School.id == Delivery.school_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .outerjoin(Person, Person.id == Delivery.person_id)
        .where(Delivery.id.in_(deliveries))
    )
    return {row[0]: Told(*row) for row in rows}


def _items(session: Session, notices: set[int]) -> dict[int, Item]:
    if not notices:
        return {}
    # The mail shows the first lines: no need to fetch a book for them.
    opening = sa.func.substr(Notice.body, 1, EXCERPT_LIMIT * 6)
    rows = session.execute(
        sa.select(
            *(Notice.id, Notice.reference, Notice.title, Notice.sender, Notice.kind, Notice.due_on),
            *(opening, Notice.standing),
        ).where(Notice.id.in_(notices))
    )
    return {
        key: Item(reference, one_line(title), sender, kind, due_on, excerpt(body), standing)
        for key, reference, title, sender, kind, due_on, body, standing in rows
    }
