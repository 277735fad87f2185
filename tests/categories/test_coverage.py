"""What is wrong with owners: each state of a pair, their order, sums, lists and neighbours."""

import random
from datetime import timedelta

import pytest

from categories.coverage import gaps, matrix, one, schools
from categories.coverage.choosing import PHASE_WORDS, Choice
from categories.coverage.nextto import standing
from categories.coverage.states import OUTDATED, Wrong, in_use
from categories.models import Category, Part
from directory.models import PersonState, Role, SchoolStatus
from tests.factories.base import NOON
from tests.factories.categories import (
    CategoryFactory,
    GroupDefaultFactory,
    OwnerFactory,
    TrustOwnerFactory,
)
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OrganisationFactory,
    SchoolFactory,
)

RECENTLY = NOON - timedelta(days=30)
LONG_AGO = NOON - OUTDATED - timedelta(days=1)


@pytest.fixture
def school(session):
    return SchoolFactory()


@pytest.fixture
def category(session):
    return CategoryFactory(group="tests", falls_to=["clerk"])


def somebody(school, **person):
    facts = {"last_signed_in_at": RECENTLY, **person}
    return MembershipFactory(school=school, **{f"person__{key}": facts[key] for key in facts})


def lead(school, category, *, part=Part.LEAD, owner=None, **person):
    place = somebody(school, **person)
    facts = {"assigned_at": RECENTLY, **(owner or {})}
    OwnerFactory(school=school, category=category, person=place.person, part=part, **facts)
    return place


def gone(school, category):
    lead(school, category).ended_at = NOON


def of_trust(school, category, *, with_place=True):
    school.trust = OrganisationFactory()
    place = somebody(school)
    place.ended_at = None if with_place else NOON
    TrustOwnerFactory(trust_id=school.trust.id, category=category, person=place.person)


def nobody_gone(school, category):
    gone(school, category)


def left_and_shared(school, category):
    gone(school, category)
    lead(school, category, part=Part.SHARES)


def left_with_deputy(school, category):
    lead(school, category, state=PersonState.DISABLED)
    lead(school, category, part=Part.DEPUTY)


def left_with_reader(school, category):
    gone(school, category)
    lead(school, category, part=Part.ALSO)


def left_with_group(school, category):
    gone(school, category)
    GroupDefaultFactory(school_id=school.id, group="tests", person=somebody(school).person)


def at_another_school(school, category):
    place = somebody(SchoolFactory())
    OwnerFactory(school=school, category=category, person=place.person)


def a_clerk(school, category):
    MembershipFactory(school=school, role=Role.CLERK)


def a_governor(school, category):
    MembershipFactory(school=school, role=Role.GOVERNOR)


def ended_lead(school, category):
    lead(school, category, owner={"ended_at": NOON})


def bouncing_and_never(school, category):
    lead(school, category, mail_failing_since=NOON, last_signed_in_at=None)


def never_and_outdated(school, category):
    lead(school, category, last_signed_in_at=None, owner={"assigned_at": LONG_AGO})


def outdated(school, category):
    lead(school, category, owner={"assigned_at": LONG_AGO})


def confirmed(school, category):
    lead(school, category, owner={"assigned_at": LONG_AGO, "confirmed_at": RECENTLY})


def two_places(school, category):
    place = lead(school, category)
    MembershipFactory(school=school, person=place.person, role=Role.GOVERNOR)


CASES = {
    "nobody was ever named": (lambda *_: None, Wrong.NOBODY),
    "the only one left": (nobody_gone, Wrong.NOBODY),
    "the lead's part ended": (ended_lead, Wrong.NOBODY),
    "the lead belongs to another school": (at_another_school, Wrong.NOBODY),
    "who only reads is no owner": (left_with_reader, Wrong.NOBODY),
    "a role to which it does not fall": (a_governor, Wrong.NOBODY),
    "of a trust, without a place here": (
        lambda s, c: of_trust(s, c, with_place=False),
        Wrong.NOBODY,
    ),
    "left, a job share gets it": (left_and_shared, Wrong.LEFT),
    "disabled, the deputy gets it": (left_with_deputy, Wrong.LEFT),
    "left, the group's person gets it": (left_with_group, Wrong.LEFT),
    "mail comes back before never came": (bouncing_and_never, Wrong.BOUNCING),
    "never came before outdated": (never_and_outdated, Wrong.NEVER),
    "named a year ago": (outdated, Wrong.UNCONFIRMED),
    "confirmed since": (confirmed, Wrong.FINE),
    "the trust's": (of_trust, Wrong.FINE),
    "the clerk's, to whom it falls": (a_clerk, Wrong.FINE),
    "a lead with two roles here": (two_places, Wrong.FINE),
}


