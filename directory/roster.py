"""People and their places at schools, many at a time: what the imports look up and write.

Statements are bounded: each is about at most ``foundation.bulk.BATCH`` rows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.models import Membership, Person, Role, School
from foundation.bulk import batches, insert_all, update_all

MOST_NAME = 200
MOST_TELEPHONE = 40
MOST_JOB_TITLE = 120


@dataclass(frozen=True)
class Details:
    """What a file says of a person; an empty text says nothing."""

    name: str
    telephone: str

    def filled_from(self, later: "Details") -> "Details":
        """Return these details with what they lack taken from a later row of the file."""
        return Details(self.name or later.name, self.telephone or later.telephone)


@dataclass(frozen=True)
class Known:
    """A person who is registered already."""

    id: int
    name: str
    telephone: str

    def differs(self, details: Details) -> bool:
        """Tell whether a file says something else."""
        return details.name not in ("", self.name) or details.telephone not in ("", self.telephone)


@dataclass(frozen=True)
class Place:
    """A current place of a person at a school."""

    id: int
    role: Role
    job_title: str


Places = dict[tuple[int, int], list[Place]]
"""Current places by person's id and school's id."""


def schools_by_urn(session: Session, authority_id: int) -> dict[int, int]:
    """Return the id of each school of one authority, by its URN."""
    rows = session.execute(
        sa.select(School.urn, School.id)
        .where(School.authority_id == authority_id)
        .order_by(School.urn)
    )
    return {row.urn: row.id for row in rows}


def people_by_email(
    session: Session, authority_id: int, emails: Collection[str]
) -> dict[str, Known]:
    """Return those of these addresses (in lower case) that belong to somebody.

    The address of an entry that was merged is that of the person who goes on.
    """
    found: dict[str, Known] = {}
    kept = aliased(Person)
    for some in batches(sorted(emails)):
        rows = session.execute(
            sa.select(
                Person.email,
                sa.func.coalesce(kept.id, Person.id).label("id"),
                sa.func.coalesce(kept.name, Person.name).label("name"),
                sa.func.coalesce(kept.telephone, Person.telephone).label("telephone"),
            )
            .outerjoin(kept, kept.id == Person.merged_into_id)
            .where(Person.authority_id == authority_id, Person.email.in_(some))
            .order_by(Person.id)
        )
        found |= {row.email: Known(row.id, row.name, row.telephone) for row in rows}
    return found


def write_people(
    session: Session,
    authority_id: int,
    known: Mapping[str, Known],
    wanted: Mapping[str, Details],
    *,
    at: datetime,
) -> dict[str, int]:
    """Make the people who are new, bring the others up to date; return everybody's id.

    ``wanted`` is by address; a new person's name must be given.
    """
    fresh = [
        {
            "authority_id": authority_id,
            "email": email,
            "name": details.name,
            "telephone": details.telephone,
            "created_at": at,
        }
        for email, details in wanted.items()
        if email not in known
    ]
    changed = [
        {
            "id": known[email].id,
            "name": details.name or known[email].name,
            "telephone": details.telephone or known[email].telephone,
        }
        for email, details in wanted.items()
        if email in known and known[email].differs(details)
    ]
    for rows in batches(fresh):
        insert_all(session, Person, rows)
    for rows in batches(changed):
        update_all(session, Person, rows)
    added = people_by_email(session, authority_id, [str(row["email"]) for row in fresh])
    return {email: person.id for email, person in {**known, **added}.items()}


def current_places(session: Session, authority_id: int, people: Collection[int]) -> Places:
    """Return the current places at schools of these people."""
    places: Places = {}
    for some in batches(sorted(people)):
        rows = session.execute(
            sa.select(
                Membership.id,
                Membership.person_id,
                Membership.school_id,
                Membership.role,
                Membership.job_title,
            )
            .where(
                Membership.authority_id == authority_id,
                Membership.person_id.in_(some),
                Membership.school_id.is_not(None),
                Membership.ended_at.is_(None),
            )
            .order_by(Membership.id)
        )
        for row in rows:
            place = Place(row.id, row.role, row.job_title)
            places.setdefault((row.person_id, row.school_id or 0), []).append(place)
    return places
