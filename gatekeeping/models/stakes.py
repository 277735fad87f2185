"""Who has a stake in a submission, and what need not pass the gate but is counted."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key


class Stake(enum.StrEnum):
    """Why somebody is not neutral about a submission (gatekeeping 4.4)."""

    AUTHOR = "author"
    DRAFTED = "drafted"  # wrote any text in it, also a gatekeeper who edited it
    ANSWERED = "answered"
    ENDORSED = "endorsed"
    LINE = "line"  # line chain of the author, up or down
    BUDGET = "budget"  # owns the budget that gains
    DECIDED = "decided"  # decided it before an appeal quashed that


class Interest(InAuthority, Base):
    """Somebody has a stake in a submission and may not decide it (4.4); never removed.

    Rows are written when the fact happens: a text is saved, an endorsement given, a question
    answered. Membership of the asking team is not listed here; it is looked up.
    """

    __tablename__ = "interest"

    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    why: Mapped[Stake] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class ExemptKind(enum.StrEnum):
    """What need not pass the gate, but is counted (gatekeeping 4.1)."""

    CASEWORK = "casework"
    COURT_ORDER = "court_order"
    REPLY = "reply"
    INVOICE = "invoice"
    FOI_REPLY = "foi_reply"
    ELECTION = "election"


class Exempt(InAuthority, Base):
    """One exempt message: its type and nothing of what it said."""

    __tablename__ = "exempt"
    __table_args__ = (sa.Index("ix_exempt_authority_id_at", "authority_id", "at"),)

    id: Mapped[Key]
    kind: Mapped[ExemptKind]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
