"""The catalogue of held data: data sets, their items, how they changed, who asks for access."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Organisation, Person, Team
from foundation.model import Base, InAuthority, Key

IS_ASKED = sa.text("state = 'asked'")


class HeldCatalogue(Base):
    """Which content an authority's catalogue has now; every change locks this row first."""

    __tablename__ = "held_catalogue"

    authority_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the content: a process reads the catalogue again only when it is another."""


class DataSet(InAuthority, Base):
    """A data set that the authority holds already. Its key never changes."""

    __tablename__ = "data_set"
    __table_args__ = (sa.UniqueConstraint("authority_id", "key"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    owner: Mapped[str] = mapped_column(sa.String(120))
    """The owner's name as everybody reads it; team and contact say who is written to."""
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    refreshed: Mapped[str] = mapped_column(sa.String(200))
    """In words that begin with a rhythm: "termly, on census day" (``holdings.refreshed``)."""
    grain: Mapped[str] = mapped_column(sa.String(60))
    covers: Mapped[str] = mapped_column(sa.String(200))
    types: Mapped[list[str]]
    """The kinds of schools covered (``directory.kinds.TYPES``); empty where the words must do."""
    as_at: Mapped[date | None]
    """The day of which the owner says that it was last refreshed."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes, those of its items too: a form tells over which it was filled in."""
    retired_at: Mapped[datetime | None]

    team: Mapped[Team | None] = relationship()
    contact: Mapped[Person | None] = relationship()
    items: Mapped[list["DataSetItem"]] = relationship(
        back_populates="data_set", order_by="DataSetItem.position, DataSetItem.id"
    )


class DataSetItem(InAuthority, Base):
    """One thing in a data set, with the other names that people use for it."""

    __tablename__ = "data_set_item"
    __table_args__ = (sa.UniqueConstraint("data_set_id", "name"),)

    id: Mapped[Key]
    data_set_id: Mapped[int] = mapped_column(sa.ForeignKey("data_set.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    called: Mapped[list[str]]
    personal: Mapped[bool]
    code: Mapped[str] = mapped_column(sa.String(40), default="")
    """Its code in a national collection, where it has one."""
    retired_at: Mapped[datetime | None]

    data_set: Mapped[DataSet] = relationship(back_populates="items")


class DataSetChange(InAuthority, Base):
    """One change of a data set or its items. Never changed itself."""

    __tablename__ = "data_set_change"
    __table_args__ = (sa.UniqueConstraint("data_set_id", "version"),)

    id: Mapped[Key]
    data_set_id: Mapped[int] = mapped_column(sa.ForeignKey("data_set.id"))
    version: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Empty when the portal loaded it."""
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(sa.Text)
    changes: Mapped[list[Any]]
    """A list of ``{"name", "before", "after"}`` in words; an item stands before its field."""

    by: Mapped[Person | None] = relationship()


class AccessState(enum.StrEnum):
    """Where a request for access stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AccessRequest(InAuthority, Base):
    """Somebody asks the owner of a data set for what is in it, rather than schools."""

    __tablename__ = "access_request"
    __table_args__ = (
        sa.Index("ix_access_request_state", "authority_id", "state", "at"),
        sa.Index("ix_access_request_data_set", "data_set_id", "at"),
        sa.Index("ix_access_request_by", "by_id", "at"),
        sa.Index(
            "uq_access_request_asked",
            "data_set_id",
            "by_id",
            unique=True,
            sqlite_where=IS_ASKED,
            postgresql_where=IS_ASKED,
        ),
    )

    id: Mapped[Key]
    data_set_id: Mapped[int] = mapped_column(sa.ForeignKey("data_set.id"))
    items: Mapped[list[str]]
    why: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    at: Mapped[datetime]
    state: Mapped[AccessState]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    data_set: Mapped[DataSet] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    team: Mapped[Team | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])


class AccessMove(InAuthority, Base):
    """One step of a request for access; the first has no state before it."""

    __tablename__ = "access_move"

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("access_request.id"), index=True)
    before: Mapped[AccessState | None]
    after: Mapped[AccessState]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    by: Mapped[Person] = relationship()
