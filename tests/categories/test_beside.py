"""Several people on one category, deputies, defaults of groups, handing everything over."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import current_ids
from categories.models import Cover, GroupDefault, Owner, Part
from categories.owning import beside, handing, owners
from categories.owning.beside import NoLeadError
from categories.owning.covers import set_cover
from categories.owning.defaults import defaults_of_school, set_default
from categories.owning.handing import HandedOver, ToThemselvesError
from categories.owning.owners import LeadAlreadyError
from categories.owning.places import ChangedMeanwhileError, NotAtSchoolError, one_at_a_time
from categories.routing.route import route
from directory.models import Person, School
from foundation.audit import AuditEntry
from foundation.db import Database
from foundation.errors import NotFoundError
from foundation.outbox import OutboxEvent
from tests.factories.base import NOON
from tests.factories.directory import MembershipFactory, PersonFactory, SchoolFactory

TODAY = NOON.date()
LATER = NOON + timedelta(hours=1)
LEAD, SHARES, ALSO, DEPUTY = Part.LEAD, Part.SHARES, Part.ALSO, Part.DEPUTY


@pytest.fixture
def school(session: Session) -> School:
    return SchoolFactory()


@pytest.fixture
def ids(session: Session, authority_id: int) -> dict[str, int]:
    return current_ids(session, authority_id)


@pytest.fixture
def english(ids: dict[str, int]) -> int:
    return ids["english"]


def people(school: School, count: int) -> list[int]:
    return [MembershipFactory(school=school).person_id for _ in range(count)]


def put(session: Session, school: School, category_id: int, person_id: int, part: Part = LEAD):
    return owners.assign(
        session,
        school_id=school.id,
        category_id=category_id,
        person_id=person_id,
        part=part,
        by=None,
        at=NOON,
    )


def parts(session: Session, school: School, category_id: int) -> dict[int, Part]:
    rows = session.execute(
        sa.select(Owner.person_id, Owner.part).where(
            Owner.school_id == school.id,
            Owner.category_id == category_id,
            Owner.ended_at.is_(None),
        )
    )
    return {row.person_id: row.part for row in rows}


def changed(session: Session) -> list[list[int]]:
    """Return the categories of each OwnersChanged that was published."""
    rows = session.scalars(
        sa.select(OutboxEvent).where(OutboxEvent.name == "OwnersChanged").order_by(OutboxEvent.id)
    )
    return [row.payload["category_ids"] for row in rows]


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("had", "gets", "now"),
    [
        ([], (0, LEAD), {0: LEAD}),
        ([(0, LEAD)], (1, LEAD), {1: LEAD}),
        ([(0, LEAD)], (1, SHARES), {0: LEAD, 1: SHARES}),
        ([(0, LEAD), (1, SHARES)], (1, ALSO), {0: LEAD, 1: ALSO}),
        ([(0, LEAD), (1, DEPUTY)], (1, LEAD), {1: LEAD}),
        ([(0, LEAD), (1, DEPUTY)], (2, DEPUTY), {0: LEAD, 2: DEPUTY}),
        ([(0, LEAD), (1, SHARES)], (2, SHARES), {0: LEAD, 1: SHARES, 2: SHARES}),
        ([(0, LEAD), (1, SHARES)], (1, LEAD), {1: LEAD}),
        ([(0, LEAD)], (0, DEPUTY), LeadAlreadyError),
        ([(0, LEAD)], (0, ALSO), LeadAlreadyError),
    ],
)
def test_one_leads_one_is_deputy_any_number_share(
    session: Session, school: School, english: int, had: list, gets: tuple, now
) -> None:
    who = people(school, 3)
    for person, part in had:
        put(session, school, english, who[person], part)
    if now is LeadAlreadyError:
        with pytest.raises(LeadAlreadyError):
            put(session, school, english, who[gets[0]], gets[1])
        return
    for _ in range(2):  # a second time changes nothing
        put(session, school, english, who[gets[0]], gets[1])
    assert parts(session, school, english) == {who[person]: part for person, part in now.items()}
    assert changed(session) == [[english]] * (len(had) + 1)


@pytest.mark.sqlite_only
def test_nobody_shares_what_nobody_leads(session: Session, school: School, english: int) -> None:
    (one,) = people(school, 1)
    facts = {"school_id": school.id, "category_id": english, "by": None, "at": NOON}
    with pytest.raises(NoLeadError):
        beside.add_beside(session, **facts, person_id=one, part=SHARES)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("part", [SHARES, ALSO, DEPUTY])
def test_a_new_lead_from_among_them_changes_places(
    session: Session, school: School, english: int, part: Part
) -> None:
    lead, other = people(school, 2)
    put(session, school, english, lead)
    put(session, school, english, other, part)
    for _ in range(2):
        beside.make_lead(
            session,
            school_id=school.id,
            category_id=english,
            person_id=other,
            by=None,
            at=LATER,
        )
    assert parts(session, school, english) == {other: LEAD, lead: part}


@pytest.mark.sqlite_only
def test_ending_the_lead_makes_nobody_lead_but_the_sharer_gets_it(
    session: Session, school: School, english: int, authority_id: int
) -> None:
    lead, sharer = people(school, 2)
    put(session, school, english, lead)
    put(session, school, english, sharer, SHARES)
    owners.end(session, school_id=school.id, category_id=english, by=None, at=LATER)
    assert parts(session, school, english) == {sharer: SHARES}
    schools = sa.select(School.id).where(School.id == school.id)
    rows = session.execute(route(authority_id, schools, [english], on=TODAY)).all()
    assert [row.person_id for row in rows] == [sharer]
    beside.remove(
        session, school_id=school.id, category_id=english, person_id=sharer, by=None, at=LATER
    )
    assert parts(session, school, english) == {}


def test_a_deputy_for_many_categories_in_one_act(
    session: Session, school: School, ids: dict[str, int], statements: list[str]
) -> None:
    lead, deputy, other = people(school, 3)
    some = sorted(ids.values())[:20]
    put(session, school, some[0], deputy)
    put(session, school, some[1], lead)
    put(session, school, some[1], deputy, SHARES)
    put(session, school, some[2], other, DEPUTY)
    facts = {"school_id": school.id, "by": lead, "at": LATER}
    statements.clear()
    done = beside.set_deputy(session, category_ids=some, person_id=deputy, **facts)
    assert len(statements) < 15
    assert (done.changed, done.own) == (some[2:], some[:2])
    again = beside.set_deputy(session, category_ids=some, person_id=deputy, **facts)
    assert (again.changed, again.unchanged) == ([], some[2:])
    assert parts(session, school, some[2]) == {deputy: DEPUTY}
    beside.set_deputy(session, category_ids=some, person_id=None, **facts)
    assert parts(session, school, some[2]) == {}
    assert parts(session, school, some[1]) == {lead: LEAD, deputy: SHARES}


def test_many_leads_at_once_cost_as_much_as_one_and_spare_what_others_changed(
    session: Session, school: School, ids: dict[str, int], statements: list[str]
) -> None:
    one, two, head = people(school, 3)
    some = sorted(ids.values())[:30]
    put(session, school, some[0], one)
    put(session, school, some[1], one, DEPUTY)
    before = dict.fromkeys(some) | {some[0]: one}
    session.flush()
    # meanwhile a colleague gives the first to somebody else, and the third what I want too
    colleague = session.get_one(Person, head)
    for category_id, person in ((some[0], two), (some[2], one)):
        owners.assign(
            session,
            school_id=school.id,
            category_id=category_id,
            person_id=person,
            by=colleague,
            at=LATER,
        )
    statements.clear()
    done = owners.assign_many(
        session,
        school_id=school.id,
        choices=dict.fromkeys(some, one) | {some[4]: None},
        before=before,
        by=one,
        at=LATER,
    )
    assert len(statements) < 16
    assert [clash.category_id for clash in done.clashes] == [some[0]]
    clash = done.clashes[0]
    assert (clash.mine, clash.theirs, clash.by_name) == (one, two, colleague.name)
    assert clash.at == LATER
    assert done.unchanged == [some[2], some[4]]
    assert done.changed == [some[1], some[3], *some[5:]]
    assert parts(session, school, some[0]) == {two: LEAD}
    assert parts(session, school, some[1]) == {one: LEAD}
    assert changed(session)[-1] == done.changed


@pytest.mark.sqlite_only
def test_many_leads_are_refused_as_a_whole(
    session: Session, school: School, ids: dict[str, int]
) -> None:
    (one,) = people(school, 1)
    stranger = MembershipFactory().person_id
    first, second = sorted(ids.values())[:2]
    facts = {"school_id": school.id, "by": None, "at": NOON}
    with pytest.raises(NotAtSchoolError):
        owners.assign_many(session, choices={first: one, second: stranger}, **facts)
    with pytest.raises(NotFoundError):
        owners.assign_many(session, choices={first: one, 10_000_000: one}, **facts)
    assert parts(session, school, first) == {}


def test_two_who_save_at_once_follow_one_another(
    database: Database, session: Session, school: School, english: int
) -> None:
    """On PostgreSQL the second waits for the first; SQLite lets only one write anyway."""
    one, two = people(school, 2)
    put(session, school, english, one)
    session.commit()
    with database.session(authority=school.authority_id) as first:
        first_school = first.get_one(School, school.id)
        put(first, first_school, english, two)
        if database.is_postgresql:
            with database.session(authority=school.authority_id) as second:
                second.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
                with pytest.raises(sa.exc.OperationalError):
                    put(second, school, english, one, DEPUTY)
                second.rollback()
        first.commit()
    put(session, school, english, one, DEPUTY)
    session.commit()
    assert parts(session, school, english) == {two: LEAD, one: DEPUTY}


def test_a_writer_who_does_not_wait_meets_a_sentence(
    session: Session, school: School, english: int
) -> None:
    """The bulk path holds no school: the unique index then refuses whoever comes second."""
    one, two = people(school, 2)
    put(session, school, english, one)
    session.commit()
    row = Owner(**owners.new_row(school, english, two, LEAD, by=None, at=NOON))
    with pytest.raises(ChangedMeanwhileError), one_at_a_time(session):
        session.add(row)
    session.rollback()
    assert parts(session, school, english) == {one: LEAD}


@pytest.mark.sqlite_only
def test_a_group_has_one_person_who_can_be_changed_and_taken_away(
    session: Session, school: School, authority_id: int
) -> None:
    one, two = people(school, 2)
    facts = {"school_id": school.id, "group": "curriculum", "by": None, "at": NOON}
    group = session.scalar(sa.text("SELECT group_slug FROM category ORDER BY number LIMIT 1"))
    facts["group"] = group
    assert set_default(session, person_id=one, **facts)
    assert not set_default(session, person_id=one, **facts)
    assert set_default(session, person_id=two, **facts)
    found = defaults_of_school(session, authority_id, school.id)
    assert {key: row.person_id for key, row in found.items()} == {group: two}
    assert set_default(session, person_id=None, **facts)
    assert defaults_of_school(session, authority_id, school.id) == {}
    with pytest.raises(NotFoundError):
        set_default(session, person_id=one, **(facts | {"group": "no-such-group"}))
    assert session.scalar(sa.select(sa.func.count()).select_from(GroupDefault)) == 2


def test_everything_of_a_leaver_goes_over_in_one_act(
    session: Session, school: School, ids: dict[str, int], statements: list[str]
) -> None:
    heir, other = people(school, 2)
    place = MembershipFactory(school=school)
    leaver, elsewhere = place.person_id, MembershipFactory(person=place.person).school
    led, shared, deputised, both, covered, own = sorted(ids.values())[:6]
    put(session, school, led, leaver)
    put(session, school, led, heir, DEPUTY)
    put(session, school, shared, other)
    put(session, school, shared, leaver, SHARES)
    put(session, school, deputised, other)
    put(session, school, deputised, leaver, DEPUTY)
    put(session, school, both, heir)
    put(session, school, both, leaver, ALSO)
    put(session, school, own, heir)
    put(session, elsewhere, led, leaver)
    for category_id in (covered, own):
        set_cover(
            session,
            school_id=school.id,
            category_id=category_id,
            person_id=leaver,
            starts_on=TODAY - timedelta(days=2),
            ends_on=TODAY + timedelta(days=5),
            by=None,
            at=NOON,
        )
    group = session.scalar(sa.text("SELECT group_slug FROM category ORDER BY number LIMIT 1"))
    set_default(session, school_id=school.id, group=group, person_id=leaver, by=None, at=NOON)
    session.flush()
    facts = {"school_id": school.id, "from_id": leaver, "by": None, "at": LATER}
    statements.clear()
    done = handing.hand_over(session, to=heir, **facts)
    assert len(statements) < 25
    assert done == HandedOver(owned=4, covers=1, defaults=1, ended=1)
    assert parts(session, school, led) == {heir: LEAD}
    assert parts(session, school, shared) == {other: LEAD, heir: SHARES}
    assert parts(session, school, deputised) == {other: LEAD, heir: DEPUTY}
    assert parts(session, school, both) == {heir: LEAD}
    assert parts(session, elsewhere, led) == {leaver: LEAD}
    rows = session.scalars(sa.select(Cover).where(Cover.ended_at.is_(None))).all()
    assert [(row.category_id, row.person_id, row.starts_on) for row in rows] == [
        (covered, heir, TODAY)
    ]
    assert {led, shared, deputised, both, covered} <= set(changed(session)[-1])
    assert handing.hand_over(session, to=heir, **facts) == HandedOver()


@pytest.mark.sqlite_only
def test_what_nobody_is_named_for_ends_and_each_category_may_go_to_another(
    session: Session, school: School, ids: dict[str, int]
) -> None:
    leaver, one, two = people(school, 3)
    some = sorted(ids.values())[:3]
    for category_id in some:
        put(session, school, category_id, leaver)
    facts = {"school_id": school.id, "from_id": leaver, "by": None, "at": LATER}
    with pytest.raises(ToThemselvesError):
        handing.hand_over(session, to={some[0]: leaver}, **facts)
    with pytest.raises(NotAtSchoolError):
        handing.hand_over(session, to=MembershipFactory().person_id, **facts)
    done = handing.hand_over(session, to={some[0]: one, some[1]: two}, **facts)
    assert done == HandedOver(owned=2, ended=1)
    assert [parts(session, school, category_id) for category_id in some] == [
        {one: LEAD},
        {two: LEAD},
        {},
    ]
    actions = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-1] == "owner.handed_over"


@pytest.mark.sqlite_only
def test_one_person_owns_at_two_schools_and_loses_one_of_them_alone(
    session: Session, school: School, english: int, authority_id: int
) -> None:
    person = PersonFactory()
    places = [MembershipFactory(person=person, school=one) for one in (school, SchoolFactory())]
    for place in places:
        put(session, place.school, english, person.id)
    places[0].ended_at = LATER
    session.flush()
    schools = sa.select(School.id).where(School.id.in_([place.school_id for place in places]))
    rows = session.execute(route(authority_id, schools, [english], on=TODAY)).all()
    found = {row.school_id: row.person_id for row in rows}
    assert found[places[1].school_id] == person.id
    assert found[places[0].school_id] is None
