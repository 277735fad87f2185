"""People and their places at schools: finding, adding, ending, a new head. Nothing here commits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from directory.acting import id_of
from directory.addresses import AddressError, clean_address
from directory.events import HeadChanged, PersonLeft
from directory.models import (
    RECIPIENTS,
    SCHOOL_ROLES,
    Membership,
    Person,
    PersonState,
    Role,
    School,
)
from foundation import audit
from foundation.errors import NotFoundError, Refusal
from foundation.outbox import publish

Former = Literal["leaves", "stays_as_staff"]
"""What becomes of the head before: their place ends, or they become one of the staff."""
MAY_NOT_SIGN_IN = "This person may not sign in at present. Ask the authority’s administrator."


class PersonRefusal(Refusal):
    """The person cannot be added like this."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody by address, as a form names them; the name counts when the address is new."""

    email: str
    name: str = ""
    job_title: str = ""


def person_by_email(session: Session, authority_id: int, email: str) -> Person | None:
    """Return the authority's person with this address, however its letters are cased."""
    return session.scalars(
        sa.select(Person).where(
            Person.authority_id == authority_id, Person.email == email.strip().lower()
        )
    ).first()


def staff_of_school(
    session: Session, authority_id: int, school_id: int, *, most: int = 500
) -> list[Membership]:
    """Return the current places of people who can be sent something, each with its person, by name.

    A person with two roles at the school comes twice.
    """
    return list(
        session.scalars(
            sa.select(Membership)
            .join(Membership.person)
            .options(contains_eager(Membership.person))
            .where(
                Membership.authority_id == authority_id,
                Membership.school_id == school_id,
                Membership.role.in_(RECIPIENTS),
                Membership.ended_at.is_(None),
                Person.state == PersonState.ACTIVE,
            )
            .order_by(Person.name, Membership.id)
            .limit(most)
        )
    )


def add_to_school(
    session: Session,
    *,
    school_id: int,
    email: str,
    name: str,
    job_title: str = "",
    role: Role = Role.STAFF,
    by: Person | int | None,
    at: datetime,
) -> Membership:
    """Give somebody a place at a school, and make the person when the address is new.

    A place that they have already is returned as it is. An address that became another person's
    by merging counts as that person's. Raises PersonRefusal with the field to mend: ``email`` when
    it is no address or its person is disabled, ``name`` when it is empty. A head's place replaces
    the head before, as ``change_head`` does, who leaves.
    """
    school = _held(session, school_id)
    if role not in SCHOOL_ROLES:
        raise PersonRefusal("Choose a role that people have at schools.", field="role")
    if role is Role.HEAD:
        return change_head(
            session,
            school_id=school_id,
            head=Newcomer(email, name, job_title),
            by=by,
            at=at,
        )
    person = ensure_person(session, school.authority_id, email, name, at)
    place = next((p for p in _places(session, school, person.id) if p.role is role), None)
    return place or _begin(session, school, person, role, job_title=job_title, by=by, at=at)


def end_membership(
    session: Session,
    membership: Membership,
    *,
    by: Person | int | None,
    at: datetime,
    to_id: int | None = None,
) -> None:
    """End somebody's place: they lose what it let them do at their next request.

    If they can be sent nothing at the school any more PersonLeft is published: what lies with
    them goes to ``to_id``, or to whom each category leads. Ending it twice changes nothing.
    """
    if membership.ended_at is not None:
        return
    membership.ended_at = at
    session.flush()
    _record(session, membership, "membership.ended", by, at)
    if membership.school_id is None or membership.role not in RECIPIENTS:
        return
    school = session.get_one(School, membership.school_id)
    if all(p.role not in RECIPIENTS for p in _places(session, school, membership.person_id)):
        left = PersonLeft(
            school.authority_id, school.id, membership.person_id, to_id=to_id, by_id=id_of(by)
        )
        publish(session, left, at=at)


