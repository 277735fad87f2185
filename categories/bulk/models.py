"""A file of owners between its upload and its effect: what each row says and would change."""

import enum
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from categories.models import Part
from foundation.errors import Refusal
from foundation.model import Base, BigId, InAuthority, Key


class ImportState(enum.StrEnum):
    """How far a file has come."""

    RECEIVED = "received"  # stored; a worker reads it
    READ = "read"  # every row has its verdict; nothing has changed
    BROKEN = "broken"  # it could not be read at all
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.RECEIVED: frozenset({ImportState.READ, ImportState.BROKEN}),
    ImportState.READ: frozenset({ImportState.APPLYING, ImportState.DISCARDED}),
    ImportState.BROKEN: frozenset({ImportState.DISCARDED}),
    ImportState.APPLYING: frozenset({ImportState.APPLIED}),
    ImportState.APPLIED: frozenset({ImportState.UNDOING}),
    ImportState.UNDOING: frozenset({ImportState.UNDONE}),
    ImportState.UNDONE: frozenset(),
    ImportState.DISCARDED: frozenset(),
}
UNFINISHED = frozenset({ImportState.RECEIVED, ImportState.APPLYING, ImportState.UNDOING})
"""A worker has something to do."""


class Verdict(enum.StrEnum):
    """What a row comes to."""

    BAD = "bad"  # cannot be used: the column and the reason say why
    ADD = "add"  # nobody is set for it yet
    CHANGE = "change"
    SAME = "same"
    CLASH = "clash"  # somebody else changed it since the file was read


class RowState(enum.StrEnum):
    """What became of a row."""

    WAITING = "waiting"
    APPLIED = "applied"
    PASSED_OVER = "passed_over"  # bad, the same already, or not chosen
    STALE = "stale"  # what it was to replace had changed meanwhile, so it was left alone
    UNDONE = "undone"


class WrongMoveError(Refusal):
    """The file is not at the step from which that can be done: somebody was quicker."""

    sentence = "That has been done already, or cannot be done any more. Look at the file again."


class OwnerImport(InAuthority, Base):
    """One file of owners, put up by somebody for one school or for all."""

    __tablename__ = "owner_import"
    __table_args__ = (
        sa.Index("ix_owner_import_authority_id_at", "authority_id", "at"),
        sa.Index(
            "ix_owner_import_unfinished",
            "id",
            sqlite_where=sa.text("state IN ('received', 'applying', 'undoing')"),
            postgresql_where=sa.text("state IN ('received', 'applying', 'undoing')"),
        ),
    )

    id: Mapped[Key]
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("school.id"))
    """The only school whose rows count; empty for an administrator's file."""
    file_name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who put it up; empty when the command line did."""
    at: Mapped[datetime]
    state: Mapped[ImportState] = mapped_column(default=ImportState.RECEIVED)
    why: Mapped[str] = mapped_column(sa.String(400), default="")
    """Why it could not be read."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Rows by verdict, as read; and what applying and undoing came to: ``applied``, ``stale``,
    ``undone``, ``kept``."""
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]
    """When applying was asked for: every owner that it makes carries this moment."""
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    emptied_at: Mapped[datetime | None]
    """When its rows were deleted; the counts stay."""

    def move_to(self, state: ImportState) -> None:
        """Go on to another state; raises WrongMoveError when the table of moves lacks it."""
        if state not in MOVES[self.state]:
            raise WrongMoveError
        self.state = state


class OwnerImportRow(InAuthority, Base):
    """One row of a file: what it says, what that means here, and what became of it.

    The ids refer to nothing by constraint: they are what was found when the file was read.
    """

    __tablename__ = "owner_import_row"
    __table_args__ = (
        sa.Index("ix_owner_import_row_import_id_verdict", "import_id", "verdict", "line"),
        sa.Index("ix_owner_import_row_import_id_state", "import_id", "state", "school_id"),
    )

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("owner_import.id"))
    line: Mapped[int]
    urn: Mapped[str] = mapped_column(sa.String(60), default="")
    category: Mapped[str] = mapped_column(sa.String(120), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    telephone: Mapped[str] = mapped_column(sa.String(40), default="")
    job_title: Mapped[str] = mapped_column(sa.String(120), default="")
    cover_email: Mapped[str] = mapped_column(sa.String(254), default="")
    cover_from: Mapped[date | None]
    cover_to: Mapped[date | None]
    part: Mapped[Part] = mapped_column(default=Part.LEAD)

    school_id: Mapped[int | None] = mapped_column(BigId)
    category_id: Mapped[int | None] = mapped_column(BigId)
    person_id: Mapped[int | None] = mapped_column(BigId)
    """Empty for somebody whom the file adds."""
    before_id: Mapped[int | None] = mapped_column(BigId)
    """The owner's row that it replaces: who leads, or is deputy, now."""
    own_id: Mapped[int | None] = mapped_column(BigId)
    """The owner's row that the same person has in another part."""
    place_id: Mapped[int | None] = mapped_column(BigId)
    """The membership whose job title it changes."""
    is_owner: Mapped[bool] = mapped_column(default=False)
    """The person has this part already."""
    details_differ: Mapped[bool] = mapped_column(default=False)
    """Name or telephone are to change."""
    needs_place: Mapped[bool] = mapped_column(default=False)
    cover_differs: Mapped[bool] = mapped_column(default=False)

    verdict: Mapped[Verdict]
    column: Mapped[str | None] = mapped_column("column_name", sa.String(40))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    state: Mapped[RowState] = mapped_column(default=RowState.WAITING)
    chosen: Mapped[bool] = mapped_column(default=True)


ROWS = cast("sa.Table", OwnerImportRow.__table__)
"""The table itself, for statements about very many rows."""
