"""Who can be sent something at a school, and when somebody there no longer can."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import PersonLeft
from directory.models import SCHOOL_ROLES, PersonState, Role
from directory.people import end_membership, staff_of_school
from directory.receiving import is_receiving
from foundation.outbox import OutboxEvent
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, PersonFactory, SchoolFactory

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("role", sorted(SCHOOL_ROLES))
def test_everybody_with_a_place_but_the_panel_can_be_sent_something(
    session: Session, role: Role
) -> None:
    place = MembershipFactory(role=role)
    school = place.school
    can = is_receiving(session, school.authority_id, school.id, place.person_id)
    assert can is (role is not Role.PANEL)
    assert bool(staff_of_school(session, school.authority_id, school.id)) is can


@pytest.mark.parametrize("why", ["disabled", "left", "elsewhere", "of another authority"])
def test_nobody_who_left_or_may_not_sign_in_can(session: Session, why: str) -> None:
    place = MembershipFactory(
        person=PersonFactory(
            state=PersonState.DISABLED if why == "disabled" else PersonState.ACTIVE
        ),
        ended_at=NOON if why == "left" else None,
    )
    school = SchoolFactory() if why == "elsewhere" else place.school
    authority_id = 0 if why == "of another authority" else school.authority_id
    assert not is_receiving(session, authority_id, school.id, place.person_id)


@pytest.mark.parametrize(("role", "left"), [(Role.PANEL, 1), (Role.GOVERNOR, 0)])
def test_who_stays_on_the_panel_alone_has_left_as_far_as_items_go(
    session: Session, role: Role, left: int
) -> None:
    place = MembershipFactory()
    other = MembershipFactory(person=place.person, school=place.school, role=role)
    end_membership(session, place, by=None, at=NOON)
    count = sa.select(sa.func.count()).where(OutboxEvent.name == PersonLeft.__name__)
    assert session.scalar(count) == left
    end_membership(session, other, by=None, at=NOON)
    assert session.scalar(count) == 1
