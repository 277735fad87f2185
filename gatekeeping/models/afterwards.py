"""What may follow a decision: an appeal, a school's challenge, training after a false alarm."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person, School
from foundation.model import Base, InAuthority, Key
from gatekeeping.models.decisions import Decision, Verb
from gatekeeping.models.submissions import Submission


class Appeal(InAuthority, Base):
    """The officer asks a panel to look at a refusal or a redirection again (4.8)."""

    __tablename__ = "appeal"

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decision.id"), unique=True)
    lodged_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    lodged_at: Mapped[datetime]
    grounds: Mapped[str] = mapped_column(sa.Text)
    hear_by: Mapped[date]
    outcome: Mapped[Verb | None]
    """UPHOLD, VARY or QUASH once the panel has decided."""
    ended_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()
    decision: Mapped[Decision] = relationship()
    members: Mapped[list["AppealMember"]] = relationship(order_by="AppealMember.id")


class AppealMember(InAuthority, Base):
    """One of the three who hear an appeal; two come from schools. The vote is given once."""

    __tablename__ = "appeal_member"
    __table_args__ = (sa.UniqueConstraint("appeal_id", "person_id"),)

    id: Mapped[Key]
    appeal_id: Mapped[int] = mapped_column(sa.ForeignKey("appeal.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    from_school: Mapped[bool]
    appointed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    appointed_at: Mapped[datetime]
    vote: Mapped[Verb | None]
    conditions: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    voted_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Ground(enum.StrEnum):
    """Why a school challenges what it was sent."""

    NOT_STATUTORY = "not_statutory"
    ALREADY_GIVEN = "already_given"
    TOO_MUCH = "too_much"
    TOO_SOON = "too_soon"
    NOT_AS_APPROVED = "not_as_approved"
    PERSONAL_DATA = "personal_data"
    OTHER = "other"


class SchoolChallenge(InAuthority, Base):
    """A school asks the gate why it was sent something; the gate answers, and may suspend."""

    __tablename__ = "school_challenge"
    __table_args__ = (sa.Index("ix_school_challenge_open", "authority_id", "answered_at", "at"),)

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    version: Mapped[int]
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    ground: Mapped[Ground]
    text: Mapped[str] = mapped_column(sa.Text)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    upheld: Mapped[bool | None]
    suspended: Mapped[bool] = mapped_column(default=False)

    submission: Mapped[Submission] = relationship()
    school: Mapped[School] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class Training(InAuthority, Base):
    """A team was trained in the emergency route, which it had lost (4.9)."""

    __tablename__ = "training"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.Text)
