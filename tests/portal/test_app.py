import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from directory.access import anyone, needs
from directory.models import Person, Role
from foundation.web import db_session
from portal.app import create_app, version_of
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory


@pytest.fixture
def app(database, settings):
    """An application of its own: two tests add pages to it."""
    made = create_app(settings, database)
    made.testing, made.config["PROPAGATE_EXCEPTIONS"] = True, False
    return made


@pytest.mark.sqlite_only
def test_the_start_page_sends_a_stranger_to_sign_in(client):
    assert client.get("/").location.endswith("/sign-in")


@pytest.mark.sqlite_only
def test_styles_and_scripts_are_kept_for_a_year_under_an_address_of_their_version(client):
    page = client.get("/sign-in").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(addresses) > 2, page
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        answer.close()
    missing = client.get(addresses[0] + ".map")
    assert missing.status_code == 404
    assert "max-age" not in missing.headers.get("Cache-Control", "")


def test_the_version_of_static_files_changes_with_each_of_them(tmp_path):
    (tmp_path / "build").mkdir()
    style = tmp_path / "build" / "portal.css"
    style.write_text("a")
    first = version_of(tmp_path)
    assert version_of(tmp_path) == first
    style.write_text("b")
    second = version_of(tmp_path)
    style.rename(tmp_path / "portal.css")
    assert len({first, second, version_of(tmp_path)}) == 3


def test_an_unknown_address_gets_a_page_that_says_what_to_do(client):
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "Page not found" in page.text
    assert "Lancashire" in page.text


def test_a_fault_in_the_database_still_gets_a_page_of_our_own(app, client):
    @app.get("/broken")
    def broken():
        db_session().execute(sa.text("SELECT nothing FROM nowhere"))

    anyone()(broken)
    page = client.get("/broken")
    assert page.status_code in {500, 503}
    assert "Schools Portal" in page.text


def test_what_somebody_else_wrote_at_the_same_moment_is_told_and_not_logged(
    app, client, session, sign_in, caplog
):
    head = HeadFactory()
    session.commit()
    sign_in(client, head)

    @app.post("/twice")
    def twice():
        for _ in range(2):  # as two requests do that look at the same moment
            db_session().add(
                Person(
                    authority_id=head.authority_id,
                    email="twice@school.example",
                    name="Jo",
                    created_at=NOON,
                )
            )
            db_session().flush()

    needs(Role.HEAD)(twice)
    page = client.post("/twice")
    assert page.status_code == 409
    assert "Somebody else changed this at the same moment" in page.text
    assert "Lancashire" in page.text
    assert "twice@school.example" not in caplog.text


def test_two_heads_pressing_at_once_add_one_person(app, session, sign_in):
    app.config["WTF_CSRF_ENABLED"] = False
    heads = [HeadFactory() for _ in range(2)]
    session.commit()
    browsers = [app.test_client() for _ in heads]
    for browser, head in zip(browsers, heads, strict=True):
        sign_in(browser, head)
    values = {"name": "Jo New", "email": "jo.new@school.example", "job_title": "Cook"}

    def press(browser):
        return browser.post("/school/owners/catering/new", data=values).status_code

    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(press, browsers * 4))
    assert set(answers) <= {302, 409}
    assert 302 in answers
    count = sa.select(sa.func.count()).where(Person.email == "jo.new@school.example")
    assert session.scalar(count) == 1
