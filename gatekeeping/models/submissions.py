"""Submissions, their frozen versions, what the checks found, and how everything moved."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Organisation, Person, Team
from foundation.model import Base, InAuthority, Key


class Kind(enum.StrEnum):
    """Whether schools are told something or asked something."""

    COMMUNICATION = "communication"
    DATA_REQUEST = "data_request"


class State(enum.StrEnum):
    """Where a submission is (gatekeeping 4.2). The moves between states are in ``moves``."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    TRIAGE = "TRIAGE"
    IN_REVIEW = "IN_REVIEW"
    CHALLENGED = "CHALLENGED"
    ESCALATED = "ESCALATED"
    APPROVED_COND = "APPROVED_COND"
    APPROVED = "APPROVED"
    SCHEDULED = "SCHEDULED"
    LIVE = "LIVE"
    CLOSED = "CLOSED"
    REDIRECTED = "REDIRECTED"
    MERGED = "MERGED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    APPEAL = "APPEAL"
    EMERGENCY_RELEASED = "EMERGENCY_RELEASED"
    AFTER_REVIEW = "AFTER_REVIEW"
    RATIFIED = "RATIFIED"
    RATIFIED_WITH_LESSONS = "RATIFIED_WITH_LESSONS"
    NOT_RATIFIED = "NOT_RATIFIED"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"


class Track(enum.StrEnum):
    """How hard a submission is looked at (gatekeeping 4.1)."""

    LIGHT = "LIGHT"
    STANDARD = "STANDARD"
    HIGH = "HIGH"
    EMERGENCY = "EMERGENCY"


class Severity(enum.StrEnum):
    """What a finding asks for (gatekeeping 4.6)."""

    BLOCK = "block"
    CHALLENGE = "challenge"
    WARN = "warn"
    INFO = "info"


class Submission(InAuthority, Base):
    """What an officer puts to the gate. While it is a draft, ``document`` is its content.

    Each submitting freezes ``document`` as a SubmissionVersion; decisions are about versions.
    ``title``, ``send_on`` and ``due_on`` repeat the document's, for lists.
    """

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "number"),
        sa.Index("ix_submission_queue", "authority_id", "state", "submitted_at"),
        sa.Index("ix_submission_author_id", "author_id", "updated_at"),
        # what is due in a week
        sa.Index("ix_submission_due", "authority_id", "due_on"),
        # what has a number that dies
        sa.Index("ix_submission_expiry", "authority_id", "state", "expires_on"),
        # what was overdue in a month, for the figures
        sa.Index("ix_submission_overdue", "authority_id", "overdue_at"),
        # emergencies, of which there are few
        sa.Index(
            "ix_submission_emergency",
            "authority_id",
            "submitted_at",
            sqlite_where=sa.text("track = 'EMERGENCY'"),
            postgresql_where=sa.text("track = 'EMERGENCY'"),
        ),
        # small lists of a month; requests of a year
        sa.Index("ix_submission_send", "authority_id", "send_on"),
        sa.Index("ix_submission_kind", "authority_id", "kind", "submitted_at"),
        # the register, newest first
        sa.Index("ix_submission_register", "authority_id", "submitted_at", "id"),
    )

    id: Mapped[Key]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[Kind]
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    track: Mapped[Track | None]
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    document: Mapped[dict[str, Any]]
    send_on: Mapped[date | None]
    due_on: Mapped[date | None]
    number: Mapped[str | None] = mapped_column(sa.String(30))
    """The register number without its version, reserved when it is first submitted."""
    version: Mapped[int] = mapped_column(default=0)
    schools: Mapped[int] = mapped_column(default=0)
    """How many open schools the newest frozen version asks for."""
    expires_on: Mapped[date | None]
    claimed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    decide_by: Mapped[date | None]
    """Last working day on which the gate keeps its promise (4.8); empty while the clock stops."""
    days_left: Mapped[int | None]
    """Working days that were left when the clock was stopped; empty while it runs."""
    state_due_at: Mapped[datetime | None]
    """When the state it is in becomes overdue (first look, answer, escalation, appeal ...)."""
    reminded_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    """When time found it overdue, for the monthly figures; never emptied."""
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    withheld: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    """Why the register keeps its words back (``gatekeeping.registry.masking``); mostly empty."""
    changing_since: Mapped[datetime | None]
    """While its writer changes what was put to the gate already: since when."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts every write; two people saving at once are told apart by it."""

    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    claimed_by: Mapped[Person | None] = relationship(foreign_keys=[claimed_by_id])
    team: Mapped[Team | None] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")

    __mapper_args__ = {"version_id_col": revision}


