"""What a gateway process keeps in memory: the authority, its book of addresses, its protocol.

It is read again every half a minute, and within seconds after the mail directory or the protocol
was changed. While the database is away the old one stays in use.
"""

import logging
import time
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.authorities import authority_by_code, authority_ids
from directory.mail_directory.book import Book, read_book
from directory.models_mail import MailEntry
from foundation.db import EVERY_AUTHORITY, Database
from foundation.errors import Refusal
from gatekeeping.editions import protocol_of
from gatekeeping.models import ProtocolEdition
from gatekeeping.protocol import Protocol

log = logging.getLogger(__name__)

STALE: Final = 30.0  # seconds
Stamp = tuple[object, ...]


class SeveralAuthoritiesError(Refusal):
    """Nobody said whose mail it is."""

    sentence = (
        "There are several authorities here. Set AUTHORITY to the LA code of the one whose mail "
        "passes the gateway."
    )


@dataclass(frozen=True)
class Shelved:
    """What is known at a moment."""

    authority_id: int
    book: Book
    protocol: Protocol
    stamp: Stamp
    read_at: float


@dataclass
class Shelf:
    """Holds what was read last. Threads may share it; one of them calls ``tend``."""

    database: Database
    la_code: str = ""
    takes_oldest: bool = False
    """With several authorities and no code: take the oldest instead of refusing."""
    now: Shelved | None = field(default=None)

    def tend(self) -> None:
        """Read what may have changed.

        Raises what the database raises while it is away, NotFoundError while there is no authority,
        SeveralAuthoritiesError when nobody said which.
        """
        held = self.now
        authority_id = held.authority_id if held is not None else self._find()
        with self.database.session(authority=authority_id, writes=False) as session:
            stamp = _stamp(session, authority_id)
            if held and held.stamp == stamp and time.monotonic() - held.read_at < STALE:
                return
            self.now = Shelved(
                authority_id,
                read_book(session, authority_id),
                protocol_of(session, authority_id),
                stamp,
                time.monotonic(),
            )

    def _find(self) -> int:
        with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            if not self.la_code and not self.takes_oldest and len(authority_ids(session)) > 1:
                raise SeveralAuthoritiesError
            return authority_by_code(session, self.la_code or None).authority_id


def _stamp(session: Session, authority_id: int) -> Stamp:
    """Return what differs once the mail directory or the protocol was changed: one statement."""
    entries = (
        sa.select(
            sa.func.count().label("entries"),
            sa.func.max(MailEntry.id).label("newest"),
            sa.func.max(MailEntry.imported_at).label("imported"),
        )
        .where(MailEntry.authority_id == authority_id)
        .subquery()
    )
    edition = (
        sa.select(sa.func.max(ProtocolEdition.id))
        .where(ProtocolEdition.authority_id == authority_id)
        .scalar_subquery()
    )
    return tuple(session.execute(sa.select(entries, edition)).one())
