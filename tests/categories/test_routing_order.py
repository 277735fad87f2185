"""Each step of the order of decision 15 alone, and each way in which the steps before it fail."""

from datetime import date

import pytest

from categories.models import Part
from categories.routing.plan import Asked, Choice, list_stops, plan, summary
from categories.routing.reasons import Reason
from directory.audience import Audience, school_ids
from directory.models import OrganisationKind, PersonState, Role
from tests.factories.base import NOON
from tests.factories.categories import (
    CategoryFactory,
    CoverFactory,
    GroupDefaultFactory,
    OwnerFactory,
    TrustOwnerFactory,
)
from tests.factories.directory import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolFactory,
)

TODAY = date(2026, 11, 23)
STEPS = ("cover", "lead", "sharer", "deputy", "trust", "clerk", "governor", "group", "head")
REASONS = {
    "cover": Reason.COVER,
    "lead": Reason.OWNER,
    "sharer": Reason.SHARES,
    "deputy": Reason.DEPUTY,
    "trust": Reason.TRUST,
    "clerk": Reason.ROLE,
    "governor": Reason.ROLE,
    "group": Reason.GROUP,
    "head": Reason.HEAD,
    "nobody": Reason.OFFICE,
}
ROLES = {"clerk": Role.CLERK, "governor": Role.GOVERNOR, "head": Role.HEAD}
PARTS = {"lead": Part.LEAD, "sharer": Part.SHARES, "deputy": Part.DEPUTY, "also": Part.ALSO}


@pytest.fixture
def category(session):
    return CategoryFactory(falls_to=["clerk", "governor"])


def able(school, step):
    """Somebody who can receive it at the school."""
    return MembershipFactory(school=school, role=ROLES.get(step, Role.STAFF)).person


def left(school, step):
    return MembershipFactory(school=school, role=ROLES.get(step, Role.STAFF), ended_at=NOON).person


def disabled(school, step):
    person = PersonFactory(state=PersonState.DISABLED)
    return MembershipFactory(school=school, person=person, role=ROLES.get(step, Role.STAFF)).person


def elsewhere(_school, step):
    return MembershipFactory(role=ROLES.get(step, Role.STAFF)).person


FAILING = (left, disabled, elsewhere)


def name(school, category, step, person):
    """Register a person for one step of the order; those of roles have it by their place."""
    pair = {"school_id": school.id, "category_id": category.id, "person_id": person.id}
    if step in PARTS:
        OwnerFactory(**pair, part=PARTS[step])
    elif step == "cover":
        CoverFactory(**pair, starts_on=TODAY, ends_on=TODAY)
    elif step == "group":
        GroupDefaultFactory(school_id=school.id, group=category.group, person_id=person.id)
    elif step == "trust":
        trust = OrganisationFactory(kind=OrganisationKind.TRUST)
        school.trust_id = trust.id
        TrustOwnerFactory(trust_id=trust.id, category_id=category.id, person_id=person.id)


def routed(session, authority_id, *categories):
    schools = school_ids(authority_id, Audience(all=True))
    return plan(session, authority_id, schools, [each.id for each in categories], on=TODAY)


def test_each_step_gets_it_when_every_step_before_it_fails(session, authority_id, category):
    wanted = {}
    for way in FAILING:
        for first, step in enumerate((*STEPS, "nobody")):
            school = SchoolFactory()
            for number, each in enumerate(STEPS):
                # those after the step could receive it, and do not
                person = (way if number < first else able)(school, each)
                name(school, category, each, person)
                if number == first:
                    wanted[school.urn] = (REASONS[step], person.id)
            wanted.setdefault(school.urn, (Reason.OFFICE, None))
    session.flush()
    stops = [stop for stop in routed(session, authority_id, category) if not stop.beside]
    found = {stop.urn: (stop.reason, stop.person_id) for stop in stops}
    assert {urn: found[urn] for urn in wanted} == wanted
    assert len(stops) == len(found)  # one for each school


