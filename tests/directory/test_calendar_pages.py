import io

import pytest
import sqlalchemy as sa

from directory.models import OrganisationKind, Role
from directory.models_calendar import BusyDate, TermDates
from tests.factories.calendar import BusyDateFactory, TermDatesFactory, load_lancashire
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    OrganisationFactory,
    SchoolFactory,
)

YEAR = "/calendar?year=2026/27"
DAY = ("day", "month", "year")


@pytest.fixture
def desk(session, client, sign_in):
    """An administrator, with Lancashire's dates entered."""
    load_lancashire()
    administrator = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, administrator)
    return client


def text(answer):
    return " ".join(answer.text.split())


def term(session, name="Autumn 2", year="2026/27"):
    return read(
        session, sa.select(TermDates).where(TermDates.term == name, TermDates.school_year == year)
    )


def read(session, query):
    """Read a row as it is now and let go of the database, which a page may want to write."""
    session.expire_all()
    row = session.scalars(query).one()
    session.commit()
    return row


def entered(**changes):
    return {
        "school_year": "2027-28",
        "term": "Autumn 1",
        "starts_on": ["1", "9", "2027"],
        "ends_on": ["21", "10", "2027"],
        "days_off": "03/09/2027\n2027-09-06",
        **changes,
    }


def test_a_year_shows_terms_months_and_busy_dates(desk):
    shown = text(desk.get(YEAR))
    assert "192 school days" in shown
    assert "November 2026" in shown
    assert '21 <span class="govuk-visually-hidden">school </span>days' in shown  # of November
    assert "bank holiday" in shown
    assert "GCSE and A level examinations" in shown
    assert "Secondary, 16 plus" in shown
    assert "Not certain yet" in shown


def test_a_year_that_nobody_entered_says_so(desk):
    shown = text(desk.get("/calendar?year=2030/31"))
    assert "Term dates for 2030/31 are not entered yet" in shown
    assert desk.get("/calendar?year=soon").status_code == 200


@pytest.mark.sqlite_only
def test_a_term_is_entered_changed_and_removed(session, desk):
    answer = desk.post("/calendar/terms/new", data=entered(), follow_redirects=True)
    assert "Autumn 1 of 2027/28 is saved" in text(answer)
    row = term(session, "Autumn 1", "2027/28")
    assert row.days_off == ["2027-09-03", "2027-09-06"]
    address = f"/calendar/terms/{row.id}"
    assert "03/09/2027" in desk.get(address).text
    desk.post(address, data=entered(ends_on=["22", "10", "2027"]))
    assert term(session, "Autumn 1", "2027/28").ends_on.day == 22
    assert "is removed" in text(desk.post(f"{address}/remove", follow_redirects=True))
    assert desk.post(f"{address}/remove").status_code == 404


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"school_year": "next"}, "Enter a school year"),
        ({"term": ""}, "Name the term"),
        ({"starts_on": ["", "", ""]}, "Enter the first day of term"),
        ({"starts_on": ["31", "9", "2027"]}, "Enter a real date"),
        ({"ends_on": ["", "", ""]}, "Enter the last day of term"),
        ({"ends_on": ["1", "8", "2027"]}, "The last day must be between"),
        ({"days_off": "soon"}, "is not a date"),
        ({"days_off": "25/12/2027"}, "is not in this term"),
        (
            {
                "school_year": "2026/27",
                "starts_on": ["3", "11", "2026"],
                "ends_on": ["4", "11", "2026"],
                "days_off": "",
            },
            "already",
        ),
    ],
)
def test_a_term_that_cannot_be_right_is_refused_beside_its_field(desk, changes, says):
    answer = desk.post("/calendar/terms/new", data=entered(**changes))
    assert answer.status_code == 200
    assert says in text(answer)
    assert "There is a problem" in text(answer)


@pytest.mark.sqlite_only
def test_a_double_post_enters_a_term_once(session, desk):
    for _ in range(2):
        answer = desk.post("/calendar/terms/new", data=entered(), follow_redirects=True)
        assert "is saved" in text(answer)
    assert term(session, "Autumn 1", "2027/28")


@pytest.mark.sqlite_only
def test_a_schools_own_dates_are_entered_beside_the_authoritys(session, desk):
    school = SchoolFactory(name="Oak School")
    session.commit()
    own = f"urn={school.urn}"
    assert "no term dates of its own" in text(desk.get(f"{YEAR}&{own}"))
    answer = desk.post(f"/calendar/terms/new?{own}", data=entered(), follow_redirects=True)
    assert "Oak School" in text(answer)
    assert "2 days" not in text(answer)
    assert "Oak School" in text(desk.get("/calendar/own"))
    found = desk.get(f"/calendar/own?{own}", follow_redirects=True)
    assert "Oak School" in text(found)
    assert "URN 1 is not a school of this authority" in text(desk.get("/calendar/own?urn=1"))
    assert "a number of six digits" in text(desk.get("/calendar/own?urn=Oak"))
    assert desk.get("/calendar?urn=1").status_code == 404
    assert desk.get("/calendar?trust=none").status_code == 404


