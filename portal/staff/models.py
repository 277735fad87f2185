"""Who is going to leave a school on a day to come, and who takes over then."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key


class Leaving(InAuthority, Base):
    """Somebody's last day at a school, with what was chosen; carried out on the day after."""

    __tablename__ = "leaving"
    __table_args__ = (
        sa.Index(
            "uq_leaving_waiting",
            "school_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
        sa.Index(
            "ix_leaving_due",
            "last_day",
            "id",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    last_day: Mapped[date]
    to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who takes over everything; empty when ``choices`` says it category by category."""
    choices: Mapped[dict[str, Any]]
    """Who takes over, by the id of the category (as text, for JSON)."""
    next_head_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When it was carried out, called off or given up."""
    problem: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """Why it could not be carried out, for whoever arranged it."""
