"""Coverage and schools as the authority's people use them."""

import csv
import io
import re

import pytest
import sqlalchemy as sa

from categories.models import Category, Owner
from directory.models import Membership, Person, Role
from foundation.audit import AuditEntry
from foundation.spreadsheets import read_rows
from tests.factories.base import NOON
from tests.factories.categories import OwnerFactory
from tests.factories.directory import (
    GatekeeperFactory,
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    SchoolFactory,
)

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def school(session):
    """A school with one owner, who left, and a head who came in."""
    made = SchoolFactory(name="Beckside", district="Pendle")
    HeadFactory(school=made, person__last_signed_in_at=NOON)
    owner = MembershipFactory(school=made, ended_at=NOON, person__name="Ada Lane")
    category = session.scalars(sa.select(Category).where(Category.slug == "cyber-security")).one()
    OwnerFactory(school=made, category=category, person=owner.person)
    return made


@pytest.fixture
def enter(session, client, sign_in):
    """Sign in with a role of the authority."""

    def enter(role=Role.OFFICER, **more):
        hat = OfficerFactory(role=role, **more)
        session.commit()
        sign_in(client, hat)
        return hat

    return enter


def test_an_officer_of_a_partner_sees_no_school(session, client, enter, school):
    enter(organisation_id=OrganisationFactory().id)
    paths = ("/coverage", "/coverage/map", "/coverage/gaps", "/schools", "/coverage/schools.csv")
    for path in (*paths, f"/schools/{school.urn}"):
        assert client.get(path).status_code == 403, path
    assert client.post("/coverage/write").status_code == 403
    assert "Coverage" not in client.get("/submissions").text


def test_the_worst_school_stands_first_and_leads_to_its_page(client, enter, school):
    SchoolFactory(name="Almost empty", district="Burnley")
    enter(Role.AUDITOR)
    text = client.get("/coverage").text
    assert text.index("Almost empty") < text.index("Beckside")
    assert "170" in text  # two schools, 85 categories each, nobody at any
    href = re.search(rf'href="(/schools/{school.urn}[^"]*)"', text)[1].replace("&amp;", "&")
    page = client.get(href).text
    assert "2 of 2" in page
    assert "Ada Lane can no longer receive it" in page
    assert "Set or add somebody" not in page


def test_each_row_of_a_slice_leads_to_its_schools(client, enter, school):
    enter(Role.GATEKEEPER)
    slices = {"category": "Cyber security", "district": "Pendle", "phase": "Primary"}
    for by, wanted in slices.items():
        text = client.get(f"/coverage?by={by}").text
        href = re.search(rf'href="(/coverage\?[^"]*)">{wanted}</a>', text)[1]
        assert "1 school, worst first" in client.get(href.replace("&amp;", "&")).text, by


def test_the_map_says_in_each_cell_how_many_are_reached(client, enter, school):
    enter(Role.EXECUTIVE)
    for of in ("districts", "phases", "categories"):
        text = client.get(f"/coverage/map?of={of}").text
        assert 'scope="row"' in text
        assert "with nobody" in text
        assert "portal-heat--5" in text


def test_the_map_begins_with_the_worst_and_keeps_the_filter(session, client, enter, school):
    better = SchoolFactory(name="Alders", district="Bowland")
    for category in session.scalars(sa.select(Category).limit(3)):
        OwnerFactory(school=better, category=category, person=HeadFactory(school=better).person)
    enter()
    text = client.get("/coverage/map").text
    assert text.index(">Pendle</th>") < text.index(">Bowland</th>")
    narrowed = client.get("/coverage/map?district=Bowland&wrong=left").text
    assert ">Pendle</th>" not in narrowed
    for path in ("/coverage?district=Bowland", "/coverage/gaps?district=Bowland"):
        assert f'href="{path}"' in narrowed
    gaps = client.get("/coverage/gaps?district=Bowland").text
    assert 'href="/coverage/map?district=Bowland"' in gaps


def test_the_gap_report_begins_with_the_school_that_has_the_most(session, client, enter, school):
    better = SchoolFactory(name="Alders", district="Bowland")
    head = HeadFactory(school=better)
    for category in session.scalars(sa.select(Category).limit(3)):
        OwnerFactory(school=better, category=category, person=head.person)
    enter()
    first, second = (client.get(f"/coverage/gaps?page={page}").text for page in (1, 4))
    assert "Beckside" in first
    assert "Alders" not in first
    assert "Alders" in second


