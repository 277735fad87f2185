"""What an authority adds to the register of duties: rows, verdicts, and claims judged."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person
from foundation.model import Base, InAuthority, Key
from gatekeeping.law.words import LegalVerdict


class LawDuty(InAuthority, Base):
    """A duty that the authority loaded itself, beside those that the portal ships."""

    __tablename__ = "law_duty"
    __table_args__ = (sa.UniqueConstraint("authority_id", "key", "collection"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(sa.String(200))
    """ "ukpga/1996/56/section/537A": type, year, number and provision as in the identifier."""
    collection: Mapped[str] = mapped_column(sa.String(120), default="")
    row: Mapped[dict[str, Any]]
    """The row as the file gave it, by the names of the shipped file's columns."""
    loaded_at: Mapped[datetime]


class ProvisionVerdict(InAuthority, Base):
    """A legal reviewer's verdict on a provision. The newest counts, older ones are its history."""

    __tablename__ = "provision_verdict"
    __table_args__ = (sa.Index("ix_provision_verdict_key", "authority_id", "key", "id"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(sa.String(200))
    verdict: Mapped[LegalVerdict]
    why: Mapped[str] = mapped_column(sa.Text)
    review_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()


class ClaimVerdict(InAuthority, Base):
    """A legal reviewer's verdict on the claim of one version. The newest counts."""

    __tablename__ = "claim_verdict"
    __table_args__ = (sa.Index("ix_claim_verdict_version_id", "version_id", "id"),)

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    verdict: Mapped[LegalVerdict]
    why: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()
