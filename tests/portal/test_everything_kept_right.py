"""Several things at once to one school: nothing is lost, nothing comes twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.models import Part
from categories.owning.trusts import set_trust_owners
from directory.accounts import disable
from directory.events import SchoolClosed, SchoolReopened, SchoolSucceeded, TrustChanged
from directory.models import Membership, OrganisationKind, Person, PersonState, Role
from directory.people import Newcomer, change_head, end_membership
from foundation import outbox
from foundation.outbox import publish
from notifications.models import Delivery, DeliveryState
from notifications.moving.handing_on import OPEN
from portal.staff.leaving import Handing, leave
from portal.wiring import HANDLERS
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, CoverFactory, OwnerFactory
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    SchoolFactory,
)
from tests.factories.notifications import DeliveryFactory, NoticeFactory

LATER = NOON + timedelta(hours=1)
DAYS = {"starts_on": NOON.date(), "ends_on": NOON.date() + timedelta(days=9), "created_at": NOON}
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def head(session):
    return HeadFactory(person__name="Priya Head")


@pytest.fixture
def ann(session, head):
    return MembershipFactory(school=head.school, person__name="Ann Example")


@pytest.fixture
def bob(session, head):
    return MembershipFactory(school=head.school, person__name="Bob Example")


@pytest.fixture
def settle(session, database):
    """Let the handlers run, twice; then look that everything open lies with who may have it."""

    def settle():
        session.commit()
        for _ in range(3):
            outbox.relay(database, HANDLERS, at=LATER)
        session.expire_all()
        rows = session.scalars(sa.select(Delivery).where(Delivery.state.in_(OPEN))).all()
        for row in rows:
            if row.person_id is None:
                continue
            able = (
                sa.select(Membership.id)
                .join(Person, Person.id == Membership.person_id)
                .where(
                    Person.id == row.person_id,
                    Person.state == PersonState.ACTIVE,
                    Membership.school_id == row.school_id,
                    Membership.ended_at.is_(None),
                )
            )
            assert session.scalars(able).first(), (row.id, row.person_id)
        keys = [(row.notice_id, row.school_id, row.person_id) for row in rows]
        assert len(keys) == len(set(keys))
        return {row.id: row.person_id for row in rows}

    return settle


def item(place, category, **facts):
    return DeliveryFactory.to(place, category_id=category.id if category else None, **facts)


def own(place, category, **facts):
    return OwnerFactory(school=place.school, category=category, person=place.person, **facts)


@pytest.mark.parametrize("former", ["leaves", "stays_as_staff"])
def test_a_head_who_is_owner_deputy_and_cover_hands_everything_on(
    session, head, ann, bob, settle, former
):
    led, second, covered = (CategoryFactory() for _ in range(3))
    own(head, led)
    own(bob, second)
    own(head, second, part=Part.DEPUTY)
    own(bob, covered)
    CoverFactory(school_id=head.school_id, category_id=covered.id, person=head.person, **DAYS)
    lying = [
        item(head, led),
        item(head, covered, reason="cover"),
        item(head, None, reason="head"),
        item(head, led, state=DeliveryState.READ),
    ]
    change_head(
        session, school_id=head.school_id, head=ann.person_id, former=former, by=None, at=NOON
    )
    now = settle()
    after = ann.person_id if former == "leaves" else head.person_id
    assert [now[one.id] for one in lying] == [after, after, ann.person_id, after]


def test_whoever_leaves_one_school_keeps_the_other(session, head, ann, settle):
    other = MembershipFactory(person=ann.person)
    category = CategoryFactory()
    own(ann, category)
    own(other, category)
    here, there = item(ann, category), item(other, category)
    leave(
        session,
        school_id=head.school_id,
        person_id=ann.person_id,
        handing=Handing(),
        by=head.person_id,
        at=NOON,
    )
    now = settle()
    assert (now[here.id], now[there.id]) == (head.person_id, ann.person_id)


def test_who_took_over_and_leaves_in_the_same_minute_keeps_nothing(session, head, ann, bob, settle):
    category = CategoryFactory()
    own(ann, category)
    lying = item(ann, category), item(ann, category, state=DeliveryState.READ)
    facts = {"school_id": head.school_id, "by": head.person_id, "at": NOON}
    leave(session, person_id=ann.person_id, handing=Handing(bob.person_id), **facts)
    leave(session, person_id=bob.person_id, handing=Handing(), **facts)
    now = settle()
    assert {now[one.id] for one in lying} == {head.person_id}


def test_a_cover_who_leaves_and_a_lead_who_is_closed(session, head, ann, bob, settle):
    category = CategoryFactory()
    own(ann, category)
    CoverFactory(school_id=head.school_id, category_id=category.id, person=bob.person, **DAYS)
    lying = item(bob, category, reason="cover")
    end_membership(session, bob, by=None, at=NOON)
    assert settle()[lying.id] == ann.person_id
    by = OfficerFactory(role=Role.ADMINISTRATOR).person_id
    disable(session, ann.person, by=by, at=NOON)
    assert settle()[lying.id] == head.person_id


def test_a_trust_that_is_left_and_joined_again(session, head, ann, settle):
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    school = head.school
    school.trust_id = trust.id
    lead = MembershipFactory(school=SchoolFactory(trust_id=trust.id))
    category = CategoryFactory()
    session.flush()
    set_trust_owners(
        session,
        trust_id=trust.id,
        choices={category.id: lead.person_id},
        by=None,
        at=NOON,
    )
    lying = item(head, category, reason="head")
    assert settle()[lying.id] == lead.person_id
    school.trust_id = None
    publish(session, TrustChanged(school.authority_id, school.id, trust.id, None), at=NOON)
    assert settle()[lying.id] == head.person_id
    school.trust_id = trust.id
    publish(session, TrustChanged(school.authority_id, school.id, None, trust.id), at=NOON)
    assert settle()[lying.id] == lead.person_id


def test_what_the_successor_has_only_closed_goes_on_there(session, head, ann, settle):
    gone = MembershipFactory(person=ann.person)
    notice, category = NoticeFactory(), CategoryFactory()
    item(gone, category, notice=notice)
    item(ann, category, notice=notice, state=DeliveryState.CLOSED)
    gone.ended_at = NOON
    publish(session, SchoolSucceeded(ann.authority_id, gone.school_id, ann.school_id), at=NOON)
    now = settle()
    assert list(now.values()) == [ann.person_id]


def test_what_the_successor_has_only_closed_with_somebody_else(session, head, ann, bob, settle):
    gone = MembershipFactory(person=ann.person)
    notice, category = NoticeFactory(), CategoryFactory()
    item(gone, category, notice=notice)
    item(bob, category, notice=notice, state=DeliveryState.CLOSED)
    gone.ended_at = NOON
    publish(session, SchoolSucceeded(ann.authority_id, gone.school_id, ann.school_id), at=NOON)
    assert list(settle().values()) == [ann.person_id]


def test_a_school_that_closes_and_opens_again_loses_nothing(session, head, ann, settle):
    category = CategoryFactory()
    own(ann, category)
    lying = item(ann, category), item(ann, None, reason="head", read_at=NOON, state=OPEN[1])
    done = item(ann, category, state=DeliveryState.DONE, read_at=NOON, done_at=NOON)
    for place in (head, ann):
        place.ended_at = NOON
    publish(session, SchoolClosed(ann.authority_id, ann.school_id), at=NOON)
    assert settle() == {}
    publish(session, SchoolReopened(ann.authority_id, ann.school_id), at=LATER)
    assert settle() == {one.id: None for one in lying}
    new = Newcomer("new.head@s.example", "New Head")
    place = change_head(session, school_id=ann.school_id, head=new, by=None, at=LATER)
    assert settle() == {one.id: place.person_id for one in lying}
    assert [one.state for one in (*lying, done)] == [*OPEN, DeliveryState.DONE]
