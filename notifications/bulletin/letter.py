"""What the mail of a bulletin says: composed when it is sent, with its reader's eyes then."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.key_dates import KeyDate, key_dates
from directory.mailboxes import mailbox_at
from directory.models import Membership, Person, Role, School
from foundation.dates import day
from notifications.bulletin.composing import contents, span
from notifications.bulletin.pieces import Contents
from notifications.bulletin.week import Week
from notifications.models_mail import Mail
from notifications.models_reaching import Bulletin, BulletinMail
from notifications.reading.inbox import Reader

SHOWN = 40
"""How many items a mail lists; the page lists all."""

Dates = dict[tuple[int, date], list[KeyDate]]


@dataclass(frozen=True)
class Letter:
    """The subject of a bulletin's mail, and the values of its templates (``mail/bulletin``)."""

    subject: str
    values: Mapping[str, Any]


def letters(session: Session, mail_ids: Collection[int], *, address: str) -> dict[int, Letter]:
    """Return the letters of these bulletin mails: a statement for all, and four for each.

    A mail whose reader has left the place meanwhile is left out: there is nothing to tell them.
    """
    if not mail_ids:
        return {}
    school_id: Any = Membership.school_id  # of places at a school it is never empty
    rows = session.execute(
        sa.select(
            *(Mail.id, Mail.address, Bulletin.week_on, Person.name, Membership.authority_id),
            *(Membership.person_id, Membership.school_id, Membership.role),
            School.name.label("school"),
            mailbox_at(Membership.person_id, school_id).label("mailbox"),
        )
        .join(BulletinMail, BulletinMail.mail_id == Mail.id)
        .join(Bulletin, Bulletin.id == BulletinMail.bulletin_id)
        .join(Membership, Membership.id == BulletinMail.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .join(School, School.id == Membership.school_id)
        .where(Mail.id.in_(mail_ids), Membership.ended_at.is_(None))
        .order_by(Mail.id)
    ).all()
    known: Dates = {}
    return {row.id: _letter(session, row, known, address) for row in rows}


def _letter(session: Session, row: Any, known: Dates, address: str) -> Letter:
    week = Week(row.week_on)
    reader = Reader(row.authority_id, row.school_id, row.person_id, row.role is Role.HEAD)
    today = week.next.monday
    if (row.school_id, week.monday) not in known:
        dates = key_dates(session, row.authority_id, row.school_id, *span(week, today))
        known[row.school_id, week.monday] = dates
    found = contents(session, reader, week, today=today, dates=known[row.school_id, week.monday])
    in_mailbox = bool(row.mailbox) and row.mailbox.casefold() == row.address.casefold()
    whose = f"For {row.name}: " if in_mailbox else ""
    subject = f"{whose}Bulletin of {week}, {row.school}"
    return Letter(subject, _values(found, address, row, in_mailbox=in_mailbox))


def _values(found: Contents, address: str, row: Any, *, in_mailbox: bool) -> dict[str, Any]:
    # What they have not opened comes first: the rest they had by other mail.
    pieces = sorted(found.pieces, key=lambda piece: not piece.unread)
    shown = pieces[:SHOWN]
    return {
        "person": row.name,
        "in_mailbox": in_mailbox,
        "school": row.school,
        "week": str(found.week),
        "unread": [piece for piece in shown if piece.unread],
        "others": [piece for piece in shown if not piece.unread],
        "more": len(pieces) - len(shown),
        "due": found.due,
        "key_dates": found.key_dates,
        "is_head": row.role is Role.HEAD,
        "portal": address,
        "day": day,
        "link": f"{address}/bulletin/{found.week.monday}",
    }
