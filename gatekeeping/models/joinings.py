"""What became of two submissions that were joined, as it was when they were."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person
from foundation.model import Base, InAuthority, Key
from gatekeeping.models.submissions import Submission


class JoiningKind(enum.StrEnum):
    """What joining did to the parent."""

    UNITED = "united"  # it asks for both from its next version on
    REUSED = "reused"  # schools have it already: it stays, and its answers serve both


class Joining(InAuthority, Base):
    """One submission, the child, was joined to another, the parent. Kept when it is undone."""

    __tablename__ = "joining"
    __table_args__ = (
        # a child is joined to one parent at a time
        sa.Index(
            "uq_joining_child",
            "child_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
        # what was saved in a year, and what of it was taken back
        sa.Index("ix_joining_authority_id_at", "authority_id", "at"),
        sa.Index("ix_joining_authority_id_undone_at", "authority_id", "undone_at"),
    )

    id: Mapped[Key]
    kind: Mapped[JoiningKind]
    parent_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    child_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"))
    child_version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    base_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    """The parent's version that holds only its own schools and work, before any was joined."""
    before_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    after_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    """The parent's versions before and after; the same where its answers are reused."""
    brought: Mapped[dict[str, Any]]
    """What the child brought, and for whom: ``gatekeeping.uniting.brought`` reads and writes it."""
    figures: Mapped[dict[str, Any]]
    """Schools and burden of parent, child and whole, from which the saving can be worked out."""
    saving_minutes: Mapped[int]
    saving_pence: Mapped[int]
    """The sum of the parts minus the whole, at the answers expected; below zero says why."""
    saving_why: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    undone_why: Mapped[str] = mapped_column(sa.Text, default="")
    undone_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submission_version.id"))
    """The parent's version from which it is out again, where there is one."""
    kept: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """What stayed in the parent when it was undone, because its officer had changed it."""

    parent: Mapped[Submission] = relationship(foreign_keys=[parent_id])
    child: Mapped[Submission] = relationship(foreign_keys=[child_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
