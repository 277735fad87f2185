"""The next server behind a door, and one door, for the tests of what is said between them."""

import pytest

from tests.mail_doors import next_server, running


@pytest.fixture(scope="module")
def behind():
    with next_server() as hop:
        yield hop


@pytest.fixture
def hop(behind):
    """The next server, as if nothing had happened yet."""
    behind.answers, behind.offers = {}, (b"8BITMIME", b"SMTPUTF8", b"DSN")
    behind.took.clear()
    behind.said.clear()
    behind.connections = 0
    return behind


@pytest.fixture(scope="module")
def plain(behind):
    """One door for the tests that ask nothing else of it."""
    with running(behind.port) as made:
        yield made
