"""A school gets another head; a last place ends."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.models import Owner
from directory.events import HeadChanged, PersonLeft
from directory.models import Membership, PersonState, Role
from directory.people import (
    Newcomer,
    PersonRefusal,
    change_head,
    end_membership,
)
from foundation import outbox
from foundation.db import Database
from foundation.outbox import OutboxEvent
from notifications.models import Delivery
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.categories import (
    CategoryFactory,
    OwnerFactory,
)
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    PersonFactory,
    SchoolFactory,
)
from tests.factories.notifications import DeliveryFactory

LATER = NOON + timedelta(hours=1)


def current(session, person_id):
    rows = session.execute(
        sa.select(Membership.school_id, Membership.role)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .order_by(Membership.school_id, Membership.role)
    )
    return [(row.school_id, row.role.value) for row in rows]


def published(session, kind):
    rows = session.scalars(
        sa.select(OutboxEvent).where(OutboxEvent.name == kind.__name__).order_by(OutboxEvent.id)
    )
    return [row.payload for row in rows]


@pytest.mark.parametrize("former", ["leaves", "stays_as_staff"])
def test_a_new_head_takes_over(database: Database, session, former):
    head = HeadFactory(mailbox="head@school.example")
    deputy = MembershipFactory(school=head.school)
    category = CategoryFactory()
    OwnerFactory(school=head.school, category=category, person=head.person)
    as_head = DeliveryFactory.to(head, category_id=CategoryFactory().id, reason="head").id
    owned = DeliveryFactory.to(head, category_id=category.id, state="read").id
    session.commit()
    for _ in range(2):
        change_head(
            session,
            school_id=head.school_id,
            head=deputy.person_id,
            former=former,
            by=None,
            at=NOON,
        )
    session.commit()
    assert len(published(session, HeadChanged)) == 1
    session.commit()
    outbox.relay(database, HANDLERS, at=LATER)
    with database.session(authority=head.authority_id, writes=False) as fresh:
        places = current(fresh, head.person_id)
        owner = fresh.scalars(sa.select(Owner.person_id).where(Owner.ended_at.is_(None))).one()
        assert current(fresh, deputy.person_id) == [(head.school_id, "head")]
        assert fresh.get_one(Delivery, as_head).person_id == deputy.person_id
        stays = former == "stays_as_staff"
        who = head.person_id if stays else deputy.person_id
        assert (owner, fresh.get_one(Delivery, owned).person_id) == (who, who)
        assert places == ([(head.school_id, "staff")] if stays else [])


@pytest.mark.sqlite_only
def test_a_new_head_may_be_somebody_new(session):
    school = SchoolFactory()
    newcomer = Newcomer("new@school.example", "New Head")
    place = change_head(session, school_id=school.id, head=newcomer, by=None, at=NOON)
    assert (place.role, place.person.name) == (Role.HEAD, "New Head")
    closed = PersonFactory(state=PersonState.DISABLED)
    with pytest.raises(PersonRefusal) as refusal:
        change_head(session, school_id=school.id, head=closed.id, by=None, at=NOON)
    assert refusal.value.field == "person_id"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("others", "told"), [(0, 1), (1, 0)])
def test_only_the_last_place_that_ends_lets_things_go(session, others, told):
    place = MembershipFactory()
    for _ in range(others):
        MembershipFactory(person=place.person, school=place.school, role=Role.CLERK)
    for _ in range(2):
        end_membership(session, place, by=None, at=NOON)
    assert len(published(session, PersonLeft)) == told
