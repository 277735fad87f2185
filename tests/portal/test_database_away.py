"""While the database is away every page says so, plainly, and asks to come back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import Settings
from portal.app import create_app
from tests.factories.directory import MembershipFactory

AWAY = ("sqlite:////nowhere/at/all/portal.db", "postgresql://nobody@127.0.0.1:9/portal")


@pytest.fixture(params=AWAY, ids=("sqlite", "postgresql"))
def visitor(request: pytest.FixtureRequest, tmp_path: Path) -> FlaskClient:
    settings = Settings(portal_home=tmp_path, secret_key="for-tests-only")
    app = create_app(settings, Database(request.param))
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["portal_database"].waker = None
    return app.test_client()


@pytest.mark.parametrize("address", ["/sign-in", "/verify?number=888-2627-C-00417-X", "/privacy"])
def test_a_page_says_that_the_database_is_away(visitor: FlaskClient, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "cannot reach its database" in answer.text
    assert "Wait a minute and try again" in answer.text


def test_a_form_that_is_sent_says_so_too(visitor: FlaskClient) -> None:
    answer = visitor.post("/sign-in", data={"email": "head@school.example"})
    assert answer.status_code == 503
    assert "let the browser send it again" in answer.text


def test_a_person_with_a_cookie_is_told_the_same(visitor: FlaskClient) -> None:
    with visitor.session_transaction() as cookie:
        cookie["_user_id"] = "a-token"
    assert visitor.get("/inbox").status_code == 503
    assert visitor.get("/nowhere").status_code in {404, 503}


@pytest.mark.sqlite_only
def test_a_page_is_read_while_somebody_else_writes_for_long(
    client: FlaskClient, session: Any, sign_in: Any, database: Database
) -> None:
    member = MembershipFactory()
    session.commit()
    sign_in(client, member)
    with database.transaction(authority=EVERY_AUTHORITY) as writer:
        writer.execute(
            sa.text("UPDATE signed_in_session SET last_seen_at = :at"),
            {"at": (clock.now() - timedelta(minutes=5)).replace(tzinfo=None)},
        )
    with database.transaction(authority=EVERY_AUTHORITY) as writer:
        writer.execute(sa.text("UPDATE person SET name = name"))
        assert client.get("/inbox").status_code == 200
