"""Who is at a school, with what each has there: the list, and one person in it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from categories.models import Owner
from directory.models import RECIPIENTS, Membership, Person, PersonState, Role
from foundation.errors import NotFoundError
from notifications.models import Delivery
from notifications.reading.inbox import WAITING
from portal.staff.models import Leaving

MOST = 500


@dataclass
class Colleague:
    """A person at a school: their current places there, and how much lies with them."""

    person: Person
    places: list[Membership] = field(default_factory=list)
    owned: int = 0
    waiting: int = 0
    last_day: date | None = None
    """Their last day, when they are going to leave."""
    problem: str = ""
    """Why they are still here although their last day is over."""

    @property
    def is_head(self) -> bool:
        """Tell whether they are the head."""
        return any(place.role is Role.HEAD for place in self.places)

    @property
    def job_title(self) -> str:
        """Return the first job title that they have there."""
        return next((place.job_title for place in self.places if place.job_title), "")

    @property
    def mailbox(self) -> str:
        """Return the mailbox that stands behind them there."""
        return next((place.mailbox for place in self.places if place.mailbox), "")

    @property
    def may_sign_in(self) -> bool:
        """Tell whether they may sign in."""
        return self.person.state is PersonState.ACTIVE

    @property
    def can_receive(self) -> bool:
        """Tell whether they can be sent something at the school."""
        return self.may_sign_in and any(place.role in RECIPIENTS for place in self.places)


def colleagues(session: Session, authority_id: int, school_id: int) -> list[Colleague]:
    """Return everybody with a current place at the school, by name: four statements."""
    rows = session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .options(contains_eager(Membership.person))
        .where(
            Membership.authority_id == authority_id,
            Membership.school_id == school_id,
            Membership.ended_at.is_(None),
        )
        .order_by(Person.name, Person.id, Membership.id)
        .limit(MOST)
    )
    found: dict[int, Colleague] = {}
    for place in rows:
        found.setdefault(place.person_id, Colleague(place.person)).places.append(place)
    _count(session, authority_id, school_id, found)
    return list(found.values())


def colleague(session: Session, authority_id: int, school_id: int, person_id: int) -> Colleague:
    """Return one person at the school; NotFoundError when they have no current place there."""
    rows = session.scalars(
        sa.select(Membership)
        .join(Membership.person)
        .options(contains_eager(Membership.person))
        .where(
            Membership.authority_id == authority_id,
            Membership.school_id == school_id,
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.id)
    ).all()
    if not rows:
        raise NotFoundError
    found = {person_id: Colleague(rows[0].person, list(rows))}
    _count(session, authority_id, school_id, found)
    return found[person_id]


def _count(
    session: Session, authority_id: int, school_id: int, found: dict[int, Colleague]
) -> None:
    for person_id, count in _owned(session, authority_id, school_id, found):
        found[person_id].owned = count
    for person_id, count in _waiting(session, authority_id, school_id, found):
        found[person_id].waiting = count
    for leaving in _newest_leavings(session, authority_id, school_id):
        if leaving.person_id in found:
            waits = leaving.settled_at is None
            found[leaving.person_id].last_day = leaving.last_day if waits else None
            found[leaving.person_id].problem = leaving.problem


def _owned(
    session: Session, authority_id: int, school_id: int, people: Collection[int]
) -> list[tuple[int, int]]:
    rows = session.execute(
        sa.select(Owner.person_id, sa.func.count())
        .where(
            Owner.authority_id == authority_id,
            Owner.school_id == school_id,
            Owner.person_id.in_(people),
            Owner.ended_at.is_(None),
        )
        .group_by(Owner.person_id)
        .order_by(Owner.person_id)
    )
    return [(row[0], row[1]) for row in rows]


def _waiting(
    session: Session, authority_id: int, school_id: int, people: Collection[int]
) -> list[tuple[int, int]]:
    rows = session.execute(
        sa.select(Delivery.person_id, sa.func.count())
        .where(
            Delivery.authority_id == authority_id,
            Delivery.person_id.in_(people),
            Delivery.school_id == school_id,
            WAITING,
        )
        .group_by(Delivery.person_id)
        .order_by(Delivery.person_id)
    )
    return [(row[0] or 0, row[1]) for row in rows]


def _newest_leavings(session: Session, authority_id: int, school_id: int) -> list[Leaving]:
    """Return what was arranged last for everybody who was going to leave the school."""
    newest = (
        sa.select(sa.func.max(Leaving.id))
        .where(Leaving.authority_id == authority_id, Leaving.school_id == school_id)
        .group_by(Leaving.person_id)
    )
    return list(
        session.scalars(
            sa.select(Leaving)
            .where(Leaving.authority_id == authority_id, Leaving.id.in_(newest))
            .order_by(Leaving.id.desc())
            .limit(MOST)
        )
    )
