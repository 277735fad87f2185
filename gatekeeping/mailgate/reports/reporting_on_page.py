"""Reports that school staff paste into a page, or bring as a saved mail."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.reached import Correspondent
from directory.models import Membership, Person, Role, School, Team
from directory.models_mail import MailEntry
from foundation import clock
from foundation.errors import Refusal
from foundation.sealing import Seal
from gatekeeping.mailgate.message import read
from gatekeeping.mailgate.reports.forwarded import (
    Original,
    address_in,
    find_original,
    original_of_paste,
)
from gatekeeping.mailgate.reports.reporting import Brought, Reported, Reporter, report

MOST_TEXT = 60_000


class NothingReportedError(Refusal):
    """Neither text nor a mail was given."""

    sentence = "Paste what you got, or add the mail as a file that ends in .eml."


class NoSenderError(Refusal):
    """It is not said who sent it."""

    sentence = (
        "Enter the e-mail address of whoever sent it to you, for example name@council.example."
    )


class TooLongError(Refusal):
    """What was pasted is longer than any request."""

    sentence = f"Shorten this to {MOST_TEXT:,} characters. The beginning is enough."


def take_from_page(  # noqa: PLR0913 - all by name
    session: Session,
    authority_id: int,
    *,
    school_id: int,
    by: Person,
    sender: str,
    text: str,
    mail: bytes = b"",
    seal: Seal,
    key: bytes,
    at: datetime,
) -> Reported:
    """Keep what somebody at a school pasted, or the mail that they saved, as a report.

    ``sender`` may be empty where the text has its “From:” line, or the mail is given. Raises
    NothingReportedError, NoSenderError, TooLongError or TooManyReportsError, each naming its field.
    """
    original = _original(by, sender, text, mail, at)
    if not original.sender:
        raise NoSenderError(field="sender")
    urn = session.scalars(
        sa.select(School.urn).where(School.authority_id == authority_id, School.id == school_id)
    ).one()
    who = correspondent(session, authority_id, original.sender)
    brought = Brought(original, who, Reporter(frozenset({urn}), by.id))
    return report(session, authority_id, brought, seal=seal, key=key, at=at)


def correspondent(session: Session, authority_id: int, address: str) -> Correspondent:
    """Return who writes under one address, as the whole book would: two statements."""
    entry = session.execute(
        sa.select(MailEntry.team).where(
            MailEntry.authority_id == authority_id, MailEntry.address == address
        )
    ).first()
    known = session.execute(
        sa.select(Person.id, Membership.team_id, Team.name)
        .outerjoin(
            Membership,
            sa.and_(
                Membership.person_id == Person.id,
                Membership.role == Role.OFFICER,
                Membership.ended_at.is_(None),
            ),
        )
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Person.authority_id == authority_id, Person.email == address)
        .order_by(Membership.id)
        .limit(1)
    ).first()
    said = entry.team if entry else ""
    if known is None:
        return Correspondent(address, team=said)
    return Correspondent(address, known.id, known.team_id, known.name or said)


def _original(by: Person, sender: str, text: str, mail: bytes, at: datetime) -> Original:
    today = clock.local_date(at)
    if mail:
        message = read(mail)
        writer = address_in(message.from_address)
        # A saved mail is the request itself, unless its reader forwarded it before.
        forwarded = find_original(message, today) if writer in {"", by.email.lower()} else None
        on = message.date.date() if message.date else None
        return forwarded or Original(address_in(sender) or writer, on, message)
    if not text.strip():
        raise NothingReportedError(field="text")
    if len(text) > MOST_TEXT:
        raise TooLongError(field="text")
    return original_of_paste(sender, text, today)
