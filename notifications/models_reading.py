"""What readers keep for themselves: notes, saved views, addresses of feeds, printouts."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.models import Role
from foundation.model import Base, InAuthority, Key


class DeliveryNote(InAuthority, Base):
    """What somebody wrote down about an item for themselves; nobody else ever sees it."""

    __tablename__ = "delivery_note"
    __table_args__ = (sa.UniqueConstraint("delivery_id", "person_id"),)

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]


class SavedView(InAuthority, Base):
    """A choice of filters that a person gave a name: a link beside the inbox."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("person_id", "school_id", "name"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    filters: Mapped[dict[str, Any]]
    """The inbox's filters by name, as its address has them."""
    created_at: Mapped[datetime]


class FeedKind(enum.StrEnum):
    """What a private address gives."""

    ATOM = "atom"
    CALENDAR = "calendar"


class PrivateAddress(InAuthority, Base):
    """A secret address under which a feed reader or a calendar fetches a person's own items.

    Only its hash is kept: whoever loses the address makes a new one and ends the old one.
    """

    __tablename__ = "private_address"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    """In which place its owner sees what it gives; it ends with the place."""
    kind: Mapped[FeedKind]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PrintoutKind(enum.StrEnum):
    """What is printed."""

    NOTICE = "notice"
    BULLETIN = "bulletin"


class PrintoutState(enum.StrEnum):
    """How far a printout is."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Printout(InAuthority, Base):
    """A PDF that a worker makes of what somebody may read; made once, handed out often.

    A notice's printout is the same for all its readers; a bulletin's is one school's and role's.
    """

    __tablename__ = "printout"
    __table_args__ = (
        sa.Index(
            "ix_printout_waiting",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_printout_notice_id", "notice_id"),
        sa.Index("ix_printout_bulletin", "authority_id", "week_on", "school_id", "role"),
    )

    id: Mapped[Key]
    kind: Mapped[PrintoutKind]
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"))
    week_on: Mapped[date | None]
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("school.id"))
    role: Mapped[Role | None]
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    """Of what it shows: a notice that was corrected since needs a new printout."""
    state: Mapped[PrintoutState] = mapped_column(default=PrintoutState.WAITING)
    asked_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    made_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    size: Mapped[int | None]
