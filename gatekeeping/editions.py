"""Which protocol is in force in an authority, how it is changed, and how it was before.

An authority's newest edition lies over the protocol as shipped. Editions are never changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from directory.models import Person
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.models import ProtocolEdition
from gatekeeping.protocol import DEFAULT, Protocol

NAMES = frozenset(field.name for field in fields(Protocol))
SETTINGS = {field.name: field.metadata for field in fields(Protocol) if field.metadata}
"""The thresholds that may be changed: what each says, its unit and its bounds."""
MOST_EDITIONS = 200
LONGEST_WHY = 2_000


class ChangedMeanwhileError(Refusal):
    """Somebody else changed the protocol while this form was open."""

    sentence = (
        "Somebody changed the protocol while you had this page open. What you typed is below and "
        "not saved. Compare it with the protocol in force, then save again."
    )


class NothingChangedError(Refusal):
    """The values are those in force."""

    sentence = "Nothing is different from the protocol in force. Change a value, or go back."


class NoReasonError(Refusal):
    """A change without a reason."""

    sentence = "Enter why you change it. Everybody can read it in the history."


@dataclass(frozen=True)
class Difference:
    """One value that an edition changed. ``name`` is a field, ``rates.head`` or ``texts.K01``."""

    name: str
    before: Any
    after: Any


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


def change_protocol(
    session: Session,
    authority_id: int,
    changes: Mapping[str, Any],
    *,
    by: Person,
    why: str,
    seen: int,
    at: datetime,
) -> ProtocolEdition:
    """Bring out a new edition in which these fields of the protocol have these values.

    ``seen`` is the version over which the person changed it. Raises NoReasonError,
    NothingChangedError, ChangedMeanwhileError, or ValueError for a value outside its bounds.
    """
    why = why.strip()[:LONGEST_WHY]
    if not why:
        raise NoReasonError(field="why")
    now = protocol_of(session, authority_id)
    if now.version != seen:
        raise ChangedMeanwhileError
    for name, value in changes.items():
        _check(name, value)
    new = replace(now, **{name: _kept(value) for name, value in changes.items()})
    differing = differences(now, new)
    if not differing:
        raise NothingChangedError
    edition = ProtocolEdition(
        authority_id=authority_id,
        version=now.version + 1,
        values=_values(new),
        texts=dict(new.texts),
        by_id=by.id,
        at=at,
        why=why,
    )
    session.add(edition)
    try:
        session.flush()
    except IntegrityError as fault:  # of two at once, the second meets the first one's version
        raise ChangedMeanwhileError from fault
    audit.record(
        session,
        authority_id=authority_id,
        action="protocol.changed",
        subject="protocol",
        subject_id=edition.id,
        by=by.id,
        at=at,
        detail={"version": edition.version, "fields": [one.name for one in differing]},
    )
    return edition


def differences(before: Protocol, after: Protocol) -> list[Difference]:
    """Return what differs between two protocols, in the order of the fields."""
    found = []
    for field in fields(Protocol):
        if field.name == "version":
            continue
        old, new = getattr(before, field.name), getattr(after, field.name)
        if isinstance(old, Mapping):
            found += [
                Difference(f"{field.name}.{key}", old.get(key), new.get(key))
                for key in sorted({*old, *new})
                if old.get(key) != new.get(key)
            ]
        elif old != new:
            found.append(Difference(field.name, old, new))
    return found


def history(
    session: Session, authority_id: int
) -> Sequence[tuple[ProtocolEdition, Sequence[Difference]]]:
    """Return the editions, newest first, each with what it changed: one statement."""
    editions = session.scalars(
        sa.select(ProtocolEdition)
        .where(ProtocolEdition.authority_id == authority_id)
        .options(joinedload(ProtocolEdition.by))
        .order_by(ProtocolEdition.version.desc())
        .limit(MOST_EDITIONS)
    ).all()
    made = [*(protocol_from(edition) for edition in editions), DEFAULT]
    return [
        (edition, differences(made[place + 1], made[place]))
        for place, edition in enumerate(editions)
    ]


def _values(protocol: Protocol) -> dict[str, Any]:
    """Return what differs from the protocol as shipped, as JSON values."""
    found: dict[str, Any] = {}
    for field in fields(Protocol):
        value = getattr(protocol, field.name)
        if field.name in {"version", "texts"} or value == getattr(DEFAULT, field.name):
            continue
        found[field.name] = dict(value) if isinstance(value, Mapping) else value
    return found


def _kept(value: Any) -> Any:
    return MappingProxyType(dict(value)) if isinstance(value, Mapping) else value


def _check(name: str, value: Any) -> None:
    if name not in NAMES or name == "version":
        message = f"the protocol has no value {name}"
        raise ValueError(message)
    bounds = SETTINGS.get(name)
    if bounds is not None and not bounds["least"] <= value <= bounds["most"]:
        message = f"{name} is outside its bounds"
        raise ValueError(message)
