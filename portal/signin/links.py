"""Signing in by a link in an e-mail: asking for one, and using it once.

Nobody learns from an answer whether an address is known: asking always ends the same way, and
the limits are counted from stored rows, also for addresses that belong to nobody.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile, Person, PersonState
from foundation import audit
from foundation.db import wake
from foundation.errors import Refusal
from notifications.mail.compose import queue_mail
from portal.signin import letter, sessions
from portal.signin.models import SignInLink

HOUR = timedelta(hours=1)
NOTED_AGAIN = timedelta(days=1)
"""How stale the day of the last sign-in may be: coverage asks whether, not when."""
KEPT = timedelta(days=1)
PRUNED = 200
MOST_PATH = 500
ASK_AGAIN_MINUTES = 5
"""After how long the page advises to ask for another link: most mail has come by then."""


class TooManyTriesError(Refusal):
    """A client has asked for too many links within the hour."""

    sentence = "You have asked for too many links. Wait an hour and try again."


class SpentLinkError(Refusal):
    """The link is unknown, has been used or has expired; which of them is not told apart."""

    sentence = "This link does not work any more."


@dataclass(frozen=True)
class Terms:
    """The key that hashes addresses, where links lead, how long they live, how many an hour."""

    key: str
    url: str
    minutes: int
    per_address: int
    per_client: int


@dataclass(frozen=True)
class Entered:
    """A person who has just signed in: the session, its token, the page asked for first."""

    known: sessions.Known
    token: str
    next_path: str


def ask(
    session: Session,
    *,
    authority_id: int,
    address: str,
    client: str,
    next_path: str,
    terms: Terms,
    at: datetime,
) -> None:
    """Note that somebody asks for a link, and queue the e-mail if the address may have one.

    The caller cannot tell what was done, nor can whoever waits for it. An address over its limit
    gets no further e-mail within the hour. Raises TooManyTriesError when the client is over its
    own limit; nothing is stored then, so it may try again an hour after its earlier tries.
    """
    address = address.strip().lower()
    address_hash = keyed(terms.key, f"{authority_id}:{address}")
    client_hash = keyed(terms.key, client)
    _take_turns(session, address_hash, client_hash)
    _prune(session, at)
    if _asked(session, SignInLink.client_hash == client_hash, at) >= terms.per_client:
        raise TooManyTriesError
    known = _person_at(session, authority_id, address)
    lately = _asked(
        session,
        sa.and_(SignInLink.address_hash == address_hash, SignInLink.token_hash.is_not(None)),
        at,
    )
    person = known if lately < terms.per_address else None
    token = secrets.token_urlsafe(32)
    link = SignInLink(
        token_hash=sessions.hashed(token) if person else None,
        person_id=person.id if person else None,
        address_hash=address_hash,
        client_hash=client_hash,
        next_path=local_path(next_path),
        created_at=at,
        expires_at=at + timedelta(minutes=terms.minutes),
    )
    session.add(link)
    subject, text = letter.compose(
        session.get_one(AuthorityProfile, authority_id),
        f"{terms.url}/sign-in/{token}",
        until=link.expires_at,
    )
    if person:
        queue_mail(
            session,
            authority_id=authority_id,
            address=person.email,
            subject=subject,
            text=text,
            urgent=True,
            at=at,
        )
    wake(session, "mail")  # in either case, so that both answers take the same time


def _person_at(session: Session, authority_id: int, address: str) -> Person | None:
    """Return who may sign in with an address; that of a merged entry is its person's too."""
    merged = (
        sa.select(Person.merged_into_id)
        .where(Person.authority_id == authority_id, Person.email == address)
        .scalar_subquery()
    )
    return session.scalars(
        sa.select(Person).where(
            Person.authority_id == authority_id,
            sa.or_(Person.email == address, Person.id == merged),
            Person.state == PersonState.ACTIVE,
        )
    ).first()


