"""How the list of categories changes: lists put up for later, and what each version changed."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person
from foundation.model import Base, InAuthority, Key


class DraftState(enum.StrEnum):
    """Where a list is that somebody put up."""

    OPEN = "open"  # looked at and corrected; nothing is changed yet
    READY = "ready"  # confirmed: it comes into force on its day
    APPLIED = "applied"
    DROPPED = "dropped"
    REFUSED = "refused"  # another list came into force meanwhile


class CategoryDraft(InAuthority, Base):
    """A new list of categories, with where each of them comes from, before it is in force."""

    __tablename__ = "category_draft"
    __table_args__ = (sa.Index("ix_category_draft_authority_id_state", "authority_id", "state"),)

    id: Mapped[Key]
    file_name: Mapped[str] = mapped_column(sa.String(200))
    entries: Mapped[list[Any]]
    """The whole list: each an object with the columns of a list and ``from``, slugs in order."""
    base_version: Mapped[int]
    """The version in force when it was put up: what the preview compares with."""
    state: Mapped[DraftState] = mapped_column(default=DraftState.OPEN)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[datetime]
    valid_from: Mapped[date | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When it was applied, dropped or refused."""
    framework_id: Mapped[int | None] = mapped_column(sa.ForeignKey("framework.id"))
    """The version that it became."""

    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])


class ChangeKind(enum.StrEnum):
    """What a version did to a category."""

    NEW = "new"
    RENAMED = "renamed"  # another heading; or another category took its place alone
    SPLIT = "split"
    MERGED = "merged"
    RETIRED = "retired"
    RENUMBERED = "renumbered"
    REGROUPED = "regrouped"
    REWORDED = "reworded"


CARRYING = (ChangeKind.RENAMED, ChangeKind.SPLIT, ChangeKind.MERGED)
"""What leads from one category to another."""


class CategoryChange(InAuthority, Base):
    """One thing that a version changed: history can be followed from category to category."""

    __tablename__ = "category_change"
    __table_args__ = (
        sa.Index("ix_category_change_framework_id", "framework_id", "to_id", "place"),
        sa.Index("ix_category_change_from_id", "from_id"),
    )

    id: Mapped[Key]
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"))
    kind: Mapped[ChangeKind]
    from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    """Empty for a category that is new."""
    to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    """Empty for one that ended without another taking its place."""
    place: Mapped[int] = mapped_column(default=0)
    """Which of several it comes from counts first: the lowest."""
