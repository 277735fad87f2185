"""Owners whom a trust names for its schools: their places, what schools override, its pages."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from categories.catalogue import current_ids
from categories.events import OwnersChanged
from categories.models import TrustOwner
from categories.owning.trust_places import (
    ensure_places,
    follow_change,
    keep_all_places,
    keep_places,
)
from categories.owning.trusts import (
    NotOfTrustError,
    set_trust_owners,
)
from categories.routing.route import route
from directory.events import PersonLeft, TrustChanged
from directory.models import Membership, OrganisationKind, PersonState, Role, School, SchoolStatus
from foundation.audit import AuditEntry
from foundation.errors import NotFoundError
from foundation.outbox import OutboxEvent
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory, OwnerFactory
from tests.factories.directory import (
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolFactory,
)

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def trust(session):
    return OrganisationFactory(kind=OrganisationKind.TRUST, name="Kite Trust")


@pytest.fixture
def schools(trust):
    return [SchoolFactory(trust=trust, name=f"Kite {number}") for number in range(3)]


@pytest.fixture
def lead(trust):
    return OfficerFactory(
        organisation_id=trust.id, team=None, role=Role.TRUST, job_title="Finance director"
    )


@pytest.fixture
def category(session, authority_id):
    return current_ids(session, authority_id)["catering"]


def places(session, person_id):
    """Return the school, title and giver of each current place at a school."""
    return session.execute(
        sa.select(Membership.school_id, Membership.job_title, Membership.given_by_trust_id)
        .where(
            Membership.person_id == person_id,
            Membership.school_id.is_not(None),
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.school_id)
    ).all()


def events(session, kind):
    return session.scalars(
        sa.select(OutboxEvent.payload).where(OutboxEvent.name == kind.__name__)
    ).all()


def name_lead(session, trust, lead, category, at=LATER):
    choices = {category: lead.person_id}
    set_trust_owners(session, trust_id=trust.id, choices=choices, by=None, at=at)


def test_whoever_is_named_has_a_place_at_each_open_school(session, trust, schools, lead, category):
    SchoolFactory(trust=trust, status=SchoolStatus.CLOSED)
    SchoolFactory()
    MembershipFactory(person=lead.person, school=schools[0], job_title="Governor", role="governor")
    for _ in range(2):
        name_lead(session, trust, lead, category)
    assert places(session, lead.person_id) == [
        (schools[0].id, "Governor", None),
        (schools[1].id, "Trust, Finance director", trust.id),
        (schools[2].id, "Trust, Finance director", trust.id),
    ]
    changed = events(session, OwnersChanged)
    assert [(one["school_id"], one["category_ids"]) for one in changed] == [
        (school.id, [category]) for school in schools
    ]


def test_a_school_that_named_its_own_comes_first(
    session, authority_id, trust, schools, lead, category
):
    own = MembershipFactory(school=schools[0]).person
    OwnerFactory(school=schools[0], category_id=category, person=own)
    name_lead(session, trust, lead, category)
    asked = sa.select(School.id).where(School.trust_id == trust.id)
    rows = session.execute(route(authority_id, asked, [category], on=NOON.date()))
    reached = {row.school_id: row.person_id for row in rows}
    assert reached == {
        schools[0].id: own.id,
        schools[1].id: lead.person_id,
        schools[2].id: lead.person_id,
    }


def test_whoever_is_named_no_more_leaves_unless_the_school_needs_them(
    session, trust, schools, lead, category
):
    name_lead(session, trust, lead, category)
    OwnerFactory(school=schools[0], category=CategoryFactory(), person=lead.person)
    for _ in range(2):
        set_trust_owners(session, trust_id=trust.id, choices={category: None}, by=None, at=LATER)
    assert places(session, lead.person_id) == [(schools[0].id, "Trust, Finance director", None)]
    left = {one["school_id"] for one in events(session, PersonLeft)}
    assert left == {schools[1].id, schools[2].id}
    assert session.scalars(sa.select(TrustOwner.ended_at)).all() == [LATER]


def test_a_school_that_joins_gets_them_and_one_that_leaves_loses_them(
    session, authority_id, trust, schools, lead, category
):
    name_lead(session, trust, lead, category)
    newcomer = SchoolFactory(trust=trust)
    schools[0].trust_id = None
    session.flush()
    for school, before, after in (
        (newcomer, None, trust.id),
        (schools[0], trust.id, None),
    ):
        follow_change(session, TrustChanged(authority_id, school.id, before, after), LATER)
    there = [place.school_id for place in places(session, lead.person_id)]
    assert there == [schools[1].id, schools[2].id, newcomer.id]
    assert ensure_places(session, trust.id, LATER) == 0
    noted = sa.select(AuditEntry.detail).where(AuditEntry.action == "trust_places.kept")
    assert session.scalars(noted).all() == [{"places_given": 1, "places_ended": 1}]


@pytest.mark.sqlite_only
def test_an_import_that_changes_trusts_is_made_up_for(
    session, database, trust, schools, lead, category
):
    name_lead(session, trust, lead, category)
    SchoolFactory(trust=trust)
    schools[0].trust_id = None
    session.commit()
    assert [keep_all_places(database, at=LATER) for _ in range(2)] == [2, 0]


@pytest.mark.sqlite_only
def test_a_place_that_the_school_ended_is_not_given_again(
    session, authority_id, trust, schools, lead, category
):
    name_lead(session, trust, lead, category)
    place = session.scalars(
        sa.select(Membership).where(Membership.school_id == schools[0].id)
    ).one()
    place.ended_at = LATER + timedelta(days=1)
    session.flush()
    assert keep_places(session, authority_id, at=LATER + timedelta(days=2)) == 0


@pytest.mark.sqlite_only
def test_only_people_of_the_trust_or_its_schools_can_be_named(
    session, trust, schools, lead, category
):
    staff = MembershipFactory(school=schools[0]).person
    name_lead(session, trust, MembershipFactory(school=schools[1]), category)
    set_trust_owners(session, trust_id=trust.id, choices={category: staff.id}, by=None, at=LATER)
    strangers = [
        PersonFactory(),
        MembershipFactory().person,
        MembershipFactory(school=schools[0], ended_at=NOON).person,
        MembershipFactory(school=schools[0], person__state=PersonState.DISABLED).person,
    ]
    for person in strangers:
        choices = {category: person.id}
        with pytest.raises(NotOfTrustError):
            set_trust_owners(session, trust_id=trust.id, choices=choices, by=None, at=LATER)
    retired = CategoryFactory(retired_at=NOON).id
    for trust_id, key in ((trust.id, retired), (OrganisationFactory().id, category)):
        with pytest.raises(NotFoundError):
            set_trust_owners(session, trust_id=trust_id, choices={key: None}, by=None, at=LATER)


def test_naming_costs_the_same_statements_for_few_schools_and_many(
    session, trust, lead, authority_id, statements
):
    ids = current_ids(session, authority_id)
    name_lead(session, trust, lead, ids["languages"])
    counts = []
    for size, slugs in ((2, ("catering",)), (20, ("english", "science", "admissions"))):
        for _ in range(size):
            SchoolFactory(trust=trust)
        session.flush()
        statements.clear()
        choices = {ids[slug]: lead.person_id for slug in slugs}
        set_trust_owners(session, trust_id=trust.id, choices=choices, by=None, at=LATER)
        counts.append(len([sent for sent in statements if "INTO outbox_event" not in sent]))
    assert counts[0] == counts[1] < 20


@pytest.mark.sqlite_only
def test_a_trust_lead_names_adds_and_looks(session, trust, schools, lead, client, sign_in):
    session.commit()
    sign_in(client, lead)
    assert "names somebody for 0 of 85 categories" in client.get("/trust/owners").text
    page = client.post(
        "/trust/people",
        data={"name": "Wren Alder", "email": "wren@kite.example", "job_title": "Estates lead"},
        follow_redirects=True,
    ).text
    assert "Wren Alder is added" in page
    assert (
        "Enter the person’s full name."
        in client.post("/trust/people", data={"name": "", "email": "other@kite.example"}).text
    )
    page = client.get("/trust/owners/set?group=premises").text
    assert page.count(" checked") > 3
    assert "Tick at least one" in client.post("/trust/owners/set").text
    wren = session.scalar(sa.text("SELECT id FROM person WHERE email = 'wren@kite.example'"))
    session.commit()
    chosen = {"categories": ["catering", "english"], "person_id": wren}
    page = client.post("/trust/owners/set", data=chosen, follow_redirects=True).text
    assert "2 categories go to Wren Alder at each school" in page
    assert "names somebody for 2 of 85 categories" in page
    assert "2 of 85" in client.get("/trust/schools").text
    assert "0 categories" in client.get(f"/trust/schools/{schools[0].urn}").text
    school = client.get(f"/trust/schools/{schools[0].urn}").text
    assert "Nobody is named for 83 categories" in school
    assert '/trust/owners/set?category=english"' not in school
    assert "/trust/owners/set?category=mathematics" in school
    assert client.get("/trust/schools/1").status_code == 404
    nobody = {"categories": ["catering"], "person_id": "nobody"}
    page = client.post("/trust/owners/set", data=nobody, follow_redirects=True).text
    assert "names nobody for 1 category now" in page


@pytest.mark.sqlite_only
def test_an_administrator_makes_and_ends_trust_leads(session, trust, schools, client, sign_in):
    hat = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, hat)
    assert "No lead" in client.get("/trusts").text
    new = {"name": "Robin Ash", "email": "robin@kite.example", "job_title": "Chief executive"}
    for _ in range(2):
        page = client.post(f"/trusts/{trust.id}", data=new, follow_redirects=True).text
        assert "Robin Ash leads Kite Trust now" in page
        assert f"/schools/{schools[0].urn}?trust=Kite+Trust" in page
    assert "1 lead" in client.get("/trusts").text
    place = session.scalars(sa.select(Membership).where(Membership.role == Role.TRUST)).one()
    session.commit()
    for _ in range(2):
        page = client.post(f"/trusts/{trust.id}/{place.id}/end", follow_redirects=True).text
        assert "They lead the trust no more" in page
    assert client.post(f"/trusts/{trust.id}/{hat.id}/end").status_code == 404
    assert client.get(f"/trusts/{hat.organisation_id}").status_code == 404
