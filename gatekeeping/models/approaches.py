"""What one officer asks of another whose submission is like theirs."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person
from foundation.model import Base, InAuthority, Key
from gatekeeping.models.submissions import Submission


class ApproachKind(enum.StrEnum):
    """What is asked: the answers that the other gets, or that the two be joined."""

    ANSWERS = "answers"
    JOINING = "joining"


class Approach(InAuthority, Base):
    """The officer of one submission asks for the answers to another, or to be joined to it.

    Each is asked once: the same again changes nothing.
    """

    __tablename__ = "approach"
    __table_args__ = (sa.UniqueConstraint("authority_id", "submission_id", "other_id", "kind"),)

    id: Mapped[Key]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"))
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    kind: Mapped[ApproachKind]
    text: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(foreign_keys=[submission_id])
    other: Mapped[Submission] = relationship(foreign_keys=[other_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
