"""Private addresses: made, shown once, found by their hash, ended."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import PeopleMerged, PersonLeft
from directory.hats import Hat
from directory.models import (
    OPEN_STATUSES,
    RECIPIENTS,
    Membership,
    Person,
    PersonState,
    Role,
    School,
)
from foundation import audit, clock
from foundation.errors import NotFoundError
from notifications.models_reading import FeedKind, PrivateAddress
from notifications.reading.inbox import Reader

SECRET_BYTES: Final = 32
MOST: Final = 100
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

_live = (PrivateAddress.revoked_at.is_(None), Membership.ended_at.is_(None))


@dataclass(frozen=True)
class Found:
    """What a private address leads to: whose eyes, and where."""

    address_id: int
    reader: Reader
    school: str
    made_at: datetime
    last_used_at: datetime | None


def make(session: Session, membership: Hat, kind: FeedKind, *, by: int, at: datetime) -> str:
    """Make a private address for a person's place at a school; it ends the one before.

    Returns the secret part of the address, which is stored nowhere. Raises NotFoundError when the
    membership is not at a school.
    """
    if membership.school_id is None or membership.role not in RECIPIENTS:
        raise NotFoundError
    for earlier in session.scalars(
        sa.select(PrivateAddress)
        .where(
            PrivateAddress.authority_id == membership.authority_id,
            PrivateAddress.membership_id == membership.id,
            PrivateAddress.kind == kind,
            PrivateAddress.revoked_at.is_(None),
        )
        .order_by(PrivateAddress.id)
        .limit(MOST)
    ):
        _end(session, earlier, by=by, at=at)
    token = secrets.token_urlsafe(SECRET_BYTES)
    address = PrivateAddress(
        authority_id=membership.authority_id,
        person_id=membership.person_id,
        membership_id=membership.id,
        kind=kind,
        token_hash=_hashed(token),
        created_at=at,
    )
    session.add(address)
    session.flush()
    _record(session, address, "made", by=by, at=at)
    return token


def end(session: Session, address_id: int, *, by: Person, at: datetime) -> FeedKind:
    """End one of a person's own addresses; again changes nothing.

    Raises NotFoundError when it is not theirs. Returns what it gave.
    """
    address = session.scalars(
        sa.select(PrivateAddress).where(
            PrivateAddress.authority_id == by.authority_id,
            PrivateAddress.id == address_id,
            PrivateAddress.person_id == by.id,
        )
    ).first()
    if address is None:
        raise NotFoundError
    _end(session, address, by=by.id, at=at)
    return address.kind


Listed = sa.Row[tuple[int, FeedKind, datetime, datetime | None, int, str, Role]]


def addresses_of(session: Session, authority_id: int, person_id: int) -> Sequence[Listed]:
    """Return a person's addresses that work, by school.

    Rows carry ``id, kind, created_at, last_used_at``, and of their place ``membership_id, school,
    role``.
    """
    return session.execute(
        sa.select(
            PrivateAddress.id,
            PrivateAddress.kind,
            PrivateAddress.created_at,
            PrivateAddress.last_used_at,
            PrivateAddress.membership_id,
            School.name.label("school"),
            Membership.role,
        )
        .join(Membership, Membership.id == PrivateAddress.membership_id)
        .join(School, School.id == Membership.school_id)
        .where(
            PrivateAddress.authority_id == authority_id,
            PrivateAddress.person_id == person_id,
            *_live,
        )
        .order_by(School.name, Membership.id, PrivateAddress.kind, PrivateAddress.id)
        .limit(MOST)
    ).all()


def find(session: Session, token: str, kind: FeedKind) -> Found | None:
    """Return to what a secret address leads: one statement, in a session for every authority.

    None when there is none, when it was ended, when the place has ended or its school closed, and
    when the person was disabled. Looking up a hash tells nobody by its time how much was right.
    """
    if not _TOKEN.fullmatch(token):
        return None
    row = session.execute(
        sa.select(
            PrivateAddress.id,
            PrivateAddress.authority_id,
            PrivateAddress.person_id,
            PrivateAddress.created_at,
            PrivateAddress.last_used_at,
            Membership.role,
            School.id.label("school_id"),
            School.name,
        )
        .join(Membership, Membership.id == PrivateAddress.membership_id)
        .join(Person, Person.id == PrivateAddress.person_id)
        .join(School, School.id == Membership.school_id)
        .where(
            PrivateAddress.token_hash == _hashed(token),
            PrivateAddress.kind == kind,
            *_live,
            # after a merger the place may be another person's
            Membership.person_id == PrivateAddress.person_id,
            Membership.role.in_(RECIPIENTS),
            Person.state == PersonState.ACTIVE,
            School.status.in_(OPEN_STATUSES),
        )
    ).first()
    if row is None:
        return None
    reader = Reader(row.authority_id, row.school_id, row.person_id, row.role is Role.HEAD)
    return Found(row.id, reader, row.name, row.created_at, row.last_used_at)


def is_first_today(found: Found, at: datetime) -> bool:
    """Tell whether an address was not used yet on this day: it is noted once a day, no more."""
    last = found.last_used_at
    return last is None or clock.local_date(last) != clock.local_date(at)


def note_use(session: Session, found: Found, *, at: datetime) -> None:
    """Note that an address was used on this day; at which time is nobody's concern."""
    session.execute(
        sa.update(PrivateAddress)
        .where(
            PrivateAddress.authority_id == found.reader.authority_id,
            PrivateAddress.id == found.address_id,
        )
        .values(
            last_used_at=clock.local_time(at).replace(hour=12, minute=0, second=0, microsecond=0)
        )
        .execution_options(synchronize_session=False)
    )


def follow_leaver(session: Session, event: PersonLeft, at: datetime) -> None:
    """End the addresses of somebody who cannot be reached at a school any more."""
    places = sa.select(Membership.id).where(
        Membership.authority_id == event.authority_id,
        Membership.person_id == event.person_id,
        Membership.school_id == event.school_id,
    )
    of_place = PrivateAddress.membership_id.in_(places)
    _end_all(session, event.authority_id, event.person_id, of_place, by=event.by_id, at=at)


def follow_merge(session: Session, event: PeopleMerged, at: datetime) -> None:
    """End the addresses of the entry that goes; whoever stays makes new ones."""
    _end_all(session, event.authority_id, event.gone_id, sa.true(), by=event.by_id, at=at)


def _end_all(
    session: Session,
    authority_id: int,
    person_id: int,
    which: sa.ColumnElement[bool],
    *,
    by: int | None,
    at: datetime,
) -> None:
    for address in session.scalars(
        sa.select(PrivateAddress)
        .where(
            PrivateAddress.authority_id == authority_id,
            PrivateAddress.person_id == person_id,
            PrivateAddress.revoked_at.is_(None),
            which,
        )
        .order_by(PrivateAddress.id)
        .limit(MOST)
    ).all():
        _end(session, address, by=by, at=at)


def _end(session: Session, address: PrivateAddress, *, by: int | None, at: datetime) -> None:
    if address.revoked_at is None:
        address.revoked_at = at
        session.flush()
        _record(session, address, "ended", by=by, at=at)


def _record(
    session: Session, address: PrivateAddress, what: str, *, by: int | None, at: datetime
) -> None:
    audit.record(
        session,
        authority_id=address.authority_id,
        action=f"private_address.{what}",
        subject="private_address",
        subject_id=address.id,
        by=by,
        at=at,
        detail={"kind": address.kind.value, "membership_id": address.membership_id},
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
