"""Updates from GIAS: a file that was put up, and each change that it proposes until settled."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key


class LinkKind(enum.StrEnum):
    """What the linked school is to the school: the one before it, or the one after."""

    PREDECESSOR = "predecessor"
    SUCCESSOR = "successor"


class SchoolLink(InAuthority, Base):
    """GIAS says that one school followed another. Kept, because files of links come and go."""

    __tablename__ = "school_link"
    __table_args__ = (
        sa.UniqueConstraint(
            "authority_id", "urn", "link_urn", "kind", name="uq_school_link_authority_id"
        ),
    )

    id: Mapped[Key]
    urn: Mapped[int]
    link_urn: Mapped[int]
    kind: Mapped[LinkKind]
    established_on: Mapped[date | None]


class UpdateState(enum.StrEnum):
    """How far a file has come. What became of its changes stands on each of them."""

    WAITING = "waiting"  # for the worker that compares it with what is stored
    COMPARED = "compared"
    BROKEN = "broken"  # cannot be read at all; ``said`` says why


class SchoolsUpdate(InAuthority, Base):
    """A file from GIAS that somebody put up, with what it was found to say."""

    __tablename__ = "schools_update"
    __table_args__ = (
        sa.Index("ix_schools_update_authority_id_at", "authority_id", "at"),
        sa.Index(
            "ix_schools_update_waiting",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    links_name: Mapped[str] = mapped_column(sa.String(200), default="")
    links_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    apply_details: Mapped[bool] = mapped_column(default=False)
    """Whether addresses, numbers of pupils and the like are applied without anybody choosing."""
    state: Mapped[UpdateState] = mapped_column(default=UpdateState.WAITING)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who put it up; empty when the command line did."""
    at: Mapped[datetime]
    compared_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    said: Mapped[str] = mapped_column(sa.String(500), default="")
    progress: Mapped[int] = mapped_column(default=0)
    """How many hundredths of the file are read."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """``rows``, ``own``, ``elsewhere``, ``unchanged``, ``rejected``, ``missing``, ``left_out``."""
    rejected: Mapped[list[Any]] = mapped_column(default=list)
    """The first rows that cannot be used: ``[line, column, reason]``."""
    missing: Mapped[list[int]] = mapped_column(default=list)
    """URNs of the first open schools that the file does not name. They stay open."""


class ChangeKind(enum.StrEnum):
    """What a change does. The order is that in which changes are shown and applied."""

    PROPOSED = "proposed"
    OPENING = "opening"
    REOPENED = "reopened"
    MERGING = "merging"  # one or several closed into one other, or several into a new one
    ACADEMISING = "academising"  # closed, and an academy goes on
    REPLACED = "replaced"  # closed, and a school that is no academy goes on
    CLOSING = "closing"
    CLOSED = "closed"
    RENAMING = "renaming"
    TYPE = "type"
    TRUST = "trust"
    HEAD = "head"
    SPELLING = "spelling"  # the head's name, written otherwise
    DETAILS = "details"


class ChangeState(enum.StrEnum):
    """Where a proposed change stands."""

    WAITING = "waiting"  # for somebody to choose
    CHOSEN = "chosen"  # to be applied by a worker
    APPLIED = "applied"
    PASSED_OVER = "passed_over"
    REFUSED = "refused"  # a rule forbids it; ``said`` says which
    STALE = "stale"  # the school is not any more as it was when the files were compared


class SchoolChange(InAuthority, Base):
    """One proposed change, of one school or of several that belong together.

    ``before`` and ``after`` hold the values that change, by URN (as text) and column of the school;
    a school that is new has None before. Days are written as in ISO 8601, a trust as its code and
    name.
    """

    __tablename__ = "school_change"
    __table_args__ = (
        sa.Index("ix_school_change_update_id", "update_id", "turn", "id"),
        sa.Index("ix_school_change_authority_id_urn", "authority_id", "urn"),
        sa.Index(
            "ix_school_change_chosen",
            "authority_id",
            "turn",
            "id",
            sqlite_where=sa.text("state = 'chosen'"),
            postgresql_where=sa.text("state = 'chosen'"),
        ),
        sa.Index(
            "ix_school_change_waiting",
            "authority_id",
            "kind",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[Key]
    update_id: Mapped[int] = mapped_column(sa.ForeignKey("schools_update.id"))
    urn: Mapped[int]
    """The school whose page tells of it: the one that closes, opens or changes."""
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("school.id"))
    """Its row, when it has one already."""
    kind: Mapped[ChangeKind]
    turn: Mapped[int]
    """The place of its kind in the order of showing and applying."""
    name: Mapped[str] = mapped_column(sa.String(500))
    """The names of the schools, for lists and for finding it."""
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    gone: Mapped[list[int]] = mapped_column(default=list)
    """URNs of the schools that close, the largest first."""
    successor_urn: Mapped[int | None]
    """The school that goes on with their people, owners and open items."""
    due_on: Mapped[date | None]
    """It is applied on this day, or at once when it is empty or past."""
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.WAITING)
    said: Mapped[str] = mapped_column(sa.String(500), default="")
    """What to know of it, or why it was not applied."""
    asked_at: Mapped[datetime | None]
    """When the school was asked about its head."""
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
