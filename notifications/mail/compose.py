"""Writing e-mails: queueing one, and making the messages of those that are due.

A mail about a delivery is composed when it is sent, so that ten thousand of them cost ten thousand
short rows. It tells that something waits and where; what it says stays behind the sign-in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from foundation.db import wake
from notifications.bulletin.letter import Letter, letters
from notifications.mail.about import about
from notifications.mail.digest import Gathered, digest, gathered_in
from notifications.mail.facts import items, senders, told_of
from notifications.mail.message import (
    Envelope,
    Item,
    Letterhead,
    Sender,
    Told,
    one_line,
    own,
    whole,
)
from notifications.mail.mime import SUBJECT_LIMIT
from notifications.mail.sealed import opened_text
from notifications.models_mail import Mail, Occasion
from notifications.reaching.stopping import BULLETIN, DIGEST, WORDS, address_to_stop

ADDRESS_LIMIT: Final = 254
TELLS_OF_THE_END: Final = frozenset({Occasion.CHANGED})
"""What is sent of an item also when nothing is to be done about it any more."""


class NotNeededError(Exception):
    """What the mail was to tell was done or withdrawn, or its reader has left."""


def queue_mail(  # noqa: PLR0913 - all by name, most with a default
    session: Session,
    *,
    authority_id: int,
    address: str,
    subject: str,
    text: str,
    at: datetime,
    urgent: bool = False,
    send_after: datetime | None = None,
    person_id: int | None = None,
    occasion: Occasion = Occasion.OWN,
) -> Mail:
    """Queue a plain mail with the caller's transaction; workers look for it once that commits.

    ``urgent`` mail (sign-in links) overtakes all other. Paragraphs of ``text`` are parted by an
    empty line; a web address that stands alone on its line becomes a link in the HTML part.
    ``person_id`` is whom it is for, where that is known; quiet hours are the caller's to keep
    (``reaching.choices.send_after``). A bulletin's mail carries the way to stop bulletins.
    """
    mail = Mail(
        authority_id=authority_id,
        address=address.strip()[:ADDRESS_LIMIT],
        subject=one_line(subject)[:SUBJECT_LIMIT],
        text=text,
        urgent=urgent,
        created_at=at,
        send_after=send_after or at,
        person_id=person_id,
        occasion=occasion,
    )
    session.add(mail)
    wake(session, "mail")
    return mail


def compose(
    session: Session, mails: Iterable[Mail], letterhead: Letterhead, *, at: datetime
) -> dict[int, bytes | Exception]:
    """Make the messages of these mails, in a few statements however many there are.

    Answers each mail's id with its message, or with what prevented it: one mail that cannot be
    composed keeps nobody else's back.
    """
    mails = list(mails)
    told = told_of(session, [mail.id for mail in mails if mail.delivery_id is not None])
    facts = _Facts(
        senders(session, {mail.authority_id for mail in mails}),
        told,
        items(session, {each.notice_id for each in told.values()}),
        gathered_in(session, {mail.digest_id for mail in mails if mail.digest_id is not None}),
        letters(session, _unwritten(mails), address=letterhead.address),
    )
    made: dict[int, bytes | Exception] = {}
    for mail in mails:
        try:
            made[mail.id] = _compose(mail, facts, letterhead, at)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is this mail's alone
            made[mail.id] = fault
    return made


def _unwritten(mails: Iterable[Mail]) -> list[int]:
    """Return the bulletins among these mails: what they say is read when they are sent."""
    return [each.id for each in mails if each.occasion is Occasion.BULLETIN and not each.subject]


@dataclass(frozen=True)
class _Facts:
    """What the mails of a batch tell, by authority, mail, notice and digest."""

    senders: Mapping[int, Sender]
    told: Mapping[int, Told]
    items: Mapping[int, Item]
    digests: Mapping[int, Gathered]
    bulletins: Mapping[int, Letter]


def _compose(mail: Mail, facts: _Facts, letterhead: Letterhead, at: datetime) -> bytes:
    sender = facts.senders[mail.authority_id]
    if mail.delivery_id is not None:
        told = facts.told[mail.id].at(mail.address)
        if told.is_over and told.occasion not in TELLS_OF_THE_END:
            raise NotNeededError
        envelope = Envelope(mail.id, mail.address, sender, letterhead, at)
        return about(envelope, told, facts.items[told.notice_id])
    if mail.digest_id is not None:
        gathered = facts.digests[mail.digest_id]
        if gathered.is_over:
            raise NotNeededError
        stop = DIGEST if gathered.is_daily else ""
        return digest(_stoppable(mail, sender, letterhead, at, stop), gathered)
    if mail.occasion is Occasion.BULLETIN:
        envelope = _stoppable(mail, sender, letterhead, at, BULLETIN)
        more = {"portal": letterhead.address, "unsubscribe_words": WORDS[BULLETIN]}
        if mail.subject:
            return own(envelope, mail.subject, mail.text, **more)
        letter = facts.bulletins.get(mail.id)
        if letter is None:
            raise NotNeededError
        return whole(envelope, letter.subject, "bulletin", {**letter.values, **more})
    envelope = Envelope(mail.id, mail.address, sender, letterhead, at)
    return own(envelope, mail.subject, opened_text(mail.text, letterhead.seal))


def _stoppable(
    mail: Mail, sender: Sender, letterhead: Letterhead, at: datetime, stop: str
) -> Envelope:
    """Return the envelope of mail that its reader can stop with one click."""
    address = ""
    if stop and mail.person_id is not None and letterhead.key:
        address = address_to_stop(letterhead.address, letterhead.key, mail.person_id, stop)
    return Envelope(mail.id, mail.address, sender, letterhead, at, unsubscribe=address)
