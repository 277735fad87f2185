"""Judging a message: what the book and the database know of it, then the policy.

A message that says its number, or is exempt, costs nothing beyond that; only the rest is compared
with what was sent before.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from directory.mail_directory.book import Book
from gatekeeping.mailgate.message import Message
from gatekeeping.mailgate.policy import Facts, Judgement, NumberFound, Sent, Why, decide
from gatekeeping.mailgate.rule import tracing
from gatekeeping.mailgate.rule.comparing import Memory
from gatekeeping.mailgate.rule.exemptions import begun_by_school, exemption, is_ours
from gatekeeping.mailgate.rule.likeness import marks
from gatekeeping.mailgate.rule.numbers_named import Named, find_numbers, numbers_in
from gatekeeping.protocol import Protocol

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seen:
    """What a message and the book tell without the database."""

    facts: Facts
    exempt: Why | None
    named: tuple[Named, ...] = ()
    """The numbers that it names."""

    @property
    def needs_more(self) -> bool:
        """Tell whether the database has to be asked."""
        return self.exempt is None and len(self.facts.reached.urns) > 1

    @property
    def is_compared(self) -> bool:
        """Tell whether it will be compared with earlier ones, whatever the database says."""
        return self.needs_more and not self.named


def see(sent: Sent, message: Message | None, *, book: Book, protocol: Protocol, key: bytes) -> Seen:
    """Look at a message; without one (its envelope reaches one school at most) nothing is read."""
    facts = Facts(
        sender=book.correspondent(sent.sender),
        reached=book.reach(sent.recipients),
        limit=protocol.most_schools_without_gate,
        days=protocol.rolling_days,
    )
    if message is None:
        return Seen(facts, None)
    exempt = _exemption(message, sent, book=book, key=key)
    return Seen(facts, exempt, numbers_in(message.subject, message.numbers_in_headers))


def judge(  # noqa: PLR0913 - all by name: what a judgement rests on
    session: Session,
    authority_id: int,
    sent: Sent,
    message: Message | None,
    *,
    book: Book,
    protocol: Protocol,
    key: bytes,
    at: datetime,
    token: str,
    seen: Seen | None = None,
    own: Callable[[], bytes] | None = None,
    memory: Memory | None = None,
) -> Judgement:
    """Judge a message; without one (its envelope reaches one school at most) nothing is read.

    ``seen`` is what ``see`` returned of it, and ``own`` gives its marks, where the caller has them.
    ``key`` is the portal's signing key: it knows the portal's own mail by it, and ``marks`` is made
    with it. Exempt mail, and mail under a good number, is compared with nothing. For the rest the
    sender and their team are locked until the transaction ends, unless it began so: keep the trace
    or the case in the same one. ``memory`` is what the process remembers of traces. At most nine
    statements for a message that names one number, two where it names none and is like no other.
    """
    seen = seen or see(sent, message, book=book, protocol=protocol, key=key)
    if message is None or not seen.needs_more:
        return decide(seen.facts, exempt=seen.exempt)
    facts = replace(seen.facts, numbers=_numbers(session, authority_id, seen, at=at))
    if all(number.fault for number in facts.numbers):
        words = marks(message, key) if own is None else own()
        facts = _with_earlier(
            session, authority_id, facts, own=words, token=token, at=at, memory=memory
        )
    return decide(facts, exempt=None)


def keep_trace(
    session: Session,
    authority_id: int,
    judgement: Judgement,
    *,
    token: str,
    marks: bytes,
    at: datetime,
    case_id: int | None = None,
) -> None:
    """Store that a message went by, for later ones to be compared with; twice does no harm."""
    tracing.keep_trace(
        session,
        authority_id,
        sender=judgement.sender,
        urns=judgement.reached.urns,
        token=token,
        marks=marks,
        at=at,
        case_id=case_id,
    )


def _exemption(message: Message, sent: Sent, *, book: Book, key: bytes) -> Why | None:
    return exemption(
        message,
        sent,
        begun_by_school=begun_by_school(
            message,
            sent,
            is_of_school=book.is_of_school,
            schools_of=book.schools_of,
            may_be_list=lambda address: book.correspondent(address).person_id is None,
        ),
        is_ours=is_ours(message, sent, key.decode()),
    )


def _numbers(
    session: Session, authority_id: int, seen: Seen, *, at: datetime
) -> tuple[NumberFound, ...]:
    facts = seen.facts
    return find_numbers(
        session, authority_id, seen.named, sender=facts.sender, urns=facts.reached.urns, at=at
    )


def _with_earlier(
    session: Session,
    authority_id: int,
    facts: Facts,
    *,
    own: bytes,
    token: str,
    at: datetime,
    memory: Memory | None,
) -> Facts:
    """Add the earlier messages that are alike, each compared with this one alone."""
    tracing.lock_mail_of(session, authority_id, facts.sender)
    found = tracing.alike_before(
        session,
        authority_id,
        facts.sender,
        own=own,
        token=token,
        at=at,
        days=facts.days,
        memory=memory,
    )
    if not found.is_all:
        logger.warning("A message was compared with the newest %d alone.", tracing.MOST_COMPARED)
    return replace(facts, earlier=found.earlier)
