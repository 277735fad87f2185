"""Somebody who is going to leave a school that closes before that."""

from datetime import date

import pytest
import sqlalchemy as sa

from directory.events import SchoolClosed, SchoolSucceeded
from portal.staff.models import Leaving
from portal.updates.following import carry_leavings, settle_leavings
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, SchoolFactory

pytestmark = pytest.mark.sqlite_only


def planned(session, place, school=None):
    leaving = Leaving(
        authority_id=place.authority_id,
        school_id=(school or place.school).id,
        person_id=place.person_id,
        last_day=date(2027, 3, 31),
        choices={},
        set_by_id=place.person_id,
        set_at=NOON,
    )
    session.add(leaving)
    session.flush()
    return leaving


def test_a_leaving_goes_on_at_the_successor_unless_one_is_noted_there(session):
    place, other = MembershipFactory(), MembershipFactory()
    other.school = place.school
    successor = SchoolFactory()
    session.flush()
    one, two = planned(session, place), planned(session, other)
    planned(session, other, successor)
    event = SchoolSucceeded(place.authority_id, place.school_id, successor.id)
    for _ in range(2):
        carry_leavings(session, event, NOON)
    assert (one.school_id, one.settled_at) == (successor.id, None)
    assert (two.school_id, two.settled_at) == (place.school_id, NOON)


def test_a_leaving_is_forgotten_where_nothing_follows(session):
    leaving = planned(session, place := MembershipFactory())
    settle_leavings(session, SchoolClosed(place.authority_id, place.school_id), NOON)
    assert session.scalars(sa.select(Leaving.settled_at)).one() == leaving.settled_at == NOON
