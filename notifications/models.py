"""Notices handed over for delivery, their deliveries to people at schools, and mail."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from categories.models import Category
from categories.routing.reasons import Reason
from directory.models import Person, School
from foundation.model import Base, BigId, InAuthority, Key


class NoticeKind(enum.StrEnum):
    """Whether schools are told something or asked something."""

    COMMUNICATION = "communication"
    DATA_REQUEST = "data_request"


class Notice(InAuthority, Base):
    """What schools read. Its content is handed over complete; where it came from is a number."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "source_id"),
        sa.Index("ix_notice_authority_id_sent_at", "authority_id", "sent_at"),
    )

    id: Mapped[Key]
    source_id: Mapped[int] = mapped_column(BigId)
    """The id of the submission version that it carries: handing it over twice sends it once."""
    reference: Mapped[str] = mapped_column(sa.String(40))
    """The public register number with its version, as printed on everything that is sent."""
    kind: Mapped[NoticeKind]
    title: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    """Markdown as the officer wrote it; pages show it through ``foundation.markdown``."""
    sender: Mapped[str] = mapped_column(sa.String(300))
    """The sending team and organisation, in words."""
    reply_to: Mapped[str] = mapped_column(sa.String(254), default="")
    due_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    standing: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """What readers must know of it now beyond its text; empty when all is well."""
    stopped: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Nobody need answer it now, and nobody is reminded."""
    sent_at: Mapped[datetime]

    attachments: Mapped[list["NoticeAttachment"]] = relationship(order_by="NoticeAttachment.id")


class NoticeAttachment(InAuthority, Base):
    """A file that goes with a notice; its content lies in the file store."""

    __tablename__ = "notice_attachment"

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]


class DeliveryState(enum.StrEnum):
    """How far a delivery has come with its reader."""

    UNREAD = "unread"
    READ = "read"
    DONE = "done"
    CLOSED = "closed"  # nobody need act: the school closed, or its reader had it once already


class Delivery(InAuthority, Base):
    """One notice, at one school, to one person, for one category.

    ``person_id`` is empty when it went to the school's own mailbox.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.Index(
            "uq_delivery_person",
            "notice_id",
            "school_id",
            "person_id",
            "category_id",
            unique=True,
            sqlite_where=sa.text("person_id IS NOT NULL"),
            postgresql_where=sa.text("person_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_delivery_office",
            "notice_id",
            "school_id",
            unique=True,
            sqlite_where=sa.text("person_id IS NULL"),
            postgresql_where=sa.text("person_id IS NULL"),
        ),
        # an inbox: one person at one school, unread first, newest first
        # (with the authority, so that counting needs the index alone)
        sa.Index(
            "ix_delivery_inbox", "authority_id", "person_id", "school_id", "state", "delivered_at"
        ),
        # all of a notice's, for its sender; the unique ones above are partial
        sa.Index("ix_delivery_notice", "notice_id", "school_id"),
        # everything sent to a school, newest first
        sa.Index("ix_delivery_school", "school_id", "delivered_at"),
    )

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"))
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"), index=True)
    """Through which category the person was found; empty when the notice names none."""
    reason: Mapped[Reason]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.UNREAD)
    delivered_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    notice: Mapped[Notice] = relationship()
    school: Mapped[School] = relationship()
    person: Mapped[Person | None] = relationship()
    category: Mapped[Category | None] = relationship()


class DeliveryMove(InAuthority, Base):
    """A delivery went from one person, or one school, to another: its history."""

    __tablename__ = "delivery_move"
    __table_args__ = (
        sa.Index("ix_delivery_move_delivery_id", "delivery_id", "id"),
        sa.Index("ix_delivery_move_from_person_id", "from_person_id"),
    )

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id"))
    from_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who had it; empty when it lay with the school's own mailbox."""
    to_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    from_school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("school.id"))
    """The school that it was sent to, when a successor took it over."""
    why: Mapped[str] = mapped_column(sa.String(300))
    """In words, for whoever wonders where an item came from or went."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]


class MailState(enum.StrEnum):
    """Where a mail is. A claimed mail has ``claimed_until``; it is not a state of its own."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"  # the server refused it for good, or it waited too long


class Mail(InAuthority, Base):
    """One e-mail: written with the change that causes it, sent by a worker afterwards.

    Mail about a delivery is composed from it when it is sent; other mail (sign-in links) carries
    its own subject and text. The Message-ID follows from the id, so that a mail which a killed
    worker may have sent twice is recognisably the same.
    """

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("uq_mail_delivery_id", "delivery_id", unique=True),
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