def test_each_step_alone_gets_it(session, authority_id, category):
    wanted = {}
    for step in STEPS:
        school = SchoolFactory()
        person = able(school, step)
        name(school, category, step, person)
        wanted[school.urn] = (REASONS[step], person.id)
    session.flush()
    found = {
        stop.urn: (stop.reason, stop.person_id) for stop in routed(session, authority_id, category)
    }
    assert {urn: found[urn] for urn in wanted} == wanted


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (("lead", "sharer", "also"), {"lead": False, "sharer": True, "also": True}),
        (("cover", "lead", "sharer", "also"), {"cover": False, "sharer": True, "also": True}),
        (("sharer", "also"), {"sharer": False, "also": True}),
        (("deputy", "also"), {"deputy": False}),
        (("lead", "deputy"), {"lead": False}),
        (("also", "head"), {"head": False}),
        (("also",), {"nobody": False}),
    ],
)
@pytest.mark.sqlite_only
def test_sharers_and_those_who_get_it_as_well_stand_beside_one_who_answers(
    session, authority_id, category, named, found
):
    school = SchoolFactory()
    people = {None: "nobody"}
    for step in named:
        person = able(school, step)
        people[person.id] = step
        name(school, category, step, person)
    session.flush()
    stops = routed(session, authority_id, category)
    assert {people[stop.person_id]: stop.beside for stop in stops} == found


@pytest.mark.sqlite_only
def test_who_answers_for_one_category_does_not_only_get_another_as_well(session, authority_id):
    first, second = CategoryFactory(), CategoryFactory()
    school = SchoolFactory()
    person, lead = able(school, "lead"), able(school, "lead")
    name(school, first, "lead", lead)
    name(school, first, "also", person)
    name(school, second, "lead", person)
    session.flush()
    stops = {stop.person_id: stop for stop in routed(session, authority_id, first, second)}
    assert len(stops) == 2
    assert (stops[person.id].reason, stops[person.id].category) == (Reason.OWNER, second.slug)


@pytest.mark.sqlite_only
def test_a_summary_counts_schools_once_and_tells_the_others_apart(session, authority_id, category):
    other = CategoryFactory()
    whole, half = SchoolFactory(), SchoolFactory(district="Burnley")
    for school in (whole, half):
        able(school, "head")
        name(school, category, "lead", able(school, "lead"))
        name(school, category, "also", able(school, "also"))
    name(whole, other, "lead", able(whole, "lead"))
    session.flush()
    asked = Asked(
        authority_id, school_ids(authority_id, Audience(all=True)), [category.id, other.id], TODAY
    )
    found = summary(session, asked)
    assert found.words == "1 to the owner, 1 to the head because nobody is set"
    assert found.more_words == (
        "2 more people get it for another of its categories, and 2 colleagues get it as well."
    )
    assert (found.schools, found.gaps) == (2, 1)
    stops, total = list_stops(session, asked, Choice())
    assert (total, stops[0].urn, stops[0].is_gap) == (6, half.urn, True)
    for choice, urns in (
        (Choice(reason="gaps"), {half.urn}),
        (Choice(reason="also"), {whole.urn, half.urn}),
        (Choice(district="Burnley"), {half.urn}),
        (Choice(search=str(whole.urn)), {whole.urn}),
        (Choice(search=half.name.upper()), {half.urn}),
        (Choice(search="100%"), set()),
    ):
        stops, _ = list_stops(session, asked, choice)
        assert {stop.urn for stop in stops} == urns


@pytest.mark.sqlite_only
def test_mail_goes_to_the_first_mailbox_that_stands_behind_a_person_there(
    session, authority_id, category
):
    school = SchoolFactory()
    person = able(school, "lead")
    MembershipFactory(school=school, person=person, role=Role.CLERK, mailbox="clerk@school.example")
    MembershipFactory(school=school, person=person, role=Role.GOVERNOR, mailbox="b@school.example")
    MembershipFactory(person=person, mailbox="elsewhere@school.example")
    name(school, category, "lead", person)
    session.flush()
    (stop,) = [one for one in routed(session, authority_id, category) if one.urn == school.urn]
    assert (stop.person_id, stop.email) == (person.id, "clerk@school.example")
    assert stop.job_title == "Teacher"
