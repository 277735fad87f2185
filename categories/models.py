"""Categories as versioned data, their owners at each school, and who stands in."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person, School
from foundation.model import Base, InAuthority, Key


class Framework(InAuthority, Base):
    """One version of the authority's list of categories."""

    __tablename__ = "framework"
    __table_args__ = (sa.UniqueConstraint("authority_id", "version"),)

    id: Mapped[Key]
    version: Mapped[int]
    loaded_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the list as loaded: the same list twice makes no new version."""
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who confirmed it; empty for a list that the portal or a command loaded."""


class Category(InAuthority, Base):
    """One area of responsibility, as the current version words it. Its slug never changes."""

    __tablename__ = "category"
    __table_args__ = (sa.UniqueConstraint("authority_id", "slug"),)

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[int]
    heading: Mapped[str] = mapped_column(sa.String(120))
    group: Mapped[str] = mapped_column("group_slug", sa.String(40))
    group_heading: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    typical_owner: Mapped[str] = mapped_column(sa.String(120), default="")
    keywords: Mapped[list[str]]
    falls_to: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Roles at the school (``clerk``, ``governor``, ``early_years``) to whom it goes in this order
    where nobody is set: recipients in their own right, before the headteacher."""
    retired_at: Mapped[datetime | None]
    keep_months: Mapped[int | None]
    """For how long what was sent in it is kept; empty: as long as the authority says."""


class CategoryEdition(InAuthority, Base):
    """How one version of the framework worded a category: the history of ``Category``."""

    __tablename__ = "category_edition"
    __table_args__ = (sa.UniqueConstraint("framework_id", "category_id"),)

    id: Mapped[Key]
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"))
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"), index=True)
    number: Mapped[int]
    heading: Mapped[str] = mapped_column(sa.String(120))
    group: Mapped[str] = mapped_column("group_slug", sa.String(40))
    group_heading: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text)
    typical_owner: Mapped[str] = mapped_column(sa.String(120))
    keywords: Mapped[list[str]]
    falls_to: Mapped[list[str]] = mapped_column(default=list, server_default="[]")


class Part(enum.StrEnum):
    """What an owner's row makes of its person. Everybody but a deputy gets what is sent."""

    LEAD = "lead"  # the one right person: answers
    SHARES = "shares"  # a job share: answers too, and what one does is done for both
    ALSO = "also"  # gets it as well, and need not answer
    DEPUTY = "deputy"  # gets it when neither the lead nor a sharer can


class Owner(InAuthority, Base):
    """A person whom a school registered for a category, and as what. An ended row is history."""

    __tablename__ = "owner"
    __table_args__ = (
        sa.Index(
            "uq_owner_current",
            "category_id",
            "school_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "uq_owner_one_of_a_part",
            "category_id",
            "school_id",
            "part",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND part IN ('lead', 'deputy')"),
            postgresql_where=sa.text("ended_at IS NULL AND part IN ('lead', 'deputy')"),
        ),
        sa.Index("ix_owner_school_id_category_id", "school_id", "category_id"),
        sa.Index("ix_owner_person_id", "person_id"),
    )

    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    part: Mapped[Part] = mapped_column(default=Part.LEAD, server_default=Part.LEAD.value)
    assigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who assigned it; empty when an import or the demonstration data did."""
    assigned_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When the school last said that it is still right; until then the day of assigning counts."""
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who ended it; empty when an import or the portal itself did."""

    school: Mapped[School] = relationship()
    category: Mapped[Category] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class OwnerReminder(InAuthority, Base):
    """A school was asked whether its owners are still right. Never twice on one day."""

    __tablename__ = "owner_reminder"
    __table_args__ = (sa.UniqueConstraint("school_id", "asked_on"),)

    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    asked_on: Mapped[date]


class CoverKind(enum.StrEnum):
    """Why somebody stands in: the school arranged it, or the owner handed it over for a time."""

    COVER = "cover"
    DELEGATED = "delegated"


class Cover(InAuthority, Base):
    """Who stands in for a category at a school, from the first day to the last, both included."""

    __tablename__ = "cover"
    __table_args__ = (
        sa.CheckConstraint("starts_on <= ends_on", name="in_order"),
        sa.Index("ix_cover_category_id_school_id", "category_id", "school_id"),
        sa.Index("ix_cover_person_id", "person_id"),
    )

    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[CoverKind] = mapped_column(
        default=CoverKind.COVER, server_default=CoverKind.COVER.value
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who arranged it; empty when an import or the demonstration data did."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When the cover was called off, if it was."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class GroupDefault(InAuthority, Base):
    """Who gets what is sent for a group's categories where nobody is set. Ended: history."""

    __tablename__ = "group_default"
    __table_args__ = (
        sa.Index(
            "uq_group_default_current",
            "school_id",
            "group_slug",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_group_default_person_id", "person_id"),
    )

    id: Mapped[Key]
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    group: Mapped[str] = mapped_column("group_slug", sa.String(40))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class TrustOwner(InAuthority, Base):
    """Whom a trust registered for a category at all of its schools; a school's own owner wins.

    The person has a place at each of the trust's schools: nothing goes to anybody without one.
    """

    __tablename__ = "trust_owner"
    __table_args__ = (
        sa.Index(
            "uq_trust_owner_current",
            "category_id",
            "trust_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_trust_owner_trust_id", "trust_id", "category_id"),
        sa.Index("ix_trust_owner_person_id", "person_id"),
    )

    id: Mapped[Key]
    trust_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("category.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
