"""The authority's protocol: thresholds, rates and texts, an edition for every change."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.models import Person
from foundation.model import Base, InAuthority, Key


class ProtocolEdition(InAuthority, Base):
    """One edition of an authority's protocol; the newest is in force. Never changed.

    ``values`` holds what differs from the protocol as shipped (the field names of
    ``gatekeeping.protocol.Protocol``); ``texts`` the authority's own challenge text per rule.
    """

    __tablename__ = "protocol_edition"
    __table_args__ = (sa.UniqueConstraint("authority_id", "version"),)

    id: Mapped[Key]
    version: Mapped[int]
    values: Mapped[dict[str, Any]]
    texts: Mapped[dict[str, Any]]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(sa.Text)

    by: Mapped[Person] = relationship()