def test_a_pair_is_in_the_worst_state_that_fits(session, authority_id):
    """All cases at once: each has a school and a category of its own; none helps another."""
    made = {}
    for name, (make, _) in CASES.items():
        made[name] = SchoolFactory(), CategoryFactory(group="tests", falls_to=["clerk"])
        make(*made[name])
    session.flush()
    found, counted = {}, {}
    for name, (school, category) in made.items():
        mine = [each for each in in_use(session, authority_id) if each.id == category.id]
        ((held,),) = (group.held for group in one.groups_of(session, school, mine, at=NOON))
        asked = Choice(q=str(school.urn))
        (line,), _ = schools.list_schools(session, authority_id, mine, asked, at=NOON)
        found[name] = held.state
        counted[name] = {wrong for wrong in Wrong if line.counts[wrong]}
    assert found == {name: wanted for name, (_, wanted) in CASES.items()}
    assert counted == {name: {wanted} for name, (_, wanted) in CASES.items()}


def test_states_are_in_the_order_in_which_they_hurt():
    assert [wrong.name for wrong in sorted(Wrong)] == [
        "NOBODY",
        "LEFT",
        "BOUNCING",
        "NEVER",
        "UNCONFIRMED",
        "FINE",
    ]


def fill_at_random(session, draw, categories, count=9):
    """Make schools of all sorts with owners of all sorts, and some that do not count."""
    makers = [make for make, _ in CASES.values()]
    made = [
        SchoolFactory(
            district=draw.choice(["Burnley", "Preston", ""]),
            phase_code=draw.choice("0234567"),
            name=draw.choice(["Oak", "Elm", "Ash"]),
            email=draw.choice(["", "office@school.example"]),
        )
        for _ in range(count)
    ]
    for school in made:
        for category in draw.sample(categories, 3):
            draw.choice(makers)(school, category)
        if draw.random() < 0.5:
            HeadFactory(school=school)
    SchoolFactory(status=SchoolStatus.CLOSED)
    session.flush()
    return made


@pytest.fixture
def random_world(session, authority_id):
    """Return the categories that count, after filling schools at random."""
    draw = random.Random(7)  # noqa: S311 - the same schools each time
    mine = [CategoryFactory(group=f"group-{n % 2}", falls_to=["clerk"]) for n in range(4)]
    fill_at_random(session, draw, mine)
    ids = {category.id for category in mine}
    return [each for each in in_use(session, authority_id) if each.id in ids]


def test_the_whole_is_the_sum_of_its_parts(session, authority_id, random_world):
    def asked(what, **chosen):
        return what(session, authority_id, random_world, Choice(**chosen), at=NOON)

    lines, totals = asked(schools.list_schools)
    assert totals == asked(schools.totals)
    assert totals.pairs == totals.schools * 4 >= 36
    whole = totals.counts
    assert len({wrong for wrong in Wrong if whole[wrong]}) > 3  # or this shows little
    for parts in (
        [line.counts for line in lines],
        *(
            [part.cell.counts for part in asked(by)]
            for by in (matrix.by_category, matrix.by_district, matrix.by_phase)
        ),
        *(
            [cell.counts for cell in asked(grid).values()]
            for grid in (
                matrix.districts_by_group,
                matrix.phases_by_group,
                matrix.categories_by_phase,
            )
        ),
        [asked(schools.totals, phase=phase).counts for phase in PHASE_WORDS],
    ):
        assert {wrong: sum(part[wrong] for part in parts) for wrong in Wrong} == whole
    assert asked(gaps.list_gaps)[1] == len(list(asked(gaps.every_gap))) == whole[Wrong.NOBODY]
    assert len(list(asked(gaps.every_fault))) == totals.pairs - whole[Wrong.FINE]
    for line in lines:
        found = one.find_school(session, authority_id, line.urn)
        alone = one.groups_of(session, found, random_world, at=NOON)
        states = [held.state for group in alone for held in group.held]
        assert {wrong: states.count(wrong) for wrong in Wrong} == line.counts


def test_lists_come_worst_first_and_what_is_asked_for_first(session, authority_id, random_world):
    for wrong in ("", "nobody", "never", "left"):
        choice = Choice(wrong=wrong)
        lines, _ = schools.list_schools(session, authority_id, random_world, choice, at=NOON)
        first = choice.wrong_pair or Wrong.NOBODY
        counts = [line.counts[first] for line in lines]
        assert counts == sorted(counts, reverse=True)
        assert not wrong or min(counts) > 0
    by_name, total = schools.list_by_name(session, authority_id, random_world, Choice(), at=NOON)
    assert total == len(by_name)
    assert [line.urn for line in by_name] == [
        line.urn for line in sorted(by_name, key=lambda line: (line.name, line.urn))
    ]


