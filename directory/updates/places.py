"""What becomes of the people of a school that closes: they go on at its successor, or end."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Role, School
from foundation.bulk import insert_all

MOST = 10_000
COPIED = ("person_id", "job_title", "mailbox", "manages_owners", "given_by_trust_id")


def carry_over(session: Session, gone: School, successor: School, *, at: datetime) -> int:
    """Give everybody with a current place at ``gone`` the same at its successor; return how many.

    The successor's own head stays; another head comes as one of the staff. A place that a trust
    gave goes over within the trust only. The places at the closed school end. A second time there
    is nobody to carry.
    """
    old = current(session, gone)
    new = current(session, successor)
    held = {(place.person_id, place.role) for place in new}
    there = {place.person_id for place in new}
    has_head = any(place.role is Role.HEAD for place in new)
    rows: list[dict[str, Any]] = []
    for place in old:
        role = place.role
        if role is Role.HEAD and has_head:
            if place.person_id in there:
                continue
            role = Role.STAFF
        if (place.person_id, role) in held or _is_of_another_trust(place, successor):
            continue
        held.add((place.person_id, role))
        rows.append(_row(place, role, successor, at))
    insert_all(session, Membership, rows)
    end_all(session, gone, at=at)
    if not successor.email:
        successor.email = gone.email  # or nobody could be reached where no head is known
    return len(rows)


def current(session: Session, school: School) -> list[Membership]:
    """Return the current places at a school, heads first."""
    return list(
        session.scalars(
            sa.select(Membership)
            .where(
                Membership.authority_id == school.authority_id,
                Membership.school_id == school.id,
                Membership.ended_at.is_(None),
            )
            .order_by(sa.case((Membership.role == Role.HEAD, 0), else_=1), Membership.id)
            .limit(MOST)
        )
    )


def end_all(session: Session, school: School, *, at: datetime) -> int:
    """End every current place at a school; return how many. Its items are nobody's errand then."""
    ended = session.execute(
        sa.update(Membership)
        .where(
            Membership.authority_id == school.authority_id,
            Membership.school_id == school.id,
            Membership.ended_at.is_(None),
        )
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _is_of_another_trust(place: Membership, successor: School) -> bool:
    return place.given_by_trust_id is not None and place.given_by_trust_id != successor.trust_id


def _row(place: Membership, role: Role, successor: School, at: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(place, name) for name in COPIED},
        "authority_id": successor.authority_id,
        "school_id": successor.id,
        "role": role,
        "started_at": at,
    }
