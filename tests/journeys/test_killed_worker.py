"""Mail is sent once whatever happens to the worker, the broker or the database meanwhile."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest
import sqlalchemy as sa
from psycopg import sql

from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import Settings
from notifications.models import Delivery
from notifications.models_mail import Mail, MailState
from portal.wiring import waker
from tests import servers
from tests.factories.mail import queue_deliveries

SCHOOLS = 656
PATIENCE = 60


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with servers.redis() as url:
        yield url


@pytest.fixture
def sink() -> Iterator[servers.MailSink]:
    with servers.mail_sink() as running:
        running.delay = 0.002  # so that there is a middle in which to kill
        yield running


@pytest.fixture
def environment(database, database_engine, sink, tmp_path, request) -> dict[str, str]:
    """The settings of a worker: Redis beside PostgreSQL, the embedded broker beside SQLite."""
    url = database.engine.url.render_as_string(hide_password=False)
    values = {
        "PORTAL_HOME": str(tmp_path / "home"),
        "DATABASE_URL": url,
        "SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
        "SECRET_KEY": "for-tests-only",
        "PUBLIC_URL": "https://portal.example",
        "MAIL_LEASE_SECONDS": "2",
    }
    if database_engine == "postgresql":
        values["BROKER_URL"] = request.getfixturevalue("redis")
    return values


@pytest.fixture
def wake(environment) -> Callable[[], None]:
    waking = waker(Settings(**{name.lower(): value for name, value in environment.items()}))
    return lambda: waking(frozenset({"mail"}))


@pytest.fixture
def start_worker(environment, tmp_path) -> Iterator[Callable[[], subprocess.Popen]]:
    """Start workers as ``portal run`` starts them; what still runs at the end is killed."""
    started: list[subprocess.Popen] = []
    with (tmp_path / "workers.log").open("wb") as output:

        def start() -> subprocess.Popen:
            process = subprocess.Popen(
                [sys.executable, "-m", "portal.running.worker"],
                env={**os.environ, **environment},
                cwd=Path(__file__).parents[2],
                stdout=output,
                stderr=output,
            )
            started.append(process)
            return process

        yield start
        for process in started:
            process.kill()
            process.wait()
    print((tmp_path / "workers.log").read_text()[-4000:])  # noqa: T201 - shown when a test fails


def until(done: Callable[[], bool], *, meanwhile: Callable[[], None] | None = None) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "it took too long"
        if meanwhile is not None:
            meanwhile()
        time.sleep(0.05)


def states(database: Database) -> dict[str, int]:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        rows = session.execute(sa.select(Mail.state, sa.func.count()).group_by(Mail.state))
        return {state.value: count for state, count in rows}


def all_sent(database: Database, count: int) -> Callable[[], bool]:
    return lambda: states(database) == {"sent": count}


def slowly(wake: Callable[[], None]) -> Callable[[], None]:
    """Wake as the scheduler does, only more often."""
    last = [0.0]

    def sometimes() -> None:
        if time.monotonic() - last[0] > 0.5:
            last[0] = time.monotonic()
            wake()

    return sometimes


def copies(sink: servers.MailSink) -> Counter[str]:
    return Counter(mail.recipients[0] for mail in sink.messages)


def test_a_worker_killed_while_it_sends_leaves_what_another_finishes_once(
    database, session, sink, wake, start_worker
):
    notice = queue_deliveries(session, SCHOOLS, at=clock.now())
    session.commit()
    killed = start_worker()
    until(lambda: len(sink.messages) >= 100, meanwhile=slowly(wake))
    killed.kill()
    killed.wait()
    assert len(sink.messages) < SCHOOLS, "it was killed in the middle"

    start_worker()
    until(all_sent(database, SCHOOLS), meanwhile=slowly(wake))

    arrived = copies(sink)
    assert len(arrived) == SCHOOLS
    twice = [address for address, count in arrived.items() if count > 1]
    assert len(sink.messages) <= SCHOOLS + 1
    for address in twice:
        ids = {
            message_from_bytes(mail.content)["Message-ID"]
            for mail in sink.messages
            if mail.recipients == [address]
        }
        assert len(ids) == 1
    deliveries = session.scalars(
        sa.select(Delivery.school_id).where(Delivery.notice_id == notice.id)
    ).all()
    assert len(deliveries) == len(set(deliveries)) == SCHOOLS


def test_a_worker_asked_to_stop_while_it_sends_stops_and_nothing_is_sent_twice(
    database, session, sink, wake, start_worker
):
    queue_deliveries(session, 300, at=clock.now())
    session.commit()
    stopped = start_worker()
    until(lambda: len(sink.messages) >= 60, meanwhile=slowly(wake))
    stopped.terminate()
    assert stopped.wait(10) == 0
    left = states(database)
    assert left["queued"] > 0
    assert left["sent"] == len(sink.messages)

    start_worker()
    until(all_sent(database, 300), meanwhile=slowly(wake))
    assert set(copies(sink).values()) == {1}


def test_two_workers_share_the_mail(database, session, sink, wake, start_worker):
    start_worker()
    start_worker()
    queue_deliveries(session, 300, at=clock.now())
    session.commit()
    until(all_sent(database, 300), meanwhile=slowly(wake))
    assert set(copies(sink).values()) == {1}
    assert len(sink.messages) == 300


@contextmanager
def away(server: servers.PostgreSQL, name: str) -> Iterator[None]:
    """Cut every connection to a database and let nobody in meanwhile."""
    door = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    cut = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
    server.as_superuser(door.format(sql.Identifier(name), sql.SQL("false")))
    server.as_superuser(cut.format(sql.Literal(name)))
    yield
    server.as_superuser(door.format(sql.Identifier(name), sql.SQL("true")))


@pytest.mark.postgresql_only
def test_workers_recover_from_a_database_that_was_away(
    database, session, sink, wake, start_worker, request
):
    queue_deliveries(session, 300, at=clock.now())
    session.commit()
    session.close()
    worker = start_worker()
    until(lambda: len(sink.messages) >= 60, meanwhile=slowly(wake))
    server = request.getfixturevalue("postgresql")
    name = database.engine.url.database
    database.engine.dispose()
    with away(server, name):
        before = len(sink.messages)
        until(lambda: _still_for(sink, 1.0))
    assert len(sink.messages) <= before + 50
    until(all_sent(database, 300), meanwhile=slowly(wake))
    assert worker.poll() is None, "it is the same worker"
    assert len(copies(sink)) == 300
    assert len(sink.messages) <= 301
    with database.session(authority=EVERY_AUTHORITY, writes=False) as looking:
        assert looking.scalar(sa.select(sa.func.max(Mail.tries))) == 0
        assert not looking.scalar(sa.select(sa.func.count()).where(Mail.state != MailState.SENT))


def _still_for(sink: servers.MailSink, seconds: float) -> bool:
    before = len(sink.messages)
    time.sleep(seconds)
    return len(sink.messages) == before
