"""Sessions kept on the server: begun by a link, slid forward by use, revoked by signing out."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.hats import Named, Worn
from directory.models import Membership, Organisation, Person, PersonState, School, Team
from portal.signin.models import SignedInSession

SLIDE = timedelta(minutes=1)
"""How stale ``last_seen_at`` may be: writing it on every request would make every page a write."""


KEPT = timedelta(days=7)
PRUNED = 200
PERSON_COLUMNS = tuple(Person.__table__.c.keys())


@dataclass(frozen=True)
class Known:
    """Who a session token belongs to, and what the person may act as."""

    session_id: int
    last_seen_at: datetime
    chosen_id: int | None
    person: Mapping[str, Any]
    """Every column of the person's row, by name."""
    hats: tuple[Worn, ...]

    @property
    def hat(self) -> Worn | None:
        """Return the chosen membership; the only one is chosen by itself."""
        for worn in self.hats:
            if worn.id == self.chosen_id:
                return worn
        return self.hats[0] if len(self.hats) == 1 else None


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
    first = rows[0]
    return Known(
        session_id=first.session_id,
        last_seen_at=first.last_seen_at,
        chosen_id=first.chosen_id,
        person=dict(zip(PERSON_COLUMNS, first, strict=False)),
        hats=tuple(_worn(row) for row in rows if row.hat_id is not None),
    )


def _worn(row: Any) -> Worn:
    return Worn(
        id=row.hat_id,
        authority_id=row.hat_authority_id,
        person_id=row.person_id,
        role=row.role,
        job_title=row.job_title,
        school=Named(row.school_id, row.school_name) if row.school_id else None,
        organisation=(
            Named(row.organisation_id, row.organisation_name) if row.organisation_id else None
        ),
        team=Named(row.team_id, row.team_name) if row.team_id else None,
        may_help=bool(row.manages_owners),
    )


@cache
def _finding() -> sa.Select[tuple[Any, ...]]:
    # Put together once, and of plain columns: every page begins with it, and to build it, or to
    # make five mapped objects of its one row, takes longer than to run it.
    seen, person, membership = (table.__table__ for table in (SignedInSession, Person, Membership))
    school, organisation, team = (table.__table__ for table in (School, Organisation, Team))
    return (
        sa.select(
            *(person.c[name] for name in PERSON_COLUMNS),
            person.c.id.label("person_id"),
            seen.c.id.label("session_id"),
            seen.c.last_seen_at,
            seen.c.membership_id.label("chosen_id"),
            membership.c.id.label("hat_id"),
            membership.c.authority_id.label("hat_authority_id"),
            membership.c.role,
            membership.c.job_title,
            membership.c.manages_owners,
            school.c.id.label("school_id"),
            school.c.name.label("school_name"),
            organisation.c.id.label("organisation_id"),
            organisation.c.name.label("organisation_name"),
            team.c.id.label("team_id"),
            team.c.name.label("team_name"),
        )
        .select_from(seen)
        .join(person, person.c.id == seen.c.person_id)
        .outerjoin(
            membership,
            sa.and_(membership.c.person_id == person.c.id, membership.c.ended_at.is_(None)),
        )
        .outerjoin(school, school.c.id == membership.c.school_id)
        .outerjoin(organisation, organisation.c.id == membership.c.organisation_id)
        .outerjoin(team, team.c.id == membership.c.team_id)
        .where(
            seen.c.token_hash == sa.bindparam("token_hash"),
            seen.c.revoked_at.is_(None),
            seen.c.last_seen_at > sa.bindparam("used_after"),
            person.c.state == sa.bindparam("active"),
        )
        .order_by(membership.c.id)
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
