"""Choosing in which of their roles a person acts, in one browser."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.hats import Worn
from directory.models import Membership, Person
from foundation import audit
from foundation.errors import Refusal
from portal.signin import sessions


class NotTheirsError(Refusal):
    """The membership is somebody else's, or has ended."""

    sentence = "That role is not yours any more. Choose one of those listed."


def wear(
    session: Session, *, session_id: int, membership_id: int, by: Person, at: datetime
) -> Membership:
    """Choose the membership for this signed-in session and return it.

    Raises NotTheirsError when it is not a current one of this person.
    """
    membership = session.scalars(
        sa.select(Membership).where(
            Membership.id == membership_id,
            Membership.authority_id == by.authority_id,
            Membership.person_id == by.id,
            Membership.ended_at.is_(None),
        )
    ).first()
    if membership is None:
        raise NotTheirsError
    sessions.put_on(session, session_id, membership.id)
    _note(session, "signin.role_chosen", membership_id, by, at)
    return membership


def by_place(hats: Sequence[Worn]) -> list[tuple[str, list[Worn]]]:
    """Group memberships by the name of their school or organisation, in the order of the names."""
    places: dict[str, list[Worn]] = {}
    for worn in hats:
        place = worn.school or worn.organisation
        places.setdefault(place.name if place else "", []).append(worn)
    return sorted(places.items(), key=lambda place: place[0].casefold())


def note_refused(session: Session, *, membership_id: int, by: Person, at: datetime) -> None:
    """Put a try to act in somebody else's role on the audit trail."""
    _note(session, "signin.role_refused", membership_id, by, at)


def _note(session: Session, action: str, membership_id: int, by: Person, at: datetime) -> None:
    audit.record(
        session,
        authority_id=by.authority_id,
        action=action,
        subject="membership",
        subject_id=membership_id,
        by=by.id,
        at=at,
    )
