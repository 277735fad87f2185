"""Addresses that somebody made up by hand: a page answers each of them, none breaks it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from directory.models import Role
from gatekeeping.models import State
from tests.factories.directory import (
    GatekeeperFactory,
    HeadFactory,
    MembershipFactory,
    OfficerFactory,
)
from tests.factories.gatekeeping import make_submission

HUGE = (2**31, 2**63, 10**30)
TYPED = ("\x00", "a\x00b", "\ud7ff\uffff", "%", "'", '"', "\\", "\u202e", "9" * 400, "a" * 5000)


def worker(role: Role) -> Any:
    make = {
        Role.HEAD: HeadFactory,
        Role.OFFICER: OfficerFactory,
        Role.GATEKEEPER: GatekeeperFactory,
        Role.STAFF: MembershipFactory,
    }[role]
    return make()


NUMBERED = [
    (Role.OFFICER, "get", "/submissions/{}"),
    (Role.OFFICER, "get", "/submissions/{}/write"),
    (Role.OFFICER, "get", "/submissions/{}/write/about"),
    (Role.OFFICER, "post", "/submissions/{}/submit"),
    (Role.OFFICER, "get", "/submissions/{}/answer"),
    (Role.OFFICER, "get", "/submissions/{}/delivered"),
    (Role.OFFICER, "get", "/submissions/{}/delivered.csv"),
    (Role.OFFICER, "get", "/submissions/1/attachments/{}"),
    (Role.OFFICER, "get", "/letters/{}"),
    (Role.GATEKEEPER, "get", "/queue/{}"),
    (Role.GATEKEEPER, "post", "/queue/{}/claim"),
    (Role.GATEKEEPER, "get", "/queue?page={}"),
    (Role.GATEKEEPER, "get", "/register?page={}&team={}"),
    (Role.OFFICER, "get", "/submissions?page={}"),
    (Role.STAFF, "get", "/inbox/{}"),
    (Role.STAFF, "get", "/inbox/{}/files/{}"),
    (Role.STAFF, "get", "/inbox?page={}"),
    (Role.STAFF, "get", "/search?q=letter&page={}"),
    (Role.HEAD, "get", "/school/sent?page={}&person={}&category={}"),
]


@pytest.mark.parametrize(("role", "method", "address"), NUMBERED)
def test_no_number_in_an_address_breaks_a_page(
    client: FlaskClient, session: Any, sign_in: Any, role: Role, method: str, address: str
) -> None:
    member = worker(role)
    session.commit()
    sign_in(client, member)
    for number in HUGE:
        answer = getattr(client, method)(address.replace("{}", str(number)))
        assert answer.status_code < 500, (number, answer.status_code)


PEOPLE_AND_SCHOOLS = [
    (Role.ADMINISTRATOR, "/people?page={}&same_as={}"),
    (Role.ADMINISTRATOR, "/people/{}/merge/{}"),
    (Role.ADMINISTRATOR, "/coverage?page={}&q={}"),
    (Role.ADMINISTRATOR, "/coverage/gaps?page={}"),
    (Role.ADMINISTRATOR, "/schools?page={}"),
    (Role.ADMINISTRATOR, "/schools/{}?was={}"),
    (Role.ADMINISTRATOR, "/schools/updates/{}?page={}"),
    (Role.ADMINISTRATOR, "/owners/files/{}?page={}"),
    (Role.ADMINISTRATOR, "/categories/versions/{}.csv"),
    (Role.HEAD, "/school/people/{}/leaving"),
    (Role.HEAD, "/school/owners/away/{}"),
    (Role.HEAD, "/school/owners/start/like/{}"),
    (Role.HEAD, "/school/owners?who={}"),
]


@pytest.mark.sqlite_only
def test_no_number_breaks_a_page_about_people_schools_or_owners(
    client: FlaskClient, session: Any, sign_in: Any
) -> None:
    members = [HeadFactory(), OfficerFactory(role=Role.ADMINISTRATOR)]
    session.commit()
    for member in members:
        sign_in(client, member)
        for role, address in PEOPLE_AND_SCHOOLS:
            for number in HUGE if role is member.role else ():
                answer = client.get(address.replace("{}", str(number)))
                assert answer.status_code < 500, (address, number)


@pytest.mark.sqlite_only
def test_no_number_in_a_form_breaks_a_page_about_owners(
    client: FlaskClient, session: Any, sign_in: Any
) -> None:
    head = HeadFactory()
    session.commit()
    sign_in(client, head)
    for number in HUGE:
        for address, values in (
            ("away/end", {"covers": f"{number},\u00b2,"}),
            ("settle", {f"settle-{number}": "replace", "shown": f"{number}:{number}"}),
            ("start/all-to-head", {"shown": f"{number}:{number}"}),
            ("start/people/help", {"place_id": str(number)}),
            ("confirm", {"group": "x", "newest": str(number)}),
        ):
            answer = client.post(f"/school/owners/{address}", data=values)
            assert answer.status_code < 500, (address, number)


ASKED = [
    (Role.GATEKEEPER, "/register", "q"),
    (Role.GATEKEEPER, "/queue", "rule"),
    (Role.GATEKEEPER, "/queue", "show"),
    (Role.STAFF, "/search", "q"),
    (Role.STAFF, "/inbox", "show"),
    (Role.STAFF, "/inbox", "page"),
    (Role.HEAD, "/school/owners", "group"),
    (Role.HEAD, "/school/owners", "who"),
    (None, "/verify", "number"),
    (None, "/caught-mail", "to"),
    (None, "/sign-in", "next"),
]


@pytest.mark.parametrize(("role", "address", "name"), ASKED)
def test_no_text_in_an_address_breaks_a_page(
    client: FlaskClient, session: Any, sign_in: Any, role: Role | None, address: str, name: str
) -> None:
    if role is not None:
        member = worker(role)
        session.commit()
        sign_in(client, member)
    for text in TYPED:
        answer = client.get(address, query_string={name: text})
        assert answer.status_code < 500, (text[:20], answer.status_code)


def test_no_text_in_the_choice_of_schools_followed_breaks_the_page(
    client: FlaskClient, session: Any, sign_in: Any
) -> None:
    officer = OfficerFactory()
    sent = make_submission(State.LIVE, author=officer)
    session.commit()
    sign_in(client, officer)
    for text in TYPED:
        answer = client.get(f"/submissions/{sent.id}/delivered", query_string={"district": text})
        assert answer.status_code < 500, text[:20]


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_into_a_draft_never_breaks_the_page(
    client: FlaskClient, session: Any, sign_in: Any, text: str
) -> None:
    officer = OfficerFactory()
    draft = make_submission(State.DRAFT, author=officer)
    session.commit()
    sign_in(client, officer)
    about = {"kind": "communication", "title": f"Menus {text}", "purpose": text}
    for page, values in (
        ("about", about),
        ("text", {"body": f"# {text}\n<script>alert(1)</script>"}),
        ("audience", {"urns": f"119100\n{text}"}),
        ("claim", {"origin": "statute", "legal_claim": text}),
        ("dates", {"send_on": [text[:50], "1", "2027"], "times": text, "per": "once"}),
    ):
        answer = client.post(f"/submissions/{draft.id}/write/{page}", data=values)
        assert answer.status_code < 500, page
    assert client.get(f"/submissions/{draft.id}/write/check").status_code == 200


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_to_sign_in_never_breaks_the_page(client: FlaskClient, text: str) -> None:
    for email in (text, f"{text}@school.example", f"a@{text}.example"):
        answer = client.post("/sign-in", data={"email": email, "next": text})
        assert answer.status_code < 500, email[:30]
    assert client.get(f"/sign-in/{text[:300]}").status_code < 500


@pytest.mark.parametrize("number", HUGE)
def test_no_number_of_a_role_breaks_the_page(
    client: FlaskClient, session: Any, sign_in: Any, number: int
) -> None:
    member = MembershipFactory()
    session.commit()
    sign_in(client, member)
    assert client.post("/roles", data={"membership": str(number)}).status_code < 500


@pytest.mark.parametrize("text", TYPED)
def test_what_a_gatekeeper_types_never_breaks_the_page(
    client: FlaskClient, session: Any, sign_in: Any, text: str
) -> None:
    gatekeeper = GatekeeperFactory()
    waiting = make_submission(State.TRIAGE)
    session.commit()
    sign_in(client, gatekeeper)
    client.post(f"/queue/{waiting.id}/claim")
    typed = {"version": "1", "verb": "challenge", "question": f"What {text}?"}
    assert client.post(f"/queue/{waiting.id}", data=typed).status_code < 500


@pytest.mark.parametrize("text", TYPED)
def test_what_a_head_types_never_breaks_the_page(
    client: FlaskClient, session: Any, sign_in: Any, text: str
) -> None:
    head = HeadFactory()
    session.commit()
    sign_in(client, head)
    slug = "catering"
    for values in (
        {"name": f"A{text}", "email": f"new{len(text)}@school.example", "job_title": text},
        {"name": "A", "email": f"{text}@school.example", "job_title": ""},
    ):
        answer = client.post(f"/school/owners/{slug}/new", data=values)
        assert answer.status_code < 500
