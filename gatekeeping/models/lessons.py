"""What an authority's decisions teach about categories (``gatekeeping.suggesting``)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority


class CategoryLesson(InAuthority, Base):
    """The words of an approved submission with the categories it was approved for.

    One row a submission, that of the version approved last. It counts only while that version
    stands approved, so a row need not be removed when an approval falls.
    """

    __tablename__ = "category_lesson"
    __table_args__ = (
        # the newest lessons of an authority, and when the last one was learned
        sa.Index("ix_category_lesson_learned", "authority_id", "learned_at", "submission_id"),
    )

    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), primary_key=True)
    version: Mapped[int]
    learned_at: Mapped[datetime]
    categories: Mapped[list[Any]]
    """Slugs."""
    stems: Mapped[list[Any]]
    """Stems of the text that may mean something, each once, in their order; a hundred or so."""
