"""People and their places at schools: finding, adding, ending. Nothing here commits."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from directory.addresses import AddressError, clean_address
from directory.models import SCHOOL_ROLES, Membership, Person, PersonState, Role, School
from foundation import audit
from foundation.errors import NotFoundError, Refusal


class PersonRefusal(Refusal):
    """The person cannot be added like this."""


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
    """Return the current places of people who may sign in, with each person, sorted by name.

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

    A place that they have already is returned as it is. Raises PersonRefusal with the field to
    mend: ``email`` when it is no address or its person is disabled, ``name`` when it is empty.
    A head's place replaces the head before.
    """
    school = session.get(School, school_id)
    if school is None:
        raise NotFoundError
    if role not in SCHOOL_ROLES:
        raise PersonRefusal("Choose a role that people have at schools.", field="role")
    person = _ensure_person(session, school.authority_id, email, name, at)
    place = session.scalars(
        sa.select(Membership).where(
            Membership.person_id == person.id,
            Membership.school_id == school.id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
    ).first()
    if place is not None:
        return place
    if role is Role.HEAD:
        _end_heads(session, school, at)
    place = Membership(
        authority_id=school.authority_id,
        person=person,
        school_id=school.id,
        role=role,
        job_title=" ".join(job_title.split())[:120],
        started_at=at,
    )
    session.add(place)
    session.flush()
    _record(session, place, "membership.started", by, at)
    return place


def end_membership(
    session: Session, membership: Membership, *, by: Person | int | None, at: datetime
) -> None:
    """End somebody's place: they lose what it let them do at their next request."""
    if membership.ended_at is None:
        membership.ended_at = at
        session.flush()
        _record(session, membership, "membership.ended", by, at)


def _ensure_person(
    session: Session, authority_id: int, email: str, name: str, at: datetime
) -> Person:
    try:
        address = clean_address(email)
    except AddressError as fault:
        raise PersonRefusal(
            "Enter an e-mail address in the correct format, like name@example.com.", field="email"
        ) from fault
    person = person_by_email(session, authority_id, address)
    if person is None:
        full_name = " ".join(name.split())[:200]
        if not full_name:
            raise PersonRefusal("Enter the person’s full name.", field="name")
        person = Person(authority_id=authority_id, email=address, name=full_name, created_at=at)
        session.add(person)
        session.flush()
    elif person.state is not PersonState.ACTIVE:
        raise PersonRefusal(
            "This person may not sign in at present. Ask the authority’s administrator.",
            field="email",
        )
    return person


def _end_heads(session: Session, school: School, at: datetime) -> None:
    session.execute(
        sa.update(Membership)
        .where(
            Membership.authority_id == school.authority_id,
            Membership.school_id == school.id,
            Membership.role == Role.HEAD,
            Membership.ended_at.is_(None),
        )
        .values(ended_at=at)
    )


def _record(
    session: Session, place: Membership, action: str, by: Person | int | None, at: datetime
) -> None:
    audit.record(
        session,
        authority_id=place.authority_id,
        action=action,
        subject="person",
        subject_id=place.person_id,
        by=by.id if isinstance(by, Person) else by,
        at=at,
        detail={"membership": place.id, "school": place.school_id, "role": place.role.value},
    )
