"""People's places at organisations: a trust's leads and staff. Nothing here commits."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.acting import id_of
from directory.models import ORGANISATION_ROLES, Membership, Organisation, Person, Role
from directory.people import PersonRefusal, ensure_person
from foundation import audit
from foundation.errors import NotFoundError

MOST_TITLE = 120


def add_to_organisation(
    session: Session,
    *,
    organisation_id: int,
    email: str,
    name: str,
    job_title: str = "",
    role: Role = Role.TRUST,
    by: Person | int | None,
    at: datetime,
) -> Membership:
    """Give somebody a place at an organisation, and make the person when the address is new.

    A place in the same role that they have already is returned as it is. Raises PersonRefusal with
    the field to mend, as ``directory.people.add_to_school`` does.
    """
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation.authority_id is None:
        raise NotFoundError
    if role not in ORGANISATION_ROLES:
        raise PersonRefusal("Choose a role that people have at organisations.", field="role")
    person = ensure_person(session, organisation.authority_id, email, name, at)
    place = session.scalars(
        sa.select(Membership).where(
            Membership.authority_id == organisation.authority_id,
            Membership.person_id == person.id,
            Membership.organisation_id == organisation.id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
    ).first()
    if place is not None:
        return place
    place = Membership(
        authority_id=organisation.authority_id,
        person=person,
        organisation_id=organisation.id,
        role=role,
        job_title=" ".join(job_title.split())[:MOST_TITLE],
        started_at=at,
    )
    session.add(place)
    session.flush()
    audit.record(
        session,
        authority_id=organisation.authority_id,
        action="membership.started",
        subject="person",
        subject_id=person.id,
        by=id_of(by),
        at=at,
        detail={"membership": place.id, "organisation": organisation.id, "role": role.value},
    )
    return place
