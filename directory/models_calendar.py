"""When schools are open, and on which days they are busy: data of each authority."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key

AUTHORITYS = sa.text("school_id IS NULL AND trust_id IS NULL")
SCHOOLS = sa.text("school_id IS NOT NULL")
TRUSTS = sa.text("trust_id IS NOT NULL")


class TermDates(InAuthority, Base):
    """One term or half term of a school year, from its first day to its last.

    With neither school nor trust it is the authority's. For each school year in which a school has
    rows of its own these replace its trust's, and a trust's replace the authority's.
    """

    __tablename__ = "term_dates"
    __table_args__ = (
        sa.CheckConstraint("school_id IS NULL OR trust_id IS NULL", name="one_place"),
        sa.CheckConstraint("starts_on <= ends_on", name="in_order"),
        sa.Index(
            "uq_term_dates_authority",
            "authority_id",
            "school_year",
            "term",
            unique=True,
            sqlite_where=AUTHORITYS,
            postgresql_where=AUTHORITYS,
        ),
        sa.Index(
            "uq_term_dates_school",
            "school_id",
            "school_year",
            "term",
            unique=True,
            sqlite_where=SCHOOLS,
            postgresql_where=SCHOOLS,
        ),
        sa.Index(
            "uq_term_dates_trust",
            "trust_id",
            "school_year",
            "term",
            unique=True,
            sqlite_where=TRUSTS,
            postgresql_where=TRUSTS,
        ),
        sa.Index("ix_term_dates_year", "authority_id", "school_year"),
    )

    id: Mapped[Key]
    school_id: Mapped[int | None] = mapped_column(sa.ForeignKey("school.id"))
    trust_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    school_year: Mapped[str] = mapped_column(sa.String(7))
    """Written 2026/27."""
    term: Mapped[str] = mapped_column(sa.String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days_off: Mapped[list[str]]
    """Days inside the term on which pupils are not there (INSET and the like), as 2026-10-23."""


class BusyDate(InAuthority, Base):
    """Days on which schools have their hands full: a census, tests, examinations, results."""

    __tablename__ = "busy_date"
    __table_args__ = (
        sa.CheckConstraint("starts_on <= ends_on", name="in_order"),
        sa.UniqueConstraint("authority_id", "starts_on", "what"),
    )

    id: Mapped[Key]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    what: Mapped[str] = mapped_column(sa.String(120))
    phases: Mapped[list[str]]
    """Words of ``directory.kinds.PHASES``; empty for all schools."""
    approximate: Mapped[bool] = mapped_column(default=False)
    """The date is what is usual; the year's own is not published yet."""