class SubmissionVersion(InAuthority, Base):
    """A submission as it was put to the gate; never changed afterwards."""

    __tablename__ = "submission_version"
    __table_args__ = (sa.UniqueConstraint("submission_id", "version"),)

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"))
    version: Mapped[int]
    document: Mapped[dict[str, Any]]
    track: Mapped[Track]
    schools: Mapped[int]
    burden: Mapped[dict[str, Any]]
    attachments: Mapped[list[Any]]
    """Name, media type, size and SHA-256 of each file as it was."""
    submitted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    law: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What the law says of its claim, as far as was known: ``gatekeeping.law`` writes it."""
    protocol: Mapped[int] = mapped_column(default=0, server_default="0")
    """The version of the protocol by which it was judged; 0 is the protocol as shipped."""
    changes: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What differs from the version before, in words, and whether each is more or less."""

    submission: Mapped[Submission] = relationship()
    findings: Mapped[list["StoredFinding"]] = relationship(order_by="StoredFinding.id")


IS_NEWEST = sa.and_(
    SubmissionVersion.submission_id == Submission.id,
    SubmissionVersion.version == Submission.version,
)
"""Joins a submission with the version that is before the gate, or that was decided last."""


class Attachment(InAuthority, Base):
    """A file that an officer added to a draft; its content lies in the file store."""

    __tablename__ = "attachment"
    __table_args__ = (
        # the work list of files whose words have not been read yet
        sa.Index(
            "ix_attachment_unread",
            "id",
            sqlite_where=sa.text("text IS NULL"),
            postgresql_where=sa.text("text IS NULL"),
        ),
    )

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[datetime]
    text: Mapped[str | None] = mapped_column(sa.Text, deferred=True)
    """The words in it, for the checks; empty until they have been read. Pages do without them."""
    text_note: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    """Why there are no words, or not all, in a sentence for people."""


class StoredFinding(InAuthority, Base):
    """What a check said about one version, with the evidence."""

    __tablename__ = "finding"

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"), index=True)
    rule: Mapped[str] = mapped_column(sa.String(4))
    rule_version: Mapped[int]
    severity: Mapped[Severity]
    title: Mapped[str] = mapped_column(sa.String(200))
    says: Mapped[str] = mapped_column(sa.Text)
    evidence: Mapped[list[Any]]
    detail: Mapped[dict[str, Any]]
    fix: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """How to mend it, where that is not said already."""
    protocol: Mapped[int] = mapped_column(default=0, server_default="0")
    overrides: Mapped[list["Override"]] = relationship(order_by="Override.id")


class Override(InAuthority, Base):
    """A gatekeeper sets a finding aside, with the reason. Several may; none is ever removed."""

    __tablename__ = "override"

    id: Mapped[Key]
    finding_id: Mapped[int] = mapped_column(sa.ForeignKey("finding.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(sa.Text)

    by: Mapped[Person] = relationship()


class Move(InAuthority, Base):
    """One change of state, with who and when."""

    __tablename__ = "move"

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    version: Mapped[int]
    before: Mapped[State]
    after: Mapped[State]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who moved it; empty when time did."""
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    by: Mapped[Person | None] = relationship()


class NumberSequence(Base):
    """The last sequence given out in an authority, school year and type letter."""

    __tablename__ = "number_sequence"

    authority_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    school_year: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    letter: Mapped[str] = mapped_column(sa.String(1), primary_key=True)
    last: Mapped[int]