def test_what_is_chosen_can_be_had_as_a_file_and_is_on_the_trail(
    session, client, enter, school, tmp_path
):
    school.name = "=Beckside"
    SchoolFactory(district="Burnley")
    enter()
    for what, count in (("schools", 1), ("categories", 85), ("gaps", 85)):
        path = f"/coverage/{what}"
        text = client.get(f"{path}.csv?district=Pendle").text[1:]
        rows = list(csv.DictReader(io.StringIO(text)))
        assert {row["School"] for row in rows} == {"'=Beckside"}
        assert len(rows) == count
        place = tmp_path / f"{what}.xlsx"
        place.write_bytes(client.get(f"{path}.xlsx?district=Pendle").data)
        assert len(list(read_rows(place).rows)) == count
    noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "coverage.exported"))
    assert [entry.detail["what"] for entry in noted] == [
        *("schools", "schools", "categories", "categories", "gaps", "gaps")
    ]


def test_schools_are_listed_by_name_and_lead_on_by_name(client, enter, school):
    for name in ("Ash", "Oak"):
        SchoolFactory(name=name)
    enter()
    text = client.get("/schools").text
    assert text.index("Ash") < text.index("Beckside") < text.index("Oak")
    page = client.get(f"/schools/{school.urn}?order=name").text
    assert "2 of 3" in page
    assert client.get("/schools/100000").status_code == 404


def test_no_page_costs_more_for_more_schools(session, client, enter, school, statements):
    enter(Role.ADMINISTRATOR)
    paths = ["/coverage", "/schools", "/coverage/gaps", f"/schools/{school.urn}", "/coverage/map"]
    paths += ["/coverage?by=category&district=Pendle", f"/schools/{school.urn}/set"]

    def costs():
        found = []
        for path in paths:
            statements.clear()
            assert client.get(path).status_code == 200
            found.append(len(statements))
        return found

    few = costs()
    for _ in range(30):
        HeadFactory()
    session.commit()
    assert costs() == few
    assert max(few) < 12


def test_an_administrator_names_somebody_new_and_goes_on_to_the_next_school(
    session, client, enter, school
):
    following = SchoolFactory(name="Oak")
    enter(Role.ADMINISTRATOR)
    path = f"/schools/{school.urn}/set?order=name&for=nobody"
    page = client.get(path).text
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page)[1]
    new = {"email": "bo@beckside.example", "name": "Bo Hart", "role": "staff", "person_id": ""}
    answer = client.post(path, data={**new, "wanted": "nobody", "seen": seen, "next": "yes"})
    assert answer.location.startswith(f"/schools/{following.urn}?order=name")
    assert "85 categories go to Bo Hart now." in client.get(answer.location).text
    leads = session.scalars(
        sa.select(Person.name)
        .join(Owner, Owner.person_id == Person.id)
        .where(Owner.school_id == school.id, Owner.ended_at.is_(None))
    ).all()
    assert leads == ["Bo Hart"] * 85


def test_what_somebody_else_set_meanwhile_stays(session, client, enter, school):
    colleague = MembershipFactory(school=school, person__name="Cy Moor")
    enter(Role.ADMINISTRATOR)
    path = f"/schools/{school.urn}/set?for=group:technology"
    page = client.get(path).text
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page)[1]
    owner = session.scalars(sa.select(Owner)).one()
    owner.ended_at = NOON
    session.flush()
    OwnerFactory(school=school, category=owner.category, person=colleague.person)
    head = session.scalars(sa.select(Membership).where(Membership.role == Role.HEAD)).one()
    session.commit()
    data = {"wanted": "group:technology", "person_id": head.person_id, "seen": seen}
    answer = client.post(path, data={**data, "role": "staff"})
    told = client.get(answer.location).text
    assert "1 was changed by somebody else meanwhile" in told


WRONG = {
    "nothing chosen": ({"wanted": "", "person_id": ""}, "Choose what they should get."),
    "nobody": ({"wanted": "none", "person_id": ""}, "Choose a person, or enter the e-mail"),
    "somebody strange": ({"wanted": "none", "person_id": "7777"}, "Choose a person from the list."),
    "no address": (
        {"wanted": "none", "person_id": "", "email": "bo", "name": "Bo"},
        "Enter an e-mail address in the correct format",
    ),
    "no name": ({"wanted": "none", "person_id": "", "email": "b@x.example"}, "full name"),
}


def test_what_cannot_be_saved_is_said_beside_the_field(client, enter, school):
    enter(Role.ADMINISTRATOR)
    for name, (data, sentence) in WRONG.items():
        answer = client.post(f"/schools/{school.urn}/set", data={"role": "staff", **data})
        assert answer.status_code == 200, name
        assert sentence in answer.text, name
        assert "There is a problem" in answer.text, name


def test_only_an_administrator_changes_anything(session, client, sign_in, school):
    gatekeeper = GatekeeperFactory()
    session.commit()
    sign_in(client, gatekeeper)
    assert client.post(f"/schools/{school.urn}/set").status_code == 403
