"""What is kept of each version to find it again by what it asks (docs/decisions/0012)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, BigId, InAuthority, Key


class StoredMeaning(InAuthority, Base):
    """What one submitted version asks, and the code by which it is found.

    A row is written once; when the way of reading changes, it is replaced by one with a new id.
    """

    __tablename__ = "meaning"
    __table_args__ = (
        sa.UniqueConstraint("version_id"),
        # what is new since a worker looked
        sa.Index("ix_meaning_new", "authority_id", "id", "mark"),
        # what was read in an older way
        sa.Index("ix_meaning_algorithm", "algorithm", "id"),
    )

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"))
    algorithm: Mapped[int]
    day: Mapped[int]
    """The day on which it is sent, or else was submitted, counted from 1 January 1970."""
    mark: Mapped[int] = mapped_column(BigId)
    """Tells this row from another that was given the same id after a rollback."""
    code: Mapped[bytes]
    meaning: Mapped[dict[str, Any]]


class MeaningBlock(InAuthority, Base):
    """Thousands of codes in one row, so that a worker's first question reads few rows.

    It holds every code of the authority up to the meaning ``last_id`` that no block before holds.
    """

    __tablename__ = "meaning_block"
    __table_args__ = (sa.UniqueConstraint("authority_id", "last_id"),)

    id: Mapped[Key]
    last_id: Mapped[int] = mapped_column(BigId)
    size: Mapped[int]
    data: Mapped[bytes]