@pytest.mark.parametrize("choice", [Choice(), Choice(order="name"), Choice(wrong="nobody")])
def test_whoever_goes_from_school_to_school_sees_each_once(
    session, authority_id, random_world, choice
):
    def stands(urn, name, was):
        return standing(
            session, authority_id, random_world, choice, urn=urn, name=name, was=was, at=NOON
        )

    lines, totals = schools.list_schools(session, authority_id, random_world, choice, at=NOON)
    first = lines[0]
    here = stands(first.urn, first.name, None)
    assert here.previous is None
    seen, places = [first.urn], [here.place]
    while here.next is not None:
        step = here.next
        before, here = seen[-1], stands(step.urn, step.name, step.weight)
        assert here.previous.urn == before
        seen.append(step.urn)
        places.append(here.place)
    assert seen == [line.urn for line in lines]
    assert places == list(range(1, totals.schools + 1))


@pytest.mark.sqlite_only
def test_a_school_that_was_mended_is_followed_by_the_one_that_followed_it(
    session, authority_id, category
):
    """Of three alike the second is mended: it leaves the list, and the third is next."""
    three = [SchoolFactory(name=name) for name in ("Ash", "Elm", "Oak")]
    categories = [each for each in in_use(session, authority_id) if each.id == category.id]
    choice = Choice(wrong="nobody")
    lines, _ = schools.list_schools(session, authority_id, categories, choice, at=NOON)
    lead(three[1], category)
    session.flush()
    here = standing(
        session,
        authority_id,
        categories,
        choice,
        urn=three[1].urn,
        name="Elm",
        was=lines[1].weight,
        at=NOON,
    )
    assert (here.place, here.total) == (None, 2)
    assert (here.previous.name, here.next.name) == ("Ash", "Oak")


FILTERS = {
    "a part of the name": (Choice(q="beck"), {"Beckside"}),
    "a part of the town": (Choice(q="nels"), {"Hillside"}),
    "wildcards are letters": (Choice(q="%"), set()),
    "a URN": (Choice(q="119999"), {"Hillside"}),
    "a URN that no column holds": (Choice(q="9" * 40), set()),
    "a district": (Choice(district="Pendle"), {"Hillside"}),
    "a phase": (Choice(phase="all_through"), {"Beckside"}),
    "the other phases": (Choice(phase="other"), {"Hillside"}),
    "a type": (Choice(type="academy"), {"Beckside"}),
    "a trust": (Choice(trust="lantern"), {"Beckside"}),
    "no head": (Choice(wrong="no_head"), {"Hillside"}),
    "no mailbox": (Choice(wrong="no_mailbox"), {"Hillside"}),
    "never engaged": (Choice(wrong="never_engaged"), {"Hillside"}),
    "nothing": (Choice(), {"Beckside", "Hillside"}),
}


def test_a_list_is_narrowed(session, authority_id):
    trust = OrganisationFactory(name="Lantern Trust")
    beckside = SchoolFactory(name="Beckside", phase_code="7", type_code="34", trust=trust)
    SchoolFactory(
        name="Hillside", urn=119999, phase_code="0", town="Nelson", district="Pendle", email=""
    )
    HeadFactory(school=beckside, person__last_signed_in_at=NOON)
    session.flush()
    some = in_use(session, authority_id)[:2]
    found = {}
    for name, (choice, _) in FILTERS.items():
        lines, totals = schools.list_schools(session, authority_id, some, choice, at=NOON)
        by_name, total = schools.list_by_name(session, authority_id, some, choice, at=NOON)
        found[name] = {line.name for line in lines}
        assert {line.name for line in by_name} == found[name]
        assert total == totals.schools == len(found[name])
    assert found == {name: wanted for name, (_, wanted) in FILTERS.items()}


@pytest.mark.sqlite_only
def test_an_address_with_what_is_not_offered_narrows_nothing():
    read = Choice.of({"phase": "tertiary", "wrong": "all", "type": "castle", "order": "random"})
    assert read == Choice()
    assert not read.narrows


@pytest.mark.sqlite_only
def test_retired_categories_do_not_count(session, authority_id, school):
    session.get_one(Category, in_use(session, authority_id)[0].id).retired_at = NOON
    session.flush()
    _, totals = schools.list_schools(
        session, authority_id, in_use(session, authority_id), Choice(), at=NOON
    )
    assert totals.pairs == 84
