"""The gateway waits for the database for a while only: mail is kept best by who brings it."""

import threading

import pytest
import sqlalchemy as sa

from foundation.db import EVERY_AUTHORITY
from foundation.settings import Settings
from portal.gateway.making import database_of
from portal.gateway.patience import Patience


def gateway_database(address):
    return database_of(
        Settings(database_url=address, secret_key="for-tests-only", public_url="https://p.example")
    )


@pytest.mark.postgresql_only
@pytest.mark.parametrize("own", [{}, {"options": "-c jit=on -c lock_timeout=5s"}])
def test_a_statement_ends_before_the_mail_server_loses_patience(database, own):
    address = database.engine.url.update_query_dict(own)
    asked = gateway_database(address.render_as_string(hide_password=False))
    with asked.session(authority=EVERY_AUTHORITY, writes=False) as session:
        said = [
            session.scalar(sa.text(f"SHOW {name}"))
            for name in ("statement_timeout", "lock_timeout", "jit")
        ]
    assert said == (["1min", "5s", "on"] if own else ["1min", "30s", "off"])
    assert asked.engine.url.query["tcp_user_timeout"] == "30000"
    asked.engine.dispose()


def test_sqlite_is_asked_as_ever(tmp_path):
    address = f"sqlite:///{tmp_path}/portal.db"
    assert gateway_database(address).engine.url.render_as_string() == address


@pytest.mark.postgresql_only
def test_a_database_that_says_nothing_any_more_is_waited_for_no_longer(database):
    engine = gateway_database(database.engine.url.render_as_string(hide_password=False)).engine
    patience, asked = Patience(engine, longest=0.0), threading.Event()
    told: list[Exception] = []

    def ask() -> None:
        try:
            with engine.connect() as connection:
                asked.set()
                connection.execute(sa.text("SELECT pg_sleep(300)"))
        except sa.exc.OperationalError as fault:
            told.append(fault)

    asking = threading.Thread(target=ask)
    asking.start()
    assert asked.wait(30)
    assert patience.end_overdue() == 1
    asking.join(30)
    assert (len(told), patience.end_overdue()) == (1, 0)
    patience.longest = 3600.0  # and what takes its time within the limit goes on
    with engine.connect() as connection:
        assert patience.end_overdue() == 0
        assert connection.scalar(sa.text("SELECT 1")) == 1
    engine.dispose()
