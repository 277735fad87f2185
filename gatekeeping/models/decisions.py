"""What people decided about submissions, and everything that a decision may need."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person
from foundation.model import Base, InAuthority, Key
from gatekeeping.models.submissions import Submission, SubmissionVersion


class Verb(enum.StrEnum):
    """What a decision says (gatekeeping 4.7)."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    SUPPORT = "support"  # the first of the two gatekeepers that HIGH needs says yes
    CHALLENGE = "challenge"
    RETURN = "return"
    REDIRECT = "redirect"
    MERGE = "merge"
    TAKE_IN = "take_in"  # another is joined to it
    REFUSE = "refuse"
    ESCALATE = "escalate"
    HAND_BACK = "hand_back"  # the executive gives an escalated one back to the gatekeepers
    SUSPEND = "suspend"
    RESUME = "resume"
    RELEASE = "release"  # an emergency goes out before it is judged
    EXTEND = "extend"  # an emergency's number is valid longer
    RATIFY = "ratify"
    RATIFY_WITH_LESSONS = "ratify_with_lessons"
    NOT_RATIFY = "not_ratify"
    UPHOLD = "uphold"  # appeal: the decision stands
    VARY = "vary"  # appeal: it may go, on conditions
    QUASH = "quash"  # appeal: it is judged again by somebody else


class LetterState(enum.StrEnum):
    """Whether the letter of a decision is written."""

    NONE = "none"  # this decision has no letter
    WANTED = "wanted"
    WRITTEN = "written"
    FAILED = "failed"


class Decision(InAuthority, Base):
    """What a gatekeeper decided about one version, and why; never changed afterwards.

    The database refuses a decider with a conflict of interest or without the role, and a second
    outcome once the submission has left the gate (migration 0015).
    """

    __tablename__ = "decision"
    __table_args__ = (
        sa.Index(
            "ix_decision_letters",
            "letter_state",
            sqlite_where=sa.text("letter_state = 'wanted'"),
            postgresql_where=sa.text("letter_state = 'wanted'"),
        ),
        # the figures of a month
        sa.Index("ix_decision_authority_id_at", "authority_id", "at"),
        sa.Index(
            "uq_decision_approval",
            "version_id",
            unique=True,
            sqlite_where=sa.text("verb = 'approve'"),
            postgresql_where=sa.text("verb = 'approve'"),
        ),
    )

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"), index=True)
    verb: Mapped[Verb]
    code: Mapped[str] = mapped_column(sa.String(40), default="")
    """Why, in one word of the tables in ``gatekeeping.deciding.decisions``; or empty."""
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
    redirect_to: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """REDIRECT: where the data is, who owns it, and how to get at it."""
    into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submission.id"))
    """MERGE: the submission that lives on."""
    protocol: Mapped[int] = mapped_column(default=0, server_default="0")

    submission: Mapped[Submission] = relationship(foreign_keys=[submission_id])
    version: Mapped[SubmissionVersion] = relationship()
    by: Mapped[Person] = relationship()
    into: Mapped[Submission | None] = relationship(foreign_keys=[into_id])
    terms: Mapped[list["Condition"]] = relationship(order_by="Condition.id")


class ConditionKind(enum.StrEnum):
    """What an approval may be tied to (gatekeeping 4.7)."""

    CUT_ITEMS = "cut_items"
    SHORTEN = "shorten"
    MOVE_DATE = "move_date"
    SAMPLE = "sample"
    PREFILL = "prefill"
    ELECTRONIC = "electronic"
    MERGE_WAVE = "merge_wave"
    LABEL_VOLUNTARY = "label_voluntary"
    RESULTS_BACK = "results_back"  # after sending; it holds nothing up
    OTHER = "other"


class Condition(InAuthority, Base):
    """One condition of an approval: the officer says how it was met, a gatekeeper confirms."""

    __tablename__ = "condition"

    id: Mapped[Key]
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    kind: Mapped[ConditionKind]
    text: Mapped[str] = mapped_column(sa.Text)
    due_on: Mapped[date]
    before_sending: Mapped[bool]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    done_how: Mapped[str] = mapped_column(sa.Text, default="")
    met_at: Mapped[datetime | None]
    met_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class PendingDecision(InAuthority, Base):
    """A decision in the seconds in which it can be undone; carried out when they are over.

    The rules are asked again then: who lost the role in between decides nothing. Of one submission
    at most one waits; those that were taken back or refused are each of one person.
    """

    __tablename__ = "pending_decision"
    __table_args__ = (
        sa.Index(
            "uq_pending_decision_waiting",
            "submission_id",
            unique=True,
            sqlite_where=sa.text("refused_because = ''"),
            postgresql_where=sa.text("refused_because = ''"),
        ),
    )

    submission_id: Mapped[int] = mapped_column(
        sa.ForeignKey("submission.id"), primary_key=True, autoincrement=False
    )
    verb: Mapped[Verb]
    version: Mapped[int]
    values: Mapped[dict[str, Any]]
    """What the verb's function is called with, beside session, submission, by, version and at."""
    by_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    made_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    refused_because: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was not carried out, for its maker; such a row stays until that person acts."""

    submission: Mapped[Submission] = relationship()
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


class Endorsement(InAuthority, Base):
    """A line manager stands behind a draft of the HIGH track before it is submitted (4.3)."""

    __tablename__ = "endorsement"

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Of the document as it was endorsed: a changed one needs a fresh endorsement."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    by: Mapped[Person] = relationship()


class PanelVote(InAuthority, Base):
    """The advice of a school panel member on a version of the HIGH track."""

    __tablename__ = "panel_vote"
    __table_args__ = (sa.UniqueConstraint("version_id", "by_id"),)

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    for_it: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)

    by: Mapped[Person] = relationship()


class DpiaOutcome(enum.StrEnum):
    """What information governance says of a submission's data protection assessment."""

    ENOUGH = "enough"
    NOT_NEEDED = "not_needed"
    NOT_ENOUGH = "not_enough"


class DpiaVerdict(InAuthority, Base):
    """What the data protection officer says of one version; the newest counts."""

    __tablename__ = "dpia_verdict"

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    outcome: Mapped[DpiaOutcome]
    note: Mapped[str] = mapped_column(sa.Text)

    by: Mapped[Person] = relationship()


class Awaited(enum.StrEnum):
    """Whose verdict is awaited, beside the gatekeeper's."""

    DPIA = "dpia"
    LAW = "law"


class Reminder(InAuthority, Base):
    """Somebody was told once that a verdict on a version is overdue (4.8)."""

    __tablename__ = "reminder"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("submission_version.id"), primary_key=True, autoincrement=False
    )
    what: Mapped[Awaited] = mapped_column(primary_key=True)
    at: Mapped[datetime]
