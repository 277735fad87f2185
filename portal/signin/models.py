"""One-use links and server-side sessions. Tokens are stored only as hashes.

Both tables are read before anybody is known, so they carry no authority and row-level security
does not apply to them; they hold nothing but hashes, ids and times.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, Key


class SignInLink(Base):
    """A link that was asked for. For an unknown address a row without a person counts the try."""

    __tablename__ = "sign_in_link"
    __table_args__ = (
        sa.Index("ix_sign_in_link_address_hash", "address_hash", "created_at"),
        sa.Index("ix_sign_in_link_client_hash", "client_hash", "created_at"),
    )

    id: Mapped[Key]
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    address_hash: Mapped[str] = mapped_column(sa.String(64))
    client_hash: Mapped[str] = mapped_column(sa.String(64))
    next_path: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignedInSession(Base):
    """A browser in which a person is signed in, and the hat that they wear there."""

    __tablename__ = "signed_in_session"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    membership_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("membership.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
