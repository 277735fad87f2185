"""What is too large to be read at all: the page says so, and how to go on."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gatekeeping.models import State
from tests.factories.directory import OfficerFactory
from tests.factories.gatekeeping import make_submission

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def draft_id(session: Any, app: Flask, client: FlaskClient, sign_in: Any) -> int:
    officer = OfficerFactory()
    draft = make_submission(State.DRAFT, author=officer)
    session.commit()
    sign_in(client, officer)
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    return draft.id


@pytest.mark.parametrize(
    ("page", "field", "says"),
    [
        ("attachments", "files", "The file was too large"),
        ("audience", "file", "The list must be smaller than 5 MB"),
    ],
)
def test_a_file_beyond_every_limit_is_refused_beside_its_field(
    client: FlaskClient, draft_id: int, page: str, field: str, says: str
) -> None:
    upload = (io.BytesIO(bytes(200_000)), "large.pdf")
    address = f"/submissions/{draft_id}/write/{page}"
    answer = client.post(address, data={field: upload}, follow_redirects=True)
    assert answer.status_code == 200
    assert says in answer.text
    assert answer.text.count(says) == 2, "in the summary and beside the field"


@pytest.mark.parametrize("page", ["text", "about"])
def test_a_text_beyond_every_limit_gets_a_page_of_ours(
    client: FlaskClient, draft_id: int, page: str
) -> None:
    answer = client.post(f"/submissions/{draft_id}/write/{page}", data={"body": "a" * 200_000})
    assert answer.status_code == 413
    assert "That is too large" in answer.text
    assert "portal-header" in answer.text
