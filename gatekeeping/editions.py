"""Which protocol is in force in an authority: its newest edition over the protocol as shipped."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.models import ProtocolEdition
from gatekeeping.protocol import DEFAULT, Protocol

NAMES = frozenset(field.name for field in fields(Protocol))


def protocol_of(session: Session, authority_id: int, *, at: datetime | None = None) -> Protocol:
    """Return the protocol in force (``at`` a moment, else now): one statement."""
    conditions = [ProtocolEdition.authority_id == authority_id]
    if at is not None:
        conditions.append(ProtocolEdition.at <= at)
    edition = session.scalars(
        sa.select(ProtocolEdition)
        .where(*conditions)
        .order_by(ProtocolEdition.version.desc())
        .limit(1)
    ).first()
    return DEFAULT if edition is None else protocol_from(edition)


def protocol_from(edition: ProtocolEdition) -> Protocol:
    """Return the protocol that an edition makes; values it does not know are passed over."""
    values: dict[str, Any] = {
        name: MappingProxyType(dict(value)) if isinstance(value, Mapping) else value
        for name, value in edition.values.items()
        if name in NAMES
    }
    texts = MappingProxyType(dict(edition.texts))
    return replace(DEFAULT, **{**values, "version": edition.version, "texts": texts})
