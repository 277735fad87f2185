"""Who answers for a data set: whom to write to, and who may grant access."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from directory.models import Membership, Person, PersonState, Role
from gatekeeping.letters.addressees import people_in
from gatekeeping.models import DataSet

MOST: Final = 100
STAND_INS: Final = (Role.ADMINISTRATOR, Role.GATEKEEPER)
"""Who answers where no owner is linked, or none is there any more: nothing is ever lost."""


def owners_of(session: Session, data_set: DataSet, *, besides: int | None = None) -> list[Person]:
    """Return who may decide about access to a data set: two statements at most.

    They are its contact and the members of its team today. Where there is nobody, or only whoever
    asks (``besides``), they are the administrators and the gatekeepers, again without who asks.
    """
    owners = [one for one in _linked(session, data_set) if one.id != besides]
    if owners:
        return owners
    stand_ins = people_in(session, data_set.authority_id, *STAND_INS)
    return [one for one in stand_ins if one.id != besides]


def data_sets_owned(person_id: int) -> sa.ColumnElement[bool]:
    """Return the condition by which a row of ``data_set`` is this person's to answer for."""
    teams = sa.select(Membership.team_id).where(
        Membership.person_id == person_id,
        Membership.ended_at.is_(None),
        Membership.team_id.is_not(None),
    )
    return sa.or_(DataSet.contact_id == person_id, DataSet.team_id.in_(teams))


def nobody_linked(besides: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """Return the condition by which a data set has no owner today ``besides`` whoever asks."""
    there = (
        sa.exists()
        .where(
            Membership.team_id == DataSet.team_id,
            Membership.ended_at.is_(None),
            Person.id == Membership.person_id,
            Person.state == PersonState.ACTIVE,
            Person.id != besides,
        )
        .correlate(DataSet, besides.class_)
    )
    contact = (
        sa.exists()
        .where(
            Person.id == DataSet.contact_id,
            Person.state == PersonState.ACTIVE,
            Person.id != besides,
        )
        .correlate(DataSet, besides.class_)
    )
    return sa.and_(~there, ~contact)


def _linked(session: Session, data_set: DataSet) -> Sequence[Person]:
    members = sa.select(Membership.person_id).where(
        Membership.authority_id == data_set.authority_id,
        Membership.team_id == data_set.team_id,
        Membership.ended_at.is_(None),
    )
    return session.scalars(
        sa.select(Person)
        .where(
            Person.authority_id == data_set.authority_id,
            Person.state == PersonState.ACTIVE,
            sa.or_(Person.id == data_set.contact_id, Person.id.in_(members)),
        )
        .order_by(Person.name, Person.id)
        .limit(MOST)
    ).all()
