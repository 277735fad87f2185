"""The mail directory: whose mailboxes, domains and distribution lists the authority knows of."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key


class MailEntryKind(enum.StrEnum):
    """What an address stands for."""

    MAILBOX = "mailbox"  # of a school, or of somebody at it
    DOMAIN = "domain"  # every mailbox below it
    FEDERATION = "federation"  # one mailbox, several schools
    TRUST = "trust"  # one mailbox, several schools
    LIST = "list"  # stands for its members
    OFFICER = "officer"  # of the authority
    PARTNER = "partner"  # somebody else who writes through the authority's mail server


SCHOOLS_MAIL = frozenset(
    {
        MailEntryKind.MAILBOX,
        MailEntryKind.DOMAIN,
        MailEntryKind.FEDERATION,
        MailEntryKind.TRUST,
    }
)
"""The kinds that stand for schools by their URNs."""

OWN_MAIL = frozenset({MailEntryKind.OFFICER, MailEntryKind.PARTNER})
"""The kinds of those who write for the authority; they stand for no school."""


class MailEntry(InAuthority, Base):
    """One line of the mail directory. A domain's address is the domain alone, without an @."""

    __tablename__ = "mail_entry"
    __table_args__ = (sa.UniqueConstraint("authority_id", "address"),)

    id: Mapped[Key]
    address: Mapped[str] = mapped_column(sa.String(254))
    """In lower case."""
    kind: Mapped[MailEntryKind]
    urns: Mapped[list[int]]
    """The schools that it stands for; those that are not (or no longer) on record stay in it."""
    members: Mapped[list[str]]
    """What a list stands for: addresses in lower case, which may be lists themselves."""
    team: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    """The team of an officer or partner."""
    is_closed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Nobody reads it any more: it counts as no school, and that is said."""
    imported_at: Mapped[datetime]
