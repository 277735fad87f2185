"""How people want to be reached, what was gathered for them, and who was chased."""

import enum
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key


class Rhythm(enum.StrEnum):
    """How often a person wants mail about new items. Urgent ones always come at once."""

    EACH = "each"
    DAILY = "daily"
    WEEKLY = "weekly"


class ReachChoice(InAuthority, Base):
    """How a person wants to be reached; without a row: each item, at once, and the bulletin."""

    __tablename__ = "reach_choice"
    __table_args__ = (sa.UniqueConstraint("person_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    rhythm: Mapped[Rhythm] = mapped_column(default=Rhythm.EACH)
    digest_at: Mapped[time] = mapped_column(default=time(7, 30))
    """The local time at which a digest is composed."""
    digest_on: Mapped[int] = mapped_column(default=0)
    """The weekday of a weekly one, Monday being 0."""
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    """Between these local times (also across midnight) mail that is not urgent waits."""
    quiet_weekend: Mapped[bool] = mapped_column(default=False)
    bulletin: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]


class Digest(InAuthority, Base):
    """One mail about several items: composed once, for one person and one moment."""

    __tablename__ = "digest"
    __table_args__ = (sa.UniqueConstraint("person_id", "due_at"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    due_at: Mapped[datetime]
    composed_at: Mapped[datetime]


class DigestEntry(InAuthority, Base):
    """An item that goes into its reader's next digest, or went into one."""

    __tablename__ = "digest_entry"
    __table_args__ = (
        sa.UniqueConstraint("delivery_id"),
        sa.Index(
            "ix_digest_entry_waiting",
            "person_id",
            sqlite_where=sa.text("digest_id IS NULL"),
            postgresql_where=sa.text("digest_id IS NULL"),
        ),
        sa.Index("ix_digest_entry_digest_id", "digest_id"),
    )

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    digest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("digest.id"))
    due_at: Mapped[datetime]
    """When the digest is due in which it goes."""


class ChaseStep(enum.StrEnum):
    """Who was reminded: the reader; when they did not act, their deputy; then the head."""

    READER = "reader"
    DEPUTY = "deputy"
    HEAD = "head"


class Chase(InAuthority, Base):
    """One reminder or escalation about one delivery. Written once, with the mail that tells it."""

    __tablename__ = "chase"
    __table_args__ = (
        sa.UniqueConstraint("delivery_id", "step", "number"),
        sa.Index("ix_chase_notice_id", "notice_id", "at"),
    )

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"))
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"))
    step: Mapped[ChaseStep]
    number: Mapped[int]
    """Which of its step, from 1."""
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """To whom it went; empty for the school's own mailbox."""
    at: Mapped[datetime]


class Bulletin(InAuthority, Base):
    """A week's information items, once its week is over: what it holds does not change any more."""

    __tablename__ = "bulletin"
    __table_args__ = (sa.UniqueConstraint("authority_id", "week_on"),)

    id: Mapped[Key]
    week_on: Mapped[date]
    """The Monday of its week."""
    composed_at: Mapped[datetime]


class BulletinMail(InAuthority, Base):
    """That a person was sent a week's bulletin for a place: once."""

    __tablename__ = "bulletin_mail"
    __table_args__ = (sa.UniqueConstraint("bulletin_id", "membership_id"),)

    id: Mapped[Key]
    bulletin_id: Mapped[int] = mapped_column(sa.ForeignKey("bulletin.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"))


class ReturnedMail(InAuthority, Base):
    """A notice that a mail did not arrive, or that its reader complained, as it came back."""

    __tablename__ = "returned_mail"
    __table_args__ = (
        sa.UniqueConstraint("mail_id", "kind", "digest"),
        sa.Index("ix_returned_mail_authority_id_at", "authority_id", "at"),
    )

    id: Mapped[Key]
    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("mail.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    """``bounce`` (for good), ``delay`` (it is still tried) or ``complaint``."""
    status: Mapped[str] = mapped_column(sa.String(20), default="")
    """The enhanced status code, such as 5.1.1 (RFC 3463)."""
    says: Mapped[str] = mapped_column(sa.String(300), default="")
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Of the report's own bytes: the same one delivered twice counts once."""
    at: Mapped[datetime]