def is_open(session: Session, token: str, *, at: datetime) -> bool:
    """Tell whether a link would still work. It changes nothing: mail scanners open links too."""
    return bool(session.scalar(sa.select(sa.exists().where(*_usable(token, at)))))


def enter(session: Session, token: str, *, at: datetime) -> Entered:
    """Use a link up and begin the person's session.

    Of two uses at the same moment exactly one succeeds. Raises SpentLinkError otherwise, and when
    the person may not sign in any more.
    """
    used = session.execute(
        sa.update(SignInLink)
        .where(*_usable(token, at))
        .values(used_at=at)
        .returning(SignInLink.person_id, SignInLink.next_path)
    ).first()
    if used is None:
        raise SpentLinkError
    person = session.get_one(Person, used.person_id)
    opened = sessions.begin(session, person_id=person.id, at=at)
    session.flush()  # or it would not be found
    known = sessions.find(session, opened, at=at, minutes=1)
    if known is None:
        raise SpentLinkError
    if person.last_signed_in_at is None or person.last_signed_in_at < at - NOTED_AGAIN:
        person.last_signed_in_at = at
    person.mail_failing_since = None  # the link came by mail
    audit.record(
        session,
        authority_id=person.authority_id,
        action="signin.entered",
        subject="person",
        subject_id=person.id,
        by=person.id,
        at=at,
    )
    return Entered(known, opened, used.next_path)


def note_refused(session: Session, token: str, *, at: datetime) -> None:
    """Put a try with a spent link on the audit trail, when the link was ever somebody's."""
    row = session.execute(
        sa.select(Person.id, Person.authority_id)
        .join(SignInLink, SignInLink.person_id == Person.id)
        .where(SignInLink.token_hash == sessions.hashed(token))
    ).first()
    if row is not None:
        audit.record(
            session,
            authority_id=row.authority_id,
            action="signin.refused",
            subject="person",
            subject_id=row.id,
            by=None,
            at=at,
            detail={"why": "the link was used, has expired, or the person may not sign in"},
        )


def local_path(wanted: str) -> str:
    """Return the path if it leads to a page of ours, else an empty text.

    A browser takes ``//host`` and a backslash for another site and drops control characters, so
    none of them may be in it. The pages of signing in and out lead nowhere useful.
    """
    is_local = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    if not is_local or not wanted.isprintable() or len(wanted) > MOST_PATH:
        return ""
    return "" if wanted.startswith(("/sign-in", "/sign-out")) else wanted


def keyed(key: str, value: str) -> str:
    """Return a hash of an address that nobody without the key can find by trying them all."""
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()


def _usable(token: str, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    active = sa.exists().where(
        Person.id == SignInLink.person_id, Person.state == PersonState.ACTIVE
    )
    return (
        SignInLink.token_hash == sessions.hashed(token),
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > at,
        active,
    )


def _asked(session: Session, which: sa.ColumnElement[bool], at: datetime) -> int:
    count = sa.select(sa.func.count()).select_from(SignInLink)
    return session.scalar(count.where(which, SignInLink.created_at > at - HOUR)) or 0


def _take_turns(session: Session, *hashes: str) -> None:
    # Counting and adding must be one step, or many tries at once would pass the limit together.
    # SQLite has one writer at a time anyway; on PostgreSQL the same address or client queues.
    if session.get_bind().dialect.name == "postgresql":
        for lock in sorted(int(value[:15], 16) for value in hashes):
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))


def _prune(session: Session, at: datetime) -> None:
    # The oldest rows by id are the oldest by time; looking at a fixed number of them keeps this
    # as quick on a large table as on a small one.
    oldest = (
        sa.select(SignInLink.id, SignInLink.created_at)
        .order_by(SignInLink.id)
        .limit(PRUNED)
        .subquery()
    )
    stale = sa.select(oldest.c.id).where(oldest.c.created_at < at - KEPT)
    session.execute(
        sa.delete(SignInLink)
        .where(SignInLink.id.in_(stale))
        .execution_options(synchronize_session=False)
    )
