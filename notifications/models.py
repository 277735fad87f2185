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


class Attention(enum.StrEnum):
    """What a notice wants of its readers, and how soon."""

    URGENT = "urgent"  # at once: an emergency, or what a child's safety hangs on
    ACTION = "action"  # something is to be done or answered
    INFORMATION = "information"  # to be read


class Notice(InAuthority, Base):
    """What schools read. Its content is handed over complete; where it came from is a number."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "source_id"),
        sa.Index("ix_notice_authority_id_sent_at", "authority_id", "sent_at"),
        sa.Index("ix_notice_replaced_by_id", "replaced_by_id"),
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
    attention: Mapped[Attention] = mapped_column(
        default=Attention.INFORMATION, server_default=Attention.INFORMATION.value
    )
    acknowledge: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Readers are asked to say that they have read it."""
    reminders: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    """How many reminders one reader gets at most; escalations are counted apart."""
    deputy_after: Mapped[int | None]
    """So many school days after its due date the deputy of who did not act is told."""
    head_after: Mapped[int | None]
    """So many school days after its due date the headteacher is told."""
    reminders_stopped_at: Mapped[datetime | None]
    """When its sender called off all further reminders and escalations."""
    amended_at: Mapped[datetime | None]
    """When its words were last corrected in place."""
    changed: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """What is different from what it replaces, or was corrected, in words for readers."""
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"))
    """The later notice that stands in its place."""
    replaced_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    expunged_at: Mapped[datetime | None]
    """When its text and files were deleted because nobody may keep them longer."""
    held_why: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """Why it is kept beyond its time, such as a case in court; mostly empty."""

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
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice_attachment.id"))
    """The earlier file that it stands in for: of the notice replaced, or of this one."""
    changed: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """What is different from that file, in words for readers."""
    added_at: Mapped[datetime | None]
    """When it was put to a notice that had been sent before; empty for what went with it."""
    replaced_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")


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
    reread_at: Mapped[datetime | None]
    """When its reader opened it again after it was corrected or withdrawn."""
    done_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    """When its reader said that they have read it, where that is asked."""
    snoozed_until: Mapped[date | None]
    """Until when its reader put it away; it is back in the inbox on that day."""
    forwarded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """The colleague who passed it on, when it did not come by routing."""

    notice: Mapped[Notice] = relationship()
    school: Mapped[School] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
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
