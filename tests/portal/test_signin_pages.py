import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory.models import Membership, Person, PersonState, Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY
from notifications.models_mail import Mail
from portal.signin.models import SignedInSession
from tests.factories.directory import (
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
    PersonFactory,
    SchoolFactory,
)


@pytest.fixture
def head(session):
    made = HeadFactory(school=SchoolFactory(name="Elm Road Primary School"))
    session.commit()
    return made


def read(database, query):
    """Ask the database beside the test's own session, which must not keep SQLite's write lock."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalars(query).all()


def change(database, statement):
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        session.execute(statement)


def link_for(database, client, person, **query):
    client.post("/sign-in", data={"email": person.email, **query})
    text = read(database, sa.select(Mail.text).order_by(Mail.id.desc()))[0]
    return re.search(r"(/sign-in/\S+)", text)[1]


def enter(database, client, person, **query):
    return client.post(link_for(database, client, person, **query))


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(database, client, head):
    known = client.post("/sign-in", data={"email": head.person.email})
    unknown = client.post("/sign-in", data={"email": "nobody@school.example"})
    assert known.status_code == unknown.status_code == 200
    texts = [
        re.sub(r'nonce="[^"]*"|[a-z0-9]+@[a-z.]*\b', "", page.text) for page in (known, unknown)
    ]
    assert texts[0] == texts[1]
    assert "junk" in known.text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("typed", ["", "no at sign", "a@b"])
def test_what_is_no_address_is_said_beside_the_field(client, typed):
    page = client.post("/sign-in", data={"email": typed})
    assert "There is a problem" in page.text
    assert "govuk-error-message" in page.text


def test_opening_a_link_shows_a_button_and_signs_nobody_in(database, client, head):
    link = link_for(database, client, head.person)
    page = client.get(link)
    assert "Continue" in page.text
    assert read(database, sa.select(SignedInSession.id)) == []
    assert client.get("/inbox").status_code == 302


def test_pressing_the_button_signs_in_and_leads_to_the_page_asked_for_first(database, client, head):
    assert client.get("/school/owners").location.endswith("next=/school/owners")
    answer = enter(database, client, head.person, next="/school/owners")
    assert answer.location.endswith("/school/owners")
    assert "Elm Road Primary School" in client.get("/school/owners").text


def test_a_used_link_says_what_to_do_and_offers_a_new_one(database, client, head):
    link = link_for(database, client, head.person)
    client.post(link)
    client.post("/sign-out")
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 404
        assert "/sign-in" in answer.text


def test_the_privacy_notice_is_shown_once_before_first_use(session, database, client):
    newcomer = HeadFactory(person=PersonFactory(privacy_seen_at=None))
    session.commit()
    assert enter(database, client, newcomer.person).location.endswith("/privacy-notice")
    assert client.get("/inbox").location.endswith("/privacy-notice")
    assert client.post("/privacy-notice").status_code == 302
    assert client.get("/inbox").status_code == 200
    client.post("/sign-out")
    assert "/privacy-notice" not in enter(database, client, newcomer.person).location


def test_signing_out_ends_the_session_on_the_server(database, client, head):
    enter(database, client, head.person)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert client.post("/sign-out").status_code == 302
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert client.get("/inbox").status_code == 302


def test_signing_in_starts_a_session_of_its_own(database, client, head):
    with client.session_transaction() as cookie:
        cookie["planted"] = "before"
    enter(database, client, head.person)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 302)])
def test_a_session_ends_after_an_hour_without_a_page(database, client, head, minutes, status):
    enter(database, client, head.person)
    before = clock.now() - timedelta(minutes=minutes)
    change(database, sa.update(SignedInSession).values(last_seen_at=before))
    assert client.get("/inbox").status_code == status


def test_every_page_slides_the_session_forward(database, client, head):
    enter(database, client, head.person)
    before = clock.now() - timedelta(minutes=30)
    change(database, sa.update(SignedInSession).values(last_seen_at=before))
    client.get("/inbox")
    (seen,) = read(database, sa.select(SignedInSession.last_seen_at))
    assert seen > before


def test_a_disabled_person_loses_access_with_the_next_page(database, client, head):
    enter(database, client, head.person)
    assert client.get("/inbox").status_code == 200
    change(database, sa.update(Person).values(state=PersonState.DISABLED))
    assert client.get("/inbox").location.startswith("/sign-in")


def test_someone_whose_last_role_ended_is_told_whom_to_ask(database, client, head):
    enter(database, client, head.person)
    change(database, sa.update(Membership).values(ended_at=clock.now()))
    answer = client.get("/inbox", follow_redirects=True)
    assert "schools-portal@888.authority.example" in answer.text


def test_a_person_with_two_schools_chooses_and_can_switch(session, database, client, head):
    elsewhere = MembershipFactory(
        person=head.person, school=SchoolFactory(name="Oak Street School"), role=Role.STAFF
    )
    session.commit()
    enter(database, client, head.person)
    assert client.get("/inbox").location.endswith("/roles")
    page = client.get("/roles")
    assert "Elm Road Primary School" in page.text
    assert "Oak Street School" in page.text
    client.post("/roles", data={"membership": elsewhere.id})
    assert "Oak Street School" in client.get("/inbox").text
    assert client.get("/school/sent").status_code == 403
    client.post("/roles", data={"membership": head.id})
    assert client.get("/school/sent").status_code == 200


@pytest.mark.parametrize("chosen", ["", "x", "0", "-1", "99999999999999999999"])
def test_a_choice_that_is_none_is_said_beside_the_field(database, client, head, chosen):
    enter(database, client, head.person)
    assert "Choose the school" in client.post("/roles", data={"membership": chosen}).text


def test_somebody_elses_role_is_refused_and_stands_in_the_audit_trail(
    session, database, client, head
):
    officer = OfficerFactory()
    session.commit()
    enter(database, client, head.person)
    assert client.post("/roles", data={"membership": officer.id}).status_code == 403
    actions = read(database, sa.select(AuditEntry.action).order_by(AuditEntry.id))
    assert actions == ["signin.entered", "signin.role_refused"]


@pytest.mark.sqlite_only
def test_a_client_that_asks_too_often_gets_a_plain_page(database, client, head):
    answers = [
        client.post("/sign-in", data={"email": f"guess{number}@school.example"}).status_code
        for number in range(70)
    ]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert "Too many tries" in client.post("/sign-in", data={"email": "a@school.example"}).text


@pytest.mark.sqlite_only
def test_a_forged_form_is_refused(app):
    page = app.test_client().post("/sign-in", data={"email": "head@school.example"})
    assert page.status_code == 400
    assert "open for too long" in page.text