@pytest.mark.sqlite_only
def test_a_headteacher_sees_the_own_school_first(session, client, sign_in):
    load_lancashire()
    head = HeadFactory()
    TermDatesFactory(school_id=head.school_id, term="Our autumn")
    session.commit()
    sign_in(client, head)
    shown = text(client.get(YEAR))
    assert "Our autumn" in shown
    assert "Add a term" not in shown
    assert "Autumn 1" in text(client.get(f"{YEAR}&all=1"))
    assert client.get("/calendar/terms/new").status_code == 403


@pytest.mark.sqlite_only
def test_staff_and_governors_have_no_use_for_it(session, client, sign_in):
    staff = MembershipFactory(role=Role.STAFF)
    session.commit()
    sign_in(client, staff)
    assert client.get("/calendar").status_code == 403


@pytest.mark.sqlite_only
def test_a_busy_date_is_entered_changed_and_removed(session, desk):
    data = {
        "what": "Mock examinations",
        "starts_on": ["11", "1", "2027"],
        "ends_on": ["", "", ""],
        "phases": ["secondary"],
        "approximate": "y",
    }
    answer = desk.post("/calendar/busy/new", data=data, follow_redirects=True)
    assert "Mock examinations is saved" in text(answer)
    mocks = sa.select(BusyDate).where(BusyDate.what == "Mock examinations")
    row = read(session, mocks)
    assert (row.phases, row.approximate, row.ends_on.day) == (["secondary"], True, 11)
    address = f"/calendar/busy/{row.id}"
    assert desk.get(address).status_code == 200
    wrong = {**data, "ends_on": ["1", "1", "2027"]}
    assert "The last day must be" in text(desk.post(address, data=wrong))
    desk.post(address, data={**data, "ends_on": ["15", "1", "2027"], "phases": []})
    row = read(session, mocks)
    assert (row.phases, row.ends_on.day) == ([], 15)
    assert "is removed" in text(desk.post(f"{address}/remove", follow_redirects=True))


FILE = (
    "school_year,term,from,to,days_off\n"
    "2026/27,Autumn 2,2026-11-02,2026-12-17,\n"
    "2026/27,Spring 1,2027-01-05,2027-02-12,\n"
    "2027/28,Autumn 1,2027-09-02,2027-10-21,2027-09-03\n"
    "2027/28,Autumn 2,soon,2027-12-17,\n"
    "2027/28,Autumn 3,2027-11-01\n"
)


def uploaded(desk, content, query=""):
    file = (io.BytesIO(content.encode()), "terms.csv")
    return desk.post(f"/calendar/upload{query}", data={"file": file})


@pytest.mark.sqlite_only
def test_a_file_is_looked_at_before_it_changes_anything(session, desk):
    from html import unescape

    answer = uploaded(desk, FILE)
    shown = text(answer)
    assert "1 to add, 1 to change, 1 as they are" in shown
    assert "2 lines cannot be used" in shown
    assert "Line 5" in shown
    assert term(session).ends_on.day == 18
    kept = answer.text.split('name="text"')[1].split('value="')[1].split('"')[0]
    answer = desk.post(
        "/calendar/upload", data={"text": unescape(kept), "then": "take"}, follow_redirects=True
    )
    assert "Term dates: 1 added, 1 changed" in text(answer)
    assert term(session).ends_on.day == 17
    again = desk.post("/calendar/upload", data={"text": unescape(kept), "then": "take"})
    assert again.status_code == 302


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "The file is empty"),
        ("a,b\n1,2\n", "lacks the columns"),
        ("x" * 500_500, "smaller than 500 KB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(desk, content, says):
    answer = uploaded(desk, content)
    assert answer.status_code == 200
    assert says in text(answer)
    assert "Choose a CSV file" in text(desk.post("/calendar/upload", data={}))


@pytest.mark.sqlite_only
def test_the_pages_cost_the_same_however_much_is_entered(session, desk, statements):
    trust = OrganisationFactory(kind=OrganisationKind.TRUST)
    for school in SchoolFactory.create_batch(60, trust=trust):
        TermDatesFactory(school_id=school.id)
    for number in range(40):
        BusyDateFactory(what=f"Thing {number}")
    session.commit()
    for path in (YEAR, f"{YEAR}&urn={school.urn}", "/calendar/own", "/calendar/own?page=2"):
        statements.clear()
        assert desk.get(path).status_code == 200
        assert len(statements) < 12
