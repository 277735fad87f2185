"""Files as documents: each content once, with its words and what was found wrong with it."""

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key


class DocumentState(enum.StrEnum):
    """How far a worker has come with a file."""

    WAITING = "waiting"
    READ = "read"  # its words are known, or it has none; ``note`` says when not all
    REFUSED = "refused"  # it is dangerous: nobody may fetch it
    EXPUNGED = "expunged"  # its content was deleted because nobody may keep it longer


class Document(InAuthority, Base):
    """The content of files that were sent, once for each authority, by its hash.

    Whoever sent it and under whatever name: names stand with what it went with.
    """

    __tablename__ = "document"
    __table_args__ = (
        sa.UniqueConstraint("authority_id", "sha256"),
        sa.Index(
            "ix_document_waiting",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    """What its content is, whatever its name says."""
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.WAITING)
    text: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    outline: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Its headings: where each begins in the text, its level from 1, its words if not there."""
    pages: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    """Why there are no words or not all of them; why it is refused."""
    dangers: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """What whoever opens it should know: macros, scripts, links to other files, a false name."""
    created_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    read_at: Mapped[datetime | None]


class DoomedFile(InAuthority, Base):
    """A content that nobody may keep longer: a worker deletes it once nothing refers to it.

    Written with the rows that let go of it; the file goes after that is committed.
    """

    __tablename__ = "doomed_file"
    __table_args__ = (sa.UniqueConstraint("authority_id", "sha256"),)

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
