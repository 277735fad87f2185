"""Who can be sent something at a school: who may sign in, and has a place there for reading it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import RECIPIENTS, Membership, Person, PersonState


def can_receive(
    person: type[Person], school_id: int | sa.SQLColumnExpression[int]
) -> sa.ColumnElement[bool]:
    """Return the condition that somebody can be sent something at the school.

    A member of the school panel can not, by that alone: they have no inbox there. Routing asks
    the same in its own words (``categories.routing.sources.able``).
    """
    return sa.and_(
        person.state == PersonState.ACTIVE,
        sa.exists().where(
            Membership.person_id == person.id,
            Membership.school_id == school_id,
            Membership.role.in_(RECIPIENTS),
            Membership.ended_at.is_(None),
        ),
    )


def is_receiving(session: Session, authority_id: int, school_id: int, person_id: int) -> bool:
    """Tell whether somebody of the authority can be sent something at the school."""
    query = sa.select(Person.id).where(
        Person.authority_id == authority_id, Person.id == person_id, can_receive(Person, school_id)
    )
    return session.scalar(query) is not None
