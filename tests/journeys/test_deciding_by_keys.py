"""A gatekeeper goes through the queue by keys, decides, and takes it back, in Chromium."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from foundation import clock
from foundation.db import Database
from foundation.settings import Settings
from gatekeeping.deciding.carrying_out import carry_out_due
from gatekeeping.models import Decision, State
from portal.app import create_app
from portal.signin import sessions
from tests import servers
from tests.factories.directory import GatekeeperFactory, TeamFactory
from tests.factories.gatekeeping import make_submission

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def app(database: Database, tmp_path) -> Flask:
    settings = Settings(portal_home=tmp_path / "home", secret_key="for-tests-only", undo_seconds=60)
    return create_app(settings, database)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(app: Flask, session, address: str) -> Iterator[Page]:
    gatekeeper = GatekeeperFactory(team=TeamFactory(name="The gate"))
    gatekeeper.person.privacy_seen_at = clock.now()
    for number in range(3):
        submission = make_submission(
            State.IN_REVIEW,
            document={"title": f"Number {number}"},
            claimed_by=gatekeeper,
            state_due_at=clock.now() + timedelta(days=number + 1),
        )
        submission.claimed_until = clock.now() + timedelta(hours=2)
    token = sessions.begin(session, person_id=gatekeeper.person_id, at=clock.now())
    session.commit()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    value = signer.dumps({"_user_id": token, "_fresh": True})
    with servers.chromium() as browser, browser.new_context() as context:
        name = app.config["SESSION_COOKIE_NAME"]
        context.add_cookies([{"name": name, "value": value, "url": address}])
        opened = context.new_page()
        opened.goto(f"{address}/queue")
        if "/queue" not in opened.url:  # one hat: it may have to be put on first
            opened.goto(f"{address}/queue")
        yield opened


def test_deciding_by_keys_and_undoing(page, address, database, session):
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Number 0")
    page.keyboard.press("c")
    page.keyboard.type("jkacr?n")  # in a field these are letters
    assert page.locator("#question").input_value() == "jkacr?n"
    page.reload()
    expect(page.locator("#question")).to_have_value("jkacr?n")
    page.locator("#question").fill("")
    page.locator("h1").click()
    page.keyboard.press("a")
    page.keyboard.type("It is needed, and in good time.")
    page.locator("#decision button", has_text="Decide").last.click()
    expect(page.locator("[data-undo-until]")).to_contain_text("left")
    page.get_by_role("button", name="Undo it").click()
    expect(page.locator("#approve_reason")).to_have_value("It is needed, and in good time.")
    assert carry_out_due(database, at=clock.now() + timedelta(hours=1), address=address) == 0
    page.keyboard.press("n")
    expect(page.locator("h1")).to_have_text("Number 1")
    assert session.query(Decision).count() == 0
    session.rollback()


def test_keys_can_be_switched_off(page):
    page.locator("[data-keys-switch]").click()
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    expect(page.locator("[data-keys-state]")).to_have_text("The keys are off.")
    page.locator("[data-keys-switch]").click()
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Number 0"
