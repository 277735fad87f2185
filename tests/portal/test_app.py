import pytest


@pytest.mark.sqlite_only
def test_the_start_page_sends_a_stranger_to_sign_in(client):
    assert client.get("/").location.endswith("/sign-in")


def test_an_unknown_address_gets_a_page_that_says_what_to_do(client):
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "Page not found" in page.text
    assert "Lancashire" in page.text
