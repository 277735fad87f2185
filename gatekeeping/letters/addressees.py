"""Whom the gate writes to beside the officer: everybody in a role, the author's manager."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, PersonState, Role
from gatekeeping.models import Submission
from notifications.mail.compose import queue_mail

MOST = 100


def people_in(session: Session, authority_id: int, *roles: Role) -> Sequence[Person]:
    """Return the active people who have one of these roles now, by name: one statement."""
    members = sa.select(Membership.person_id).where(
        Membership.authority_id == authority_id,
        Membership.role.in_(roles),
        Membership.ended_at.is_(None),
    )
    return session.scalars(
        sa.select(Person)
        .where(
            Person.authority_id == authority_id,
            Person.state == PersonState.ACTIVE,
            Person.id.in_(members),
        )
        .order_by(Person.name, Person.id)
        .limit(MOST)
    ).all()


def managers_of_author(session: Session, submission: Submission) -> Sequence[Person]:
    """Return to whom the author reports today: as a rule one person, or nobody."""
    return managers_of(session, submission.authority_id, submission.author_id)


def managers_of(session: Session, authority_id: int, person_id: int) -> Sequence[Person]:
    """Return to whom somebody reports today: as a rule one person, or nobody."""
    managers = sa.select(Membership.manager_id).where(
        Membership.authority_id == authority_id,
        Membership.person_id == person_id,
        Membership.ended_at.is_(None),
    )
    return session.scalars(
        sa.select(Person)
        .where(Person.id.in_(managers), Person.state == PersonState.ACTIVE)
        .order_by(Person.id)
        .limit(MOST)
    ).all()


def write_to(
    session: Session,
    submission: Submission,
    people: Iterable[Person],
    subject: str,
    paragraphs: Iterable[str],
    *,
    at: datetime,
    urgent: bool = False,
) -> None:
    """Queue the same mail for each of these people, once for each address."""
    heading = f"{submission.number} v{submission.version}: {submission.title}"
    text = "\n\n".join(paragraph for paragraph in (heading, *paragraphs) if paragraph)
    for address in sorted({person.email for person in people}):
        queue_mail(
            session,
            authority_id=submission.authority_id,
            address=address,
            subject=f"{subject}: {submission.number} {submission.title}",
            text=text,
            at=at,
            urgent=urgent,
        )
