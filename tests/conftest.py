"""What tests stand on: both databases made fresh for each test, the application, signing in."""

import gc
import itertools
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from categories.catalogue import load_shipped_catalogue
from directory.authorities import ensure_authority
from directory.models import Membership
from foundation import clock, migrate
from foundation.db import EVERY_AUTHORITY, Database, narrow
from foundation.settings import Settings
from gatekeeping.holdings.loading import ensure_loaded
from portal.signin import sessions
from tests import servers
from tests.compiled import (
    ApplicationsMadeOnce,
    StatementsCompiledOnce,
    compile_addresses_once,
)
from tests.factories import base
from tests.factories.base import NOON
from tests.pages import check_page
from tests.restored import Restored

numbers = itertools.count()
databases = StatementsCompiledOnce()
applications = ApplicationsMadeOnce()

# All journeys but one are played on the same stage, so what needs another comes after them.
FIRST = (
    *("test_every_page", "test_every_other_page", "test_killed_worker", "", "test_main_job"),
    *("test_statements", "test_routes", "test_hostile_addresses", "test_run", "test_demonstration"),
)
"""The files that take longest, longest first; the empty name stands for the other journeys."""


def pytest_configure(config: pytest.Config) -> None:
    compile_addresses_once()
    config.addinivalue_line(
        "markers", "sqlite_only: the test does not depend on the database, so one is enough"
    )
    config.addinivalue_line("markers", "postgresql_only: the test is about a server")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage neither while tests are collected, nor later in what was collected.

    It is half of what collecting takes, and each process collects all tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_xdist_auto_num_workers() -> int:
    """Take one more than there are cores: journeys wait for mail, pages and one another."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: nothing should wait for it at the end."""
    items.sort(key=_place_in_line)


def _place_in_line(item: pytest.Item) -> int:
    if item.path.stem in FIRST:
        return FIRST.index(item.path.stem)
    return FIRST.index("") if "journeys" in item.path.parts else len(FIRST)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        engines = ["sqlite", "postgresql"]
        if metafunc.definition.get_closest_marker("sqlite_only"):
            engines = engines[:1]
        if metafunc.definition.get_closest_marker("postgresql_only"):
            engines = engines[1:]
        metafunc.parametrize("database_engine", engines, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def postgresql() -> Iterator[servers.PostgreSQL]:
    # Nobody tidies up beside the tests: databases are short-lived, and are to stay as they are.
    with servers.postgresql(autovacuum="off") as server:
        yield server


def prepare(database: Database) -> None:
    """Fill a template database with what every test may rely on."""
    migrate.upgrade(database)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        profile = ensure_authority(session, la_code="888", name="Lancashire")
        load_shipped_catalogue(session, profile.authority_id, at=NOON)
        ensure_loaded(session, profile.authority_id, at=NOON)
    database.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("template") / "portal.db"
    prepare(Database(f"sqlite:///{place}"))
    return place


@pytest.fixture(scope="session")
def postgresql_template(postgresql: servers.PostgreSQL) -> str:
    name = "template_portal"
    prepare(Database(postgresql.new_database(name)))
    return name


@pytest.fixture(scope="session")
def restored(postgresql: servers.PostgreSQL, postgresql_template: str) -> Iterator[Restored]:
    of_many = Restored(postgresql, postgresql_template)
    yield of_many
    of_many.close()


@pytest.fixture
def database(
    database_engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Database]:
    """A database of its own for the test: migrated, Lancashire in it, the 85 categories loaded."""
    if database_engine == "sqlite":
        place = tmp_path / "portal.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), place)
        made = databases.open(f"sqlite:///{place}")
        yield made
        still_open = made.engine.pool.checkedout()
        made.engine.dispose()
    else:
        of_many: Restored = request.getfixturevalue("restored")
        made = databases.open(of_many.url())
        yield made
        still_open = made.engine.pool.checkedout()
        (of_many.give_up if still_open else of_many.give_back)(made)
    assert not still_open, f"{still_open} connections were never given back"


@pytest.fixture
def authority_id(database: Database) -> int:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        found = session.scalar(sa.text("SELECT authority_id FROM authority_profile"))
    assert isinstance(found, int)
    return found


@pytest.fixture
def session(database: Database, authority_id: int) -> Iterator[Session]:
    """A session for Lancashire that the factories write to. Commit before a client looks."""
    with database.session(authority=EVERY_AUTHORITY) as opened:
        narrow(opened, authority_id)
        opened.info["test_authority"] = authority_id
        base.current["session"] = opened
        yield opened
        opened.rollback()
        base.current.clear()


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings(portal_home=tmp_path / "home", secret_key="for-tests-only", undo_seconds=0)


@pytest.fixture
def app(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("portal.pages.PROFILE_SECONDS", -1.0)  # no page profits from an earlier one
    made = applications.made(settings, database)
    made.testing = True
    made.config["PROPAGATE_EXCEPTIONS"] = False
    database.waker = None  # tests drain the queues themselves
    return made


class Browser(FlaskClient):
    """A test client that looks at every page it gets for the house style."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html" and answer.status_code not in range(300, 400):
            check_page(answer.text)
        return answer


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock at NOON, for tests of pages that name days and must hold in other years."""
    monkeypatch.setattr("foundation.clock.now", lambda: NOON)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript. CSRF is switched off here; the journeys run with it on."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, database: Database) -> Callable[[FlaskClient, Membership], None]:
    """Sign a client in as the person of a committed membership, wearing that hat."""

    def sign_in(client: FlaskClient, membership: Membership) -> None:
        with database.transaction(authority=EVERY_AUTHORITY) as opened:
            token = sessions.begin(opened, person_id=membership.person_id, at=clock.now())
            opened.flush()
            opened.execute(
                sa.text(
                    "UPDATE signed_in_session SET membership_id = :hat WHERE token_hash = :token"
                ),
                {"hat": membership.id, "token": sessions.hashed(token)},
            )
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True

    return sign_in


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every SQL statement sent while the test runs (clear it before the part that counts)."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "set_config" not in statement and not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(database.engine, "before_cursor_execute", note)