def change_head(
    session: Session,
    *,
    school_id: int,
    head: int | Newcomer,
    former: Former = "leaves",
    by: Person | int | None,
    at: datetime,
) -> Membership:
    """Make somebody the school's head: a person by id, or a newcomer, who is made when unknown.

    Publishes HeadChanged. A former head who leaves hands everything to the new one (PersonLeft);
    one who stays as staff keeps the categories that they own. A place as staff that the new head
    had there ends. Who is head already stays so. Raises PersonRefusal as ``add_to_school`` does,
    with the field ``person_id`` when that person may not sign in.
    """
    school = _held(session, school_id)
    if isinstance(head, Newcomer):
        person = ensure_person(session, school.authority_id, head.email, head.name, at)
        title = head.job_title
    else:
        person, title = _active(session, school.authority_id, head), ""
    heads = _places(session, school, role=Role.HEAD)
    own = next((place for place in heads if place.person_id == person.id), None)
    if own is not None and len(heads) == 1:
        return own
    staff = [p for p in _places(session, school, person.id) if p.role is Role.STAFF]
    own = own or _begin(session, school, person, Role.HEAD, job_title=title, by=by, at=at)
    for place in staff:
        own.mailbox = own.mailbox or place.mailbox
        end_membership(session, place, by=by, at=at)
    publish(session, HeadChanged(school.authority_id, school.id, person.id, id_of(by)), at=at)
    for place in heads:
        if place.person_id != person.id:
            _step_down(session, school, place, former, person.id, by=by, at=at)
    return own


def _step_down(
    session: Session,
    school: School,
    place: Membership,
    former: Former,
    to_id: int,
    *,
    by: Person | int | None,
    at: datetime,
) -> None:
    others = _places(session, school, place.person_id)
    if former == "stays_as_staff" and all(other.role is not Role.STAFF for other in others):
        kept = _begin(session, school, place.person, Role.STAFF, job_title="", by=by, at=at)
        kept.mailbox = place.mailbox
    end_membership(session, place, by=by, at=at, to_id=to_id)


def _begin(
    session: Session,
    school: School,
    person: Person,
    role: Role,
    *,
    job_title: str,
    by: Person | int | None,
    at: datetime,
) -> Membership:
    place = Membership(
        authority_id=school.authority_id,
        person=person,
        school_id=school.id,
        role=role,
        job_title=" ".join(job_title.split())[:120],
        mailbox="",
        started_at=at,
    )
    session.add(place)
    session.flush()
    _record(session, place, "membership.started", by, at)
    return place


def _held(session: Session, school_id: int) -> School:
    """Return the school; until the commit nobody else changes who is there.

    So two who add the same person, or another head, at once follow one another.
    """
    school = session.get(School, school_id)
    if school is None:
        raise NotFoundError
    session.execute(
        sa.select(School.id)
        .where(School.authority_id == school.authority_id, School.id == school.id)
        .with_for_update(key_share=True)
    )
    return school


def _places(
    session: Session, school: School, person_id: int | None = None, *, role: Role | None = None
) -> list[Membership]:
    """Return the current places at a school of one person, or of everybody in a role."""
    query = sa.select(Membership).where(
        Membership.authority_id == school.authority_id,
        Membership.school_id == school.id,
        Membership.ended_at.is_(None),
    )
    if person_id is not None:
        query = query.where(Membership.person_id == person_id)
    if role is not None:
        query = query.where(Membership.role == role)
    return list(session.scalars(query.order_by(Membership.id)))


def _active(session: Session, authority_id: int, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.authority_id != authority_id:
        raise NotFoundError
    if person.state is not PersonState.ACTIVE:
        raise PersonRefusal(MAY_NOT_SIGN_IN, field="person_id")
    return person


def ensure_person(
    session: Session, authority_id: int, email: str, name: str, at: datetime
) -> Person:
    """Return the person with this address, made when it is new; refusals as ``add_to_school``."""
    try:
        address = clean_address(email)
    except AddressError as fault:
        raise PersonRefusal(
            "Enter an e-mail address in the correct format, like name@example.com.", field="email"
        ) from fault
    person = person_by_email(session, authority_id, address)
    if person is not None and person.merged_into_id is not None:
        person = session.get_one(Person, person.merged_into_id)
    if person is None:
        full_name = " ".join(name.split())[:200]
        if not full_name:
            raise PersonRefusal("Enter the person’s full name.", field="name")
        person = Person(authority_id=authority_id, email=address, name=full_name, created_at=at)
        session.add(person)
        session.flush()
    elif person.state is not PersonState.ACTIVE:
        raise PersonRefusal(MAY_NOT_SIGN_IN, field="email")
    return person


def _record(
    session: Session, place: Membership, action: str, by: Person | int | None, at: datetime
) -> None:
    audit.record(
        session,
        authority_id=place.authority_id,
        action=action,
        subject="person",
        subject_id=place.person_id,
        by=id_of(by),
        at=at,
        detail={"membership": place.id, "school": place.school_id, "role": place.role.value},
    )
