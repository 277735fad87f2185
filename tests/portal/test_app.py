import pytest
import sqlalchemy as sa

from directory.access import anyone
from foundation.web import db_session


@pytest.mark.sqlite_only
def test_the_start_page_sends_a_stranger_to_sign_in(client):
    assert client.get("/").location.endswith("/sign-in")


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
