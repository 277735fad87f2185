"""What the mail gateway keeps: cases of mail that would go round the gate, and traces of the rest.

What a message says is only kept of cases, and only sealed (``foundation.sealing``). Of other mail
to more than one school a trace stays for the rolling days: who, when, which schools, and marks of
the words from which no text can be made again. Of mail to one school nothing is kept at all.
"""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person, School
from foundation.model import Base, InAuthority, Key
from gatekeeping.models.stakes import ExemptKind
from gatekeeping.models.submissions import Submission


class CaseKind(enum.StrEnum):
    """How a case came about."""

    HELD = "held"  # the gateway stands in line, and kept the message back
    SEEN = "seen"  # the gateway watches: the message has gone to schools
    REPORTED = "reported"  # a school passed on what it was asked


class CaseState(enum.StrEnum):
    """Where a case is. The moves between states are in ``gatekeeping.mailgate.cases.moves``."""

    WAITING = "waiting"  # for the sender to choose, or a gatekeeper to decide
    EXPLAINED = "explained"  # the sender says why it is exempt; a gatekeeper judges that
    DRAFTED = "drafted"  # it is a submission now, and goes the usual way
    RELEASING = "releasing"  # released: it leaves in a moment
    RELEASED = "released"
    RETURNED = "returned"  # to the sender, with what to do
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by its sender
    ROUTED = "routed"  # schools got it through the portal
    LAPSED = "lapsed"  # nobody wanted it any more; its sender was told
    NOTED = "noted"  # seen or reported, and dealt with


class BypassCase(InAuthority, Base):
    """A message to more schools than the protocol allows without the gate, or a school's report.

    It is never deleted; what the message said is, on ``delete_on``.
    """

    __tablename__ = "bypass_case"
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "token"),
        # the queue, what is due first on top
        sa.Index("ix_bypass_case_queue", "authority_id", "state", "due_at"),
        # counts by month and team; all of one sender; parts of one message
        sa.Index("ix_bypass_case_received", "authority_id", "received_at"),
        sa.Index("ix_bypass_case_sender", "authority_id", "sender", "received_at"),
        sa.Index("ix_bypass_case_content", "authority_id", "content_key"),
        # work lists: what is to leave, what is to be emptied
        sa.Index(
            "ix_bypass_case_leaving",
            "id",
            sqlite_where=sa.text("state = 'releasing'"),
            postgresql_where=sa.text("state = 'releasing'"),
        ),
        sa.Index(
            "ix_bypass_case_emptying",
            "delete_on",
            sqlite_where=sa.text("emptied_at IS NULL"),
            postgresql_where=sa.text("emptied_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    kind: Mapped[CaseKind]
    state: Mapped[CaseState] = mapped_column(default=CaseState.WAITING)
    token: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 over sender, recipients and content: the same brought again is the same case."""
    content_key: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the message alone: a mail server may bring one message in several parts."""
    sender: Mapped[str] = mapped_column(sa.String(254))
    """Who sent it, in lower case: the envelope's sender. Empty where it has none."""
    sender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"), index=True)
    team: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    """The team by its name, also where the portal knows no such team."""
    why: Mapped[str] = mapped_column(sa.String(40))
    """A value of ``gatekeeping.mailgate.policy.Why``."""
    schools: Mapped[int]
    """How many schools counted, earlier messages included."""
    urns: Mapped[list[int]]
    """The schools that this message is addressed to; the audience of its draft."""
    detail: Mapped[dict[str, Any]]
    """``mailgate.saying.as_json``: plain facts, nothing that it said."""
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    """``gatekeeping.mailgate.cases.outlines.Outline``, sealed; empty once it was deleted."""
    received_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When the next act on it becomes overdue; empty once it is closed."""
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    """When its sender was reminded."""
    explanation: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """Why it needs no gate, in the sender's words."""
    exempt_kind: Mapped[ExemptKind | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """Why it was released, returned or refused, for its sender to read."""
    is_emergency: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    """When somebody else looked at an emergency release."""
    was_right: Mapped[bool | None]
    submission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    closed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the next mail server was asked to take it."""
    delete_on: Mapped[date]
    """When what it said is deleted at the latest; nearer once the case is closed."""
    emptied_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person | None] = relationship(foreign_keys=[sender_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    submission: Mapped[Submission | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}


class HeldPart(InAuthority, Base):
    """A piece of a held message, sealed. All in order are the message byte for byte."""

    __tablename__ = "held_part"
    __table_args__ = (sa.UniqueConstraint("case_id", "place"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("bypass_case.id"))
    place: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class CaseMove(InAuthority, Base):
    """One change of a case's state, with who and when."""

    __tablename__ = "case_move"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("bypass_case.id"), index=True)
    before: Mapped[CaseState]
    after: Mapped[CaseState]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who moved it; empty when time did, or a sender who came by the link in the mail."""
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.Text, default="", server_default="")

    by: Mapped[Person | None] = relationship()


class CaseReport(InAuthority, Base):
    """A school passed on a request that did not come through the portal; once for each school."""

    __tablename__ = "case_report"
    __table_args__ = (sa.UniqueConstraint("case_id", "school_id"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("bypass_case.id"))
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who reported it, where the portal knows them."""
    at: Mapped[datetime]

    school: Mapped[School] = relationship()


class MailTrace(InAuthority, Base):
    """A message to more than one school within the rolling days, without anything that it said."""

    __tablename__ = "mail_trace"
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "token"),
        # what is too old
        sa.Index("ix_mail_trace_at", "authority_id", "at"),
        # what a sender or a team sent before
        sa.Index("ix_mail_trace_sender", "authority_id", "sender", "at"),
        sa.Index("ix_mail_trace_team", "authority_id", "team", "at"),
    )

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(sa.String(64))
    sender: Mapped[str] = mapped_column(sa.String(254))
    team: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    at: Mapped[datetime]
    urns: Mapped[list[int]]
    marks: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """Keyed marks of its words (``gatekeeping.mailgate.rule.likeness``)."""
    counts: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """Whether schools have it or may still get it: not what was withdrawn or refused."""
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bypass_case.id"), index=True)


class MailTally(Base):
    """How many messages of a kind the gateway saw on a day: counts, nothing else."""

    __tablename__ = "mail_tally"

    authority_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    on: Mapped[date] = mapped_column("day", primary_key=True)
    what: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    """A value of ``gatekeeping.mailgate.policy.Why``."""
    messages: Mapped[int]
