"""One school's page: what it says of a school that closed, what it links to, how to write to it."""

from datetime import date

import pytest

from directory.models import SchoolStatus
from directory.models_updates import LinkKind, SchoolLink
from tests.factories.directory import OfficerFactory, SchoolFactory

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def enter(session, client, sign_in):
    def enter():
        officer = OfficerFactory()
        session.commit()
        sign_in(client, officer)

    return enter


def gone(name="Oldfield", **more):
    return SchoolFactory(
        name=name, status=SchoolStatus.CLOSED, closed_on=date(2026, 8, 31), email="", **more
    )


def test_a_closed_school_has_nothing_to_mend_and_says_where_it_went_on(session, client, enter):
    closed, after = gone(), SchoolFactory(name="Newfield")
    link = SchoolLink(
        authority_id=closed.authority_id,
        urn=closed.urn,
        link_urn=after.urn,
        kind=LinkKind.SUCCESSOR,
    )
    session.add(link)
    enter()
    page = client.get(f"/schools/{closed.urn}").text
    assert "to mend" not in page
    assert "Nobody ever signed in" not in page
    assert "closed since 31 August 2026" in page
    assert "went on at" in page
    assert f'href="/schools/{after.urn}">Newfield</a>' in page
    assert "Write to this school" not in page
    follower = client.get(f"/schools/{after.urn}").text
    assert "Took over from" in follower
    assert f'href="/schools/{closed.urn}">Oldfield</a>' in follower


def test_a_closed_school_that_nobody_follows_says_so(client, enter):
    closed = gone()
    enter()
    assert "No school here follows it" in client.get(f"/schools/{closed.urn}").text


def test_an_officer_begins_a_draft_to_the_one_school_from_its_page(client, enter):
    school = SchoolFactory(name="Beckside")
    SchoolFactory(name="Becksideways")
    enter()
    page = client.get(f"/schools/{school.urn}").text
    assert "Write to this school" in page
    assert f'name="q" value="{school.urn}"' in page
    answer = client.post("/coverage/write", data={"q": str(school.urn), "shown": "1"})
    assert answer.status_code == 302
    assert "A draft to 1 school is begun" in client.get(answer.location).text
