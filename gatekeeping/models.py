"""Submissions, what the checks found, what people decided, and how everything moved."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Organisation, Person, Team
from foundation.model import Base, BigId, InAuthority, Key


class Kind(enum.StrEnum):
    """Whether schools are told something or asked something."""

    COMMUNICATION = "communication"
    DATA_REQUEST = "data_request"


class State(enum.StrEnum):
    """Where a submission is (gatekeeping 4.2). The moves between states are in ``moves``."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    TRIAGE = "TRIAGE"
    IN_REVIEW = "IN_REVIEW"
    CHALLENGED = "CHALLENGED"
    APPROVED = "APPROVED"
    SCHEDULED = "SCHEDULED"
    LIVE = "LIVE"
    CLOSED = "CLOSED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
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

    submission: Mapped[Submission] = relationship()
    findings: Mapped[list["StoredFinding"]] = relationship(order_by="StoredFinding.id")


class Shingle(InAuthority, Base):
    """A sample of the word sequences of a submitted text, to find near-identical ones quickly."""

    __tablename__ = "shingle"
    __table_args__ = (sa.Index("ix_shingle_authority_id_hash", "authority_id", "hash"),)

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("submission_version.id"), primary_key=True
    )
    hash: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)


class Attachment(InAuthority, Base):
    """A file that an officer added to a draft; its content lies in the file store."""

    __tablename__ = "attachment"

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    added_at: Mapped[datetime]


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


class Verb(enum.StrEnum):
    """What a decision says."""

    APPROVE = "approve"
    CHALLENGE = "challenge"
    REFUSE = "refuse"


class LetterState(enum.StrEnum):
    """Whether the letter of a decision is written."""

    NONE = "none"  # this decision has no letter
    WANTED = "wanted"
    WRITTEN = "written"
    FAILED = "failed"


class Decision(InAuthority, Base):
    """What a gatekeeper decided about one version, and why; never changed afterwards.

    The database refuses a decider with a conflict of interest (migration 0009).
    """

    __tablename__ = "decision"
    __table_args__ = (
        sa.Index(
            "ix_decision_letters",
            "letter_state",
            sqlite_where=sa.text("letter_state = 'wanted'"),
            postgresql_where=sa.text("letter_state = 'wanted'"),
        ),
        sa.Index(
            "uq_decision_outcome",
            "version_id",
            unique=True,
            sqlite_where=sa.text("verb IN ('approve', 'refuse')"),
            postgresql_where=sa.text("verb IN ('approve', 'refuse')"),
        ),
    )

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"), index=True)
    verb: Mapped[Verb]
    code: Mapped[str] = mapped_column(sa.String(40), default="")
    """Why it was refused, a word of ``gatekeeping.decisions.REFUSAL_CODES``; else empty."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text)
    conditions: Mapped[str] = mapped_column(sa.Text, default="")
    letter_state: Mapped[LetterState] = mapped_column(default=LetterState.NONE)
    letter_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    letter_tries: Mapped[int] = mapped_column(default=0)
    letter_claim: Mapped[str | None] = mapped_column(sa.String(40))
    letter_due_at: Mapped[datetime | None]
    """Until when the worker of ``letter_claim`` has it, or after a failure when to try again."""

    submission: Mapped[Submission] = relationship()
    version: Mapped[SubmissionVersion] = relationship()
    by: Mapped[Person] = relationship()


class Message(InAuthority, Base):
    """One entry of the thread between gatekeeper and officer: a challenge or an answer."""

    __tablename__ = "message"

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    version: Mapped[int]
    is_answer: Mapped[bool]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(sa.Text)

    by: Mapped[Person] = relationship()


class NumberSequence(Base):
    """The last sequence given out in an authority, school year and type letter."""

    __tablename__ = "number_sequence"

    authority_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    school_year: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    letter: Mapped[str] = mapped_column(sa.String(1), primary_key=True)
    last: Mapped[int]
