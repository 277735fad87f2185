"""Reports that schools forward to the report address: taken and answered once, never in a loop."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import BinaryIO, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory.book import Book
from foundation import clock
from foundation.bulk import insert_missing
from foundation.errors import Refusal
from foundation.sealing import Seal
from gatekeeping.mailgate.message import Message, read
from gatekeeping.mailgate.policy import Sent
from gatekeeping.mailgate.reports.answering import answer, was_answered
from gatekeeping.mailgate.reports.forwarded import find_original
from gatekeeping.mailgate.reports.reporting import (
    Brought,
    Outcome,
    Reported,
    Reporter,
    TooManyReportsError,
    report,
)
from gatekeeping.mailgate.rule.likeness import marks
from gatekeeping.models.mailgate import BypassCase, MailTrace

ANSWERS_AN_HOUR: Final = 10
"""More answers to one address within the hour are not sent: something answers by itself there."""
NO_WORDS: Final = marks(Message(), b"no words")
BY_MACHINES: Final = frozenset({"bulk", "junk", "auto_reply"})


class OnlySchoolsError(Refusal):
    """Somebody outside schools writes to the report address; the server says so at once."""

    sentence = "Only schools report here"


def take_report(  # noqa: PLR0913 - all by name
    session: Session,
    authority_id: int,
    source: bytes | BinaryIO,
    sent: Sent,
    *,
    book: Book,
    seal: Seal,
    key: bytes,
    at: datetime,
    ours: Collection[str] = (),
) -> BypassCase | None:
    """Take what a school forwarded; return the case, or None where there is none.

    ``key`` is that of the gateway's marks, ``ours`` the addresses from which the portal itself
    writes. Who reports gets one mail: thanks, or that it has passed the gate, or that nothing was
    found. The same brought again, and what a machine sent by itself, is taken and not answered.
    Raises OnlySchoolsError when the sender is no school's: answer 550 5.7.1 with its sentence.
    """
    if not sent.sender:
        return None
    if not book.is_of_school(sent.sender):
        raise OnlySchoolsError
    message = read(source)
    if _is_automatic(message) or not _is_new(session, authority_id, message, sent.sender, at=at):
        return None
    original = find_original(message, clock.local_date(at))
    if original is None or book.is_of_school(original.sender):
        found = Reported(Outcome.NOTHING)
    elif original.sender in ours:
        found = Reported(Outcome.OURS)
    else:
        reporter = Reporter(book.schools_of(sent.sender), book.correspondent(sent.sender).person_id)
        brought = Brought(original, book.correspondent(original.sender), reporter)
        found = _kept(session, authority_id, brought, seal=seal, key=key, at=at)
    is_told = found.case is not None and was_answered(session, found.case, sent.sender)
    if not is_told and _may_answer(session, authority_id, sent.sender, at):
        subject = original.message.subject if original else ""
        answer(session, authority_id, sent.sender, found, subject=subject, seal=seal, at=at)
    return found.case


def _kept(
    session: Session, authority_id: int, brought: Brought, *, seal: Seal, key: bytes, at: datetime
) -> Reported:
    try:
        return report(session, authority_id, brought, seal=seal, key=key, at=at)
    except TooManyReportsError:
        return Reported(Outcome.TOO_MANY)


def _is_automatic(message: Message) -> bool:
    """Tell what no person sent: an auto-reply, a bounce, the portal's own mail."""
    automatic = message.auto_submitted.strip().casefold()
    return bool(
        (automatic and automatic != "no")
        or message.answers_by_itself
        or message.is_report
        or message.signature_of_ours
        or message.precedence.strip().casefold() in BY_MACHINES
    )


def _is_new(
    session: Session, authority_id: int, message: Message, sender: str, *, at: datetime
) -> bool:
    """Note that this sender reported this; tell whether it is the first time within the days."""
    said = f"{sender}\n{message.subject}\n{' '.join(message.text.split())}"
    inside = "\n".join(f"{one.subject}\n{one.text}" for one in message.nested)
    token = hashlib.sha256(f"report of\n{said}\n{inside}".encode("utf-8", "replace")).hexdigest()
    known = session.scalar(
        sa.select(MailTrace.id).where(
            MailTrace.authority_id == authority_id, MailTrace.token == token
        )
    )
    if known is not None:
        return False
    row = {
        "authority_id": authority_id,
        "token": token,
        "sender": sender[:254],
        "team": "",
        "at": at,
        "urns": [],
        "marks": NO_WORDS,
        "counts": False,
        "case_id": None,
    }
    insert_missing(session, MailTrace, [row])
    return True


def _may_answer(session: Session, authority_id: int, address: str, at: datetime) -> bool:
    """Tell whether this address has not had as many answers as a person would want."""
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(MailTrace)
        .where(
            MailTrace.authority_id == authority_id,
            MailTrace.at > at - timedelta(hours=1),
            MailTrace.sender == address,
            MailTrace.counts.is_(False),
        )
    )
    return (count or 0) <= ANSWERS_AN_HOUR
