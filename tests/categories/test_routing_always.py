"""For any owners, covers, deputies, leavers and dates: nobody is left out, nobody gets it twice."""

import pytest
from hypothesis import HealthCheck, given, settings

from categories.routing.route import route
from directory.audience import Audience, school_ids
from tests.categories.routing_worlds import (
    TODAY,
    build,
    expected,
    make_ground,
    worlds,
)


@pytest.fixture
def ground(session):
    return make_ground()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=worlds)
def test_every_school_gets_it_once_a_person_from_people_who_belong_there(
    session, authority_id, ground, drawn
):
    schools = school_ids(authority_id, Audience(urns=[one.urn for one in ground.schools]))
    with session.begin_nested() as kept:
        world = build(session, ground, drawn)
        ids = [category.id for category in world.categories]
        found = session.execute(route(authority_id, schools, ids, on=TODAY)).all()
        for school_id in world.schools:
            here = [row for row in found if row.school_id == school_id]
            assert here, "a school is never passed over"
            people = [row.person_id for row in here]
            assert len(people) == len(set(people)), "nobody gets it twice"
            assert all(world.lives(one, school_id) for one in people if one is not None)
            assert {tuple(row)[1:] for row in here} == expected(world, school_id)
        kept.rollback()
    session.expire_all()
