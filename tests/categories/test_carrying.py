"""What becomes of owners when a school goes on in another, closes, or changes its trust."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.models import Cover, GroupDefault, Owner, Part
from categories.owning.carrying import carry_over, close_owners, follow_trust
from directory.events import SchoolClosed, SchoolSucceeded, TrustChanged
from directory.models import OrganisationKind
from foundation.outbox import OutboxEvent
from tests.factories.base import NOON
from tests.factories.categories import (
    CategoryFactory,
    CoverFactory,
    GroupDefaultFactory,
    OwnerFactory,
    TrustOwnerFactory,
)
from tests.factories.directory import MembershipFactory, OrganisationFactory, SchoolFactory

TODAY = NOON.date()
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def successor(session):
    return SchoolFactory(name="Successor")


@pytest.fixture
def admissions(session):
    return CategoryFactory()


def comes_along(gone, successor):
    """Make somebody who worked at the school that closed and has a place at its successor."""
    place = MembershipFactory(school=gone, ended_at=NOON)
    MembershipFactory(school=successor, person=place.person)
    return place.person


def own(school, person, category, part=Part.LEAD):
    return OwnerFactory(school=school, person=person, category=category, part=part)


def succeed(session, successor, *gone):
    session.flush()
    for school in gone:
        ids = [each.id for each in gone]
        event = SchoolSucceeded(successor.authority_id, school.id, successor.id, ids)
        carry_over(session, event, LATER)


def parts(session, school, category):
    rows = session.execute(
        sa.select(Owner.person_id, Owner.part).where(
            Owner.school_id == school.id, Owner.category_id == category.id, Owner.ended_at.is_(None)
        )
    )
    return {row.person_id: row.part for row in rows}


def told(session):
    return [
        event.payload["category_ids"]
        for event in session.scalars(sa.select(OutboxEvent).order_by(OutboxEvent.id))
    ]


def test_every_part_goes_over_with_whoever_came_along(session, successor, admissions):
    gone = SchoolFactory()
    people = {part: comes_along(gone, successor).id for part in Part}
    for part, person_id in people.items():
        OwnerFactory(
            school=gone,
            person_id=person_id,
            category=admissions,
            part=part,
            confirmed_at=NOON - timedelta(days=9),
        )
    own(gone, MembershipFactory(school=gone).person, other := CategoryFactory())
    succeed(session, successor, gone)
    assert parts(session, successor, admissions) == {who: part for part, who in people.items()}
    assert parts(session, gone, admissions) == parts(session, successor, other) == {}
    carried = session.scalars(sa.select(Owner).where(Owner.school_id == successor.id))
    assert {row.confirmed_at for row in carried} == {NOON - timedelta(days=9)}
    assert told(session) == [[admissions.id]]
    succeed(session, successor, gone)
    assert told(session) == [[admissions.id]]


@pytest.mark.sqlite_only
def test_what_the_successor_said_itself_wins(session, successor, admissions):
    gone = SchoolFactory()
    own(gone, comes_along(gone, successor), admissions)
    mine = MembershipFactory(school=successor).person
    own(successor, mine, admissions)
    succeed(session, successor, gone)
    assert parts(session, successor, admissions) == {mine.id: Part.LEAD}
    assert told(session) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize("in_order", [True, False])
def test_where_several_disagree_the_larger_schools_lead_leads(
    session, successor, admissions, in_order
):
    large, small = SchoolFactory(pupils=90), SchoolFactory(pupils=10)
    one, other = comes_along(large, successor), comes_along(small, successor)
    deputy = comes_along(small, successor)
    own(large, one, admissions)
    own(small, other, admissions)
    own(small, deputy, admissions, Part.DEPUTY)
    session.flush()
    ids = [large.id, small.id]
    for school in (large, small) if in_order else (small, large):
        event = SchoolSucceeded(successor.authority_id, school.id, successor.id, ids)
        carry_over(session, event, LATER)
    assert parts(session, successor, admissions) == {
        one.id: Part.LEAD,
        other.id: Part.ALSO,
        deputy.id: Part.DEPUTY,
    }


@pytest.mark.sqlite_only
def test_covers_to_come_and_defaults_go_over(session, successor, admissions):
    gone = SchoolFactory()
    person = comes_along(gone, successor)
    facts = {"school_id": gone.id, "category_id": admissions.id, "person": person}
    CoverFactory(**facts, starts_on=TODAY - timedelta(9), ends_on=TODAY - timedelta(5))
    CoverFactory(**facts, starts_on=TODAY, ends_on=TODAY + timedelta(5))
    GroupDefaultFactory(school_id=gone.id, group=admissions.group, person=person)
    GroupDefaultFactory(school_id=gone.id, group="estate", person=person)
    mine = GroupDefaultFactory(
        school_id=successor.id, group="estate", person=MembershipFactory(school=successor).person
    )
    succeed(session, successor, gone)
    (cover,) = session.scalars(sa.select(Cover).where(Cover.school_id == successor.id))
    assert (cover.starts_on, cover.person_id, cover.ended_at) == (TODAY, person.id, None)
    defaults = session.scalars(
        sa.select(GroupDefault)
        .where(GroupDefault.school_id == successor.id, GroupDefault.ended_at.is_(None))
        .order_by(GroupDefault.group)
    )
    assert [(row.group, row.person_id) for row in defaults] == [
        ("estate", mine.person_id),
        (admissions.group, person.id),
    ]
    assert admissions.id in told(session)[0]


@pytest.mark.sqlite_only
def test_everything_ends_at_a_school_that_nothing_follows(session, admissions):
    place = MembershipFactory()
    row = own(place.school, place.person, admissions)
    event = SchoolClosed(place.authority_id, place.school_id)
    session.flush()
    for _ in range(2):
        close_owners(session, event, LATER)
    session.expire_all()
    assert row.ended_at == LATER


@pytest.mark.sqlite_only
def test_a_change_of_trust_is_told_for_what_either_trust_named(session):
    one, other, third = (OrganisationFactory(kind=OrganisationKind.TRUST) for _ in range(3))
    named = [
        TrustOwnerFactory(trust_id=trust.id, category=CategoryFactory(), person=place.person)
        for trust in (one, other, third)
        for place in (MembershipFactory(),)
    ]
    school = SchoolFactory(trust_id=other.id)
    session.flush()
    follow_trust(session, TrustChanged(school.authority_id, school.id, one.id, other.id), NOON)
    assert told(session) == [[row.category_id for row in named[:2]]]
