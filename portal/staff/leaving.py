"""Leaving a school in one act: everything that lies with somebody goes to others, nothing is lost.

At once when the last day is today or past, else on the day after it, by a task. Items follow by
the events that are published here (``notifications.moving``), some seconds later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.owning.handing import HandedOver, hand_over
from categories.owning.places import NotAtSchoolError, held_school
from directory.events import PersonLeft
from directory.models import Membership, Person, Role, School
from directory.people import change_head, end_membership
from directory.receiving import can_receive
from foundation import audit, clock
from foundation.errors import Refusal
from foundation.outbox import publish
from portal.staff.models import Leaving


class LeavingRefusal(Refusal):
    """The person cannot leave like this."""


@dataclass(frozen=True)
class Handing:
    """Who takes over: one person for everything, or by category; and the next head."""

    to_id: int | None = None
    choices: Mapping[int, int] = field(default_factory=dict)
    next_head_id: int | None = None

    @property
    def people(self) -> set[int]:
        """Return everybody who is named."""
        named = {*self.choices.values(), self.to_id, self.next_head_id}
        return {person_id for person_id in named if person_id is not None}


def leave(
    session: Session,
    *,
    school_id: int,
    person_id: int,
    handing: Handing,
    by: int,
    at: datetime,
    headless: bool = False,
) -> HandedOver | None:
    """End somebody's places at a school now and give all that they have there to others.

    What ``handing`` names nobody for falls to whom routing finds. Returns None when they have
    left already. Raises LeavingRefusal with the field ``next_head`` for a head without successor
    (unless ``headless``: the authority's administrator may), NotAtSchoolError when somebody named
    cannot receive at the school.
    """
    school = held_school(session, school_id)
    places = _places(session, school, person_id)
    if not places:
        return None
    _check(session, school, person_id, places, handing, headless=headless)
    # First of the events, so that everything open moves at once and its reader has one mail.
    left = PersonLeft(school.authority_id, school.id, person_id, to_id=handing.to_id, by_id=by)
    publish(session, left, at=at)
    to = handing.to_id if handing.to_id is not None else handing.choices
    done = hand_over(session, school_id=school.id, from_id=person_id, to=to, by=by, at=at)
    if handing.next_head_id is not None and any(place.role is Role.HEAD for place in places):
        change_head(session, school_id=school.id, head=handing.next_head_id, by=by, at=at)
    for place in places:
        end_membership(session, place, by=by, at=at, to_id=handing.to_id)
    _settle(session, school, person_id, at)
    audit.record(
        session,
        authority_id=school.authority_id,
        action="person.left",
        subject="person",
        subject_id=person_id,
        by=by,
        at=at,
        detail={
            "school": school.id,
            "to": handing.to_id,
            "owned": done.owned,
            "covers": done.covers,
            "defaults": done.defaults,
            "ended": done.ended,
        },
    )
    return done


def plan(
    session: Session,
    *,
    school_id: int,
    person_id: int,
    handing: Handing,
    last_day: date,
    by: int,
    at: datetime,
) -> Leaving | None:
    """Note that somebody leaves after a day to come; it replaces what was noted before.

    Until then everything stays with them. Returns None when they have left already; raises as
    ``leave`` does.
    """
    school = held_school(session, school_id)
    places = _places(session, school, person_id)
    if not places:
        return None
    _check(session, school, person_id, places, handing, headless=False)
    _settle(session, school, person_id, at)
    planned = Leaving(
        authority_id=school.authority_id,
        school_id=school.id,
        person_id=person_id,
        last_day=last_day,
        to_id=handing.to_id,
        choices={str(key): who for key, who in handing.choices.items()},
        next_head_id=handing.next_head_id,
        set_by_id=by,
        set_at=at,
    )
    session.add(planned)
    session.flush()
    _record_plan(session, planned, "leaving.planned", by, at)
    return planned


def planned_for(
    session: Session, authority_id: int, school_id: int, person_id: int
) -> Leaving | None:
    """Return what was noted for somebody and has not been carried out yet."""
    return session.scalars(
        sa.select(Leaving).where(
            Leaving.authority_id == authority_id,
            Leaving.school_id == school_id,
            Leaving.person_id == person_id,
            Leaving.settled_at.is_(None),
        )
    ).first()


def call_off(session: Session, planned: Leaving, *, by: int, at: datetime) -> None:
    """Let somebody stay after all; twice changes nothing."""
    if planned.settled_at is None:
        planned.settled_at = at
        session.flush()
        _record_plan(session, planned, "leaving.called_off", by, at)


def carry_out(session: Session, planned: Leaving, *, at: datetime) -> bool:
    """Do what was noted, its day being over; False when it could not be done, and why is noted.

    Whoever was named and cannot take over any more is left out: routing finds the next.
    """
    school = held_school(session, planned.school_id)
    named = Handing(
        planned.to_id,
        {int(key): who for key, who in planned.choices.items()},
        planned.next_head_id,
    )
    handing = _still(session, school, named)
    try:
        with session.begin_nested():
            leave(
                session,
                school_id=school.id,
                person_id=planned.person_id,
                handing=handing,
                by=planned.set_by_id,
                at=at,
            )
    except Refusal as refusal:
        planned.problem = str(refusal)[:300]
    planned.settled_at = planned.settled_at or at
    session.flush()
    return not planned.problem


def is_over(last_day: date, at: datetime) -> bool:
    """Tell whether leaving happens at once: the last day is today or past."""
    return last_day <= clock.local_date(at)


def _check(
    session: Session,
    school: School,
    person_id: int,
    places: list[Membership],
    handing: Handing,
    *,
    headless: bool,
) -> None:
    is_head = any(place.role is Role.HEAD for place in places)
    if is_head and handing.next_head_id is None and not headless:
        raise LeavingRefusal("Choose who is the headteacher from then on.", field="next_head")
    if person_id in handing.people:
        raise LeavingRefusal("Choose somebody else than the person who leaves.", field="everything")
    if _still(session, school, handing).people != handing.people:
        raise NotAtSchoolError(field="everything")


def _still(session: Session, school: School, handing: Handing) -> Handing:
    """Return the same with only those who can receive at the school."""
    live = set(
        session.scalars(
            sa.select(Person.id).where(
                Person.authority_id == school.authority_id,
                Person.id.in_(handing.people),
                can_receive(Person, school.id),
            )
        )
    )
    return replace(
        handing,
        to_id=handing.to_id if handing.to_id in live else None,
        choices={key: who for key, who in handing.choices.items() if who in live},
        next_head_id=handing.next_head_id if handing.next_head_id in live else None,
    )


def _places(session: Session, school: School, person_id: int) -> list[Membership]:
    return list(
        session.scalars(
            sa.select(Membership)
            .where(
                Membership.authority_id == school.authority_id,
                Membership.school_id == school.id,
                Membership.person_id == person_id,
                Membership.ended_at.is_(None),
            )
            .order_by(Membership.id)
            .execution_options(populate_existing=True)
        )
    )


def _settle(session: Session, school: School, person_id: int, at: datetime) -> None:
    session.execute(
        sa.update(Leaving)
        .where(
            Leaving.authority_id == school.authority_id,
            Leaving.school_id == school.id,
            Leaving.person_id == person_id,
            Leaving.settled_at.is_(None),
        )
        .values(settled_at=at)
    )


def _record_plan(session: Session, planned: Leaving, action: str, by: int, at: datetime) -> None:
    audit.record(
        session,
        authority_id=planned.authority_id,
        action=action,
        subject="person",
        subject_id=planned.person_id,
        by=by,
        at=at,
        detail={"school": planned.school_id, "last_day": planned.last_day.isoformat()},
    )
