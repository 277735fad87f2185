"""Mail: what waits to be sent, whom it reached, and what came back."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key


class MailState(enum.StrEnum):
    """Where a mail is. A claimed mail has ``claimed_until``; it is not a state of its own."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"  # the server refused it for good, or it waited too long
    RETURNED = "returned"  # it was taken, and came back later
    DROPPED = "dropped"  # what it tells was done or withdrawn before it left


class Occasion(enum.StrEnum):
    """Why a mail is written; about one delivery at most once for each occasion and round."""

    ITEM = "item"  # something new
    REMINDER = "reminder"
    DEPUTY = "deputy"  # the reader did not act: their deputy is told
    HEAD = "head"  # neither did the deputy: the head is told
    CHANGED = "changed"  # corrected, replaced or withdrawn after it was read
    FORWARDED = "forwarded"  # a colleague passed it on
    DIGEST = "digest"
    BULLETIN = "bulletin"
    OWN = "own"  # brings its own subject and text


class Channel(enum.StrEnum):
    """By which way a mail leaves."""

    SMTP = "smtp"
    NOTIFY = "notify"  # GOV.UK Notify


class Mail(InAuthority, Base):
    """One e-mail: written with the change that causes it, sent by a worker afterwards.

    Mail about a delivery is composed from it when it is sent; other mail (sign-in links) carries
    its own subject and text. The Message-ID follows from the id, so that a mail which a killed
    worker may have sent twice is recognisably the same.
    """

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("uq_mail_delivery_id", "delivery_id", "occasion", "round", unique=True),
        sa.Index("ix_mail_person_id", "person_id", "created_at"),
        sa.Index("ix_mail_channel_reference", "channel_reference"),
        sa.Index(
            "ix_mail_status",
            "status_after",
            sqlite_where=sa.text("channel = 'notify' AND state = 'sent'"),
            postgresql_where=sa.text("channel = 'notify' AND state = 'sent'"),
        ),
        sa.Index(
            "ix_mail_waiting",
            "urgent",
            "send_after",
            "id",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
    )

    id: Mapped[Key]
    delivery_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delivery.id"))
    occasion: Mapped[Occasion] = mapped_column(
        default=Occasion.OWN, server_default=Occasion.OWN.value
    )
    round: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    """Which reminder, correction or escalation of its kind it is about this delivery, from 1."""
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Whom it is for, where that is known: several people may share a mailbox."""
    digest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("digest.id"))
    address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(300), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    claim: Mapped[str | None] = mapped_column(sa.String(40))
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    channel: Mapped[Channel] = mapped_column(
        default=Channel.SMTP, server_default=Channel.SMTP.value
    )
    channel_reference: Mapped[str | None] = mapped_column(sa.String(80))
    """What the channel calls it, where it gives mails names of its own."""
    status_after: Mapped[datetime | None]
    """When the channel is next asked what became of it; empty before the first time."""
    returned_at: Mapped[datetime | None]
    returned_why: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
