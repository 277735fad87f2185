from datetime import date, timedelta

import pytest

from categories.routing.plan import Asked, plan, summary
from categories.routing.reasons import Reason
from directory.audience import Audience, school_ids
from directory.models import PersonState, Role
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, CoverFactory, OwnerFactory
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    PersonFactory,
    SchoolFactory,
)

TODAY = date(2026, 11, 23)


@pytest.fixture
def school(session):
    return SchoolFactory()


@pytest.fixture
def category(session):
    return CategoryFactory()


def routed(session, authority_id, *categories, on=TODAY):
    schools = school_ids(authority_id, Audience(all=True))
    return plan(session, authority_id, schools, [each.id for each in categories], on=on)


def own(school, category, person=None, **facts):
    member = MembershipFactory(school=school, **({"person": person} if person else {}))
    OwnerFactory(school_id=school.id, category_id=category.id, person_id=member.person_id, **facts)
    return member


def cover(school, category, starts_on, ends_on, **facts):
    member = MembershipFactory(school=school)
    CoverFactory(
        school_id=school.id,
        category_id=category.id,
        person_id=member.person_id,
        starts_on=starts_on,
        ends_on=ends_on,
        **facts,
    )
    return member


def test_it_goes_to_the_registered_owner(session, authority_id, school, category):
    HeadFactory(school=school)
    owner = own(school, category)
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert (stop.person_id, stop.reason) == (owner.person_id, Reason.OWNER)


@pytest.mark.parametrize(
    ("starts", "ends", "reason"),
    [
        (0, 0, Reason.COVER),
        (-5, 5, Reason.COVER),
        (-5, -1, Reason.OWNER),
        (1, 5, Reason.OWNER),
    ],
)
def test_a_cover_receives_on_every_day_of_the_cover_and_on_no_other(
    session, authority_id, school, category, starts, ends, reason
):
    own(school, category)
    cover(school, category, TODAY + timedelta(starts), TODAY + timedelta(ends))
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert stop.reason is reason


def test_a_cover_that_was_called_off_receives_nothing(session, authority_id, school, category):
    own(school, category)
    cover(school, category, TODAY, TODAY, ended_at=NOON)
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert stop.reason is Reason.OWNER


def test_of_two_covers_the_newer_receives(session, authority_id, school, category):
    cover(school, category, TODAY, TODAY)
    newer = cover(school, category, TODAY, TODAY)
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert stop.person_id == newer.person_id


def test_the_head_receives_what_nobody_owns(session, authority_id, school, category):
    head = HeadFactory(school=school)
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert (stop.person_id, stop.reason) == (head.person_id, Reason.HEAD)


def test_the_head_receives_when_the_owner_may_no_longer_sign_in(
    session, authority_id, school, category
):
    head = HeadFactory(school=school)
    own(school, category, PersonFactory(state=PersonState.DISABLED))
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert (stop.person_id, stop.reason) == (head.person_id, Reason.HEAD)


def test_the_head_receives_when_the_owner_left_the_school(session, authority_id, school, category):
    head = HeadFactory(school=school)
    owner = own(school, category)
    owner.ended_at = NOON
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert stop.person_id == head.person_id


def test_an_ended_ownership_no_longer_counts(session, authority_id, school, category):
    own(school, category, ended_at=NOON)
    newer = own(school, category)
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert stop.person_id == newer.person_id


def test_with_no_head_it_reaches_the_schools_own_mailbox(session, authority_id, school, category):
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert (stop.person_id, stop.reason, stop.email) == (None, Reason.OFFICE, school.email)


def test_of_two_heads_the_one_who_was_there_first_receives(session, authority_id, school, category):
    first = HeadFactory(school=school)
    HeadFactory(school=school)
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert stop.person_id == first.person_id


def test_one_person_at_one_school_gets_one_item_for_the_first_of_their_categories(
    session, authority_id, school
):
    first, second, third = CategoryFactory(), CategoryFactory(), CategoryFactory()
    both = own(school, first)
    OwnerFactory(school_id=school.id, category_id=second.id, person_id=both.person_id)
    other = own(school, third)
    session.flush()
    stops = routed(session, authority_id, third, second, first)
    assert {(stop.person_id, stop.category) for stop in stops} == {
        (both.person_id, first.slug),
        (other.person_id, third.slug),
    }


def test_one_person_at_two_schools_gets_one_item_at_each(session, authority_id, category):
    person = PersonFactory()
    for _ in range(2):
        school = SchoolFactory()
        MembershipFactory(school=school, person=person)
        OwnerFactory(school_id=school.id, category_id=category.id, person_id=person.id)
    session.flush()
    stops = routed(session, authority_id, category)
    assert [stop.person_id for stop in stops] == [person.id, person.id]
    assert len({stop.urn for stop in stops}) == 2


def test_without_a_category_everything_goes_to_the_heads(session, authority_id, school):
    head = HeadFactory(school=school)
    session.flush()
    (stop,) = routed(session, authority_id)
    assert (stop.person_id, stop.category, stop.reason) == (head.person_id, None, Reason.HEAD)


def test_a_governor_may_own_a_category(session, authority_id, school, category):
    governor = MembershipFactory(school=school, role=Role.GOVERNOR)
    OwnerFactory(school_id=school.id, category_id=category.id, person_id=governor.person_id)
    session.flush()
    (stop,) = routed(session, authority_id, category)
    assert stop.person_id == governor.person_id


def test_the_summary_counts_what_the_plan_lists(session, authority_id, category):
    own(SchoolFactory(), category)
    HeadFactory(school=SchoolFactory())
    SchoolFactory()
    session.flush()
    schools = school_ids(authority_id, Audience(all=True))
    found = summary(session, Asked(authority_id, schools, [category.id], TODAY))
    assert found.first == {Reason.OWNER: 1, Reason.HEAD: 1, Reason.OFFICE: 1}


def test_a_plan_is_one_statement_however_many_schools(session, authority_id, category, statements):
    for _ in range(30):
        own(SchoolFactory(), category)
    session.flush()
    statements.clear()
    assert len(routed(session, authority_id, category)) == 30
    assert len(statements) == 1
