"""Sessions kept on the server: begun by a link, slid forward by use, revoked by signing out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from directory.models import Membership, Person, PersonState, School
from portal.signin.models import SignedInSession

SLIDE = timedelta(minutes=1)
"""How stale ``last_seen_at`` may be: writing it on every request would make every page a write."""


KEPT = timedelta(days=7)
PRUNED = 200


@dataclass(frozen=True)
class Known:
    """Who a session token belongs to, and the hat chosen in that browser."""

    session: SignedInSession
    person: Person
    memberships: tuple[Membership, ...]

    @property
    def hat(self) -> Membership | None:
        """Return the chosen membership; the only one is chosen by itself."""
        for membership in self.memberships:
            if membership.id == self.session.membership_id:
                return membership
        return self.memberships[0] if len(self.memberships) == 1 else None


def hashed(secret: str) -> str:
    """Return what is stored in place of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(session: Session, *, person_id: int, at: datetime) -> str:
    """Start a session for a person and return its token, which is stored nowhere."""
    _prune(session, at)
    token = secrets.token_urlsafe(32)
    session.add(
        SignedInSession(
            token_hash=hashed(token), person_id=person_id, created_at=at, last_seen_at=at
        )
    )
    return token


def find(session: Session, token: str, *, at: datetime, minutes: int) -> Known | None:
    """Return who is signed in with this token: one statement.

    None when the session was revoked or left unused for ``minutes``, or when the person was
    removed or disabled: access ends with the next request.
    """
    rows = session.execute(
        _finding(),
        {
            "token_hash": hashed(token),
            "used_after": at - timedelta(minutes=minutes),
            "active": PersonState.ACTIVE,
        },
    ).all()
    if not rows:
        return None
    memberships = tuple(row[2] for row in rows if row[2] is not None)
    return Known(rows[0][0], rows[0][1], memberships)


@cache
def _finding() -> sa.Select[tuple[SignedInSession, Person, Membership]]:
    # Put together once: every page begins with it, and building it takes longer than running it.
    return (
        sa.select(SignedInSession, Person, Membership)
        .join(Person, Person.id == SignedInSession.person_id)
        .outerjoin(
            Membership,
            sa.and_(Membership.person_id == Person.id, Membership.ended_at.is_(None)),
        )
        .outerjoin(Membership.school)
        .outerjoin(Membership.organisation)
        .outerjoin(Membership.team)
        .options(
            # A school has some fifty columns; pages need to know which it is and what it is called.
            contains_eager(Membership.school).load_only(
                School.authority_id, School.urn, School.name, School.town, School.status
            ),
            contains_eager(Membership.organisation),
            contains_eager(Membership.team),
        )
        .where(
            SignedInSession.token_hash == sa.bindparam("token_hash"),
            SignedInSession.revoked_at.is_(None),
            SignedInSession.last_seen_at > sa.bindparam("used_after"),
            Person.state == sa.bindparam("active"),
        )
        .order_by(Membership.id)
        .limit(200)
    )


def _prune(session: Session, at: datetime) -> None:
    # A fixed number of the oldest rows is looked at, so that this stays quick on a large table.
    oldest = (
        sa.select(SignedInSession.id, SignedInSession.last_seen_at)
        .order_by(SignedInSession.id)
        .limit(PRUNED)
        .subquery()
    )
    stale = sa.select(oldest.c.id).where(oldest.c.last_seen_at < at - KEPT)
    session.execute(
        sa.delete(SignedInSession)
        .where(SignedInSession.id.in_(stale))
        .execution_options(synchronize_session=False)
    )


def touch(session: Session, session_id: int, *, at: datetime) -> None:
    """Slide a session forward."""
    session.execute(
        sa.update(SignedInSession).where(SignedInSession.id == session_id).values(last_seen_at=at)
    )


def revoke(session: Session, session_id: int, *, at: datetime) -> None:
    """End a session: its token is worth nothing from now on."""
    session.execute(
        sa.update(SignedInSession)
        .where(SignedInSession.id == session_id, SignedInSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def put_on(session: Session, session_id: int, membership_id: int) -> None:
    """Choose the hat for this browser; the caller has checked that the person holds it."""
    session.execute(
        sa.update(SignedInSession)
        .where(SignedInSession.id == session_id)
        .values(membership_id=membership_id)
    )
