"""The processes of ``portal run``, started for real."""

import contextlib
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from directory.authorities import ensure_authority
from foundation import clock, migrate
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import Settings
from notifications.mail.compose import queue_mail
from portal.running import parts
from portal.wiring import waker
from tests import servers

ROOT = Path(__file__).parents[2]
PORTAL = (sys.executable, "-c", "from portal.cli import main; main()")
PATIENCE = 60


def until(done: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, f"waited too long for {what}"
        time.sleep(0.05)


@dataclass
class Running:
    """A ``portal run`` that says it is ready."""

    process: subprocess.Popen
    home: Path
    port: int
    smtp_port: int
    ready: str

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.home, self.port, self.smtp_port)

    def log(self) -> str:
        return (self.home.parent / "log").read_text(errors="replace")

    def family(self) -> dict[int, str]:
        """Every process below it, with its command."""
        return family(self.process.pid)


def environment(home: Path, port: int, smtp_port: int, **more: str) -> dict[str, str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "BROKER_URL", "SMTP_URL", "PUBLIC_URL", "HOST"}
    }
    own = {"PORTAL_HOME": str(home), "PORT": str(port), "SMTP_PORT": str(smtp_port)}
    own["SINK_PORT"] = str(servers.free_port())
    return {**clean, **own, "WEB_PROCESSES": "1", "WORKER_PROCESSES": "1", **more}


def family(pid: int) -> dict[int, str]:
    found: dict[int, str] = {}
    with contextlib.suppress(OSError):  # one that ends while we look has no family
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            found[int(child)] = command
            found.update(family(int(child)))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def make_database(home: Path) -> int:
    home.mkdir(parents=True)
    database = Database(f"sqlite:///{home / 'portal.db'}")
    migrate.upgrade(database)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        authority_id = ensure_authority(session, la_code="888", name="Lancashire").authority_id
    database.engine.dispose()
    return authority_id


def start(place: Path, *options: str, **more: str) -> Running:
    home, port, smtp_port = place / "home", servers.free_port(), servers.free_port()
    if not home.exists() and not more:
        make_database(home)
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            [*PORTAL, "run", *options],
            env=environment(home, port, smtp_port, **more),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    ready = process.stdout.readline()
    if not ready:
        process.wait()
        pytest.fail((place / "log").read_text())
    return Running(process, home, port, smtp_port, ready)


def stop(running: Running) -> tuple[int, float, str]:
    """Stop it and return its exit code, how long it took, and what else it printed."""
    began = time.monotonic()
    running.process.terminate()
    rest, _ = running.process.communicate(timeout=20)
    return running.process.returncode, time.monotonic() - began, rest


def queue_one(database: Database, authority_id: int) -> None:
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        address = "head@school.example"
        words = {"subject": "Your link", "text": "Open it.", "at": clock.now()}
        queue_mail(session, authority_id=authority_id, address=address, **words)
    database.engine.dispose()


@pytest.fixture(scope="module")
def portal(tmp_path_factory) -> Iterator[Running]:
    """One portal for the tests that leave it running."""
    place = tmp_path_factory.mktemp("run")
    authority_id = make_database(place / "home")
    queue_one(Database(f"sqlite:///{place / 'home' / 'portal.db'}"), authority_id)
    running = start(place)
    yield running
    if running.process.poll() is None:
        stop(running)


def test_it_says_where_it_answers_once_it_does(portal):
    assert portal.ready == f"ready http://127.0.0.1:{portal.port}\n"
    assert portal.get("/health") == 200


def test_connections_on_which_nothing_is_asked_keep_nobody_waiting(portal):
    idle = [socket.create_connection(("127.0.0.1", portal.port)) for _ in range(4)]
    assert portal.get("/health") == 200
    for connection in idle:
        connection.close()


def test_logs_hold_no_addresses(portal):
    with smtplib.SMTP("127.0.0.1", portal.smtp_port) as client:
        client.sendmail("a@a.example", ["someone@school.example"], b"Subject: Hello\r\n\r\nHello")
    portal.get("/health?email=someone@school.example")
    assert "school.example" not in portal.log()


def test_mail_passes_the_gateway_to_the_sink_as_it_came(portal):
    content = b"Subject: Through\r\n\r\nCaf\xc3\xa9\r\n.\r\n"
    with smtplib.SMTP("127.0.0.1", portal.smtp_port) as client:
        client.sendmail("a@a.example", ["someone@school.example"], content)
    (caught,) = [
        place.read_bytes()
        for place in (portal.home / "mail").glob("*.eml")
        if b"Subject: Through" in place.read_bytes()
    ]
    assert caught.endswith(b"X-Envelope-To: someone@school.example\r\n" + content)


def test_a_second_one_says_that_the_first_is_there(portal):
    second = subprocess.run(  # noqa: PLW1510 - its exit code is looked at
        [*PORTAL, "run"], env=portal.environment, cwd=ROOT, capture_output=True, text=True
    )
    assert second.returncode == 1
    assert f"already running on {portal.home} (process {portal.process.pid})" in second.stderr
    assert second.stderr.count("\n") == 1
    assert portal.get("/health") == 200


@pytest.mark.parametrize("variable", ["PORT", "SMTP_PORT"])
def test_a_port_in_use_is_named_with_its_variable(portal, tmp_path, variable):
    taken = {"PORT": portal.port, "SMTP_PORT": portal.smtp_port}[variable]
    ports = {"PORT": servers.free_port(), "SMTP_PORT": servers.free_port(), variable: taken}
    values = environment(tmp_path / "other", ports["PORT"], ports["SMTP_PORT"])
    answer = subprocess.run(  # noqa: PLW1510 - its exit code is looked at
        [*PORTAL, "run"], env=values, cwd=ROOT, capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert f"Port {taken} of 127.0.0.1 is in use" in answer.stderr
    assert f"{variable}=" in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "part",
    ["portal.running.worker", "gunicorn", "portal.mailsink.server", "portal.gateway.server"],
)
def test_a_killed_process_is_started_again(portal, part):
    def those() -> set[int]:
        children = family(portal.process.pid)
        return {pid for pid, command in children.items() if part in command}

    before = those()
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: those() and not those() & before, "another one")
    until(lambda: _answers(portal), "an answer")


def _answers(portal: Running) -> bool:
    try:
        return portal.get("/health") == 200
    except OSError:
        return False


def test_mail_that_nobody_woke_a_worker_for_arrives_in_the_sink_as_a_whole_file(portal):
    def arrived() -> list[str]:
        contents = [place.read_text() for place in (portal.home / "mail").glob("*.eml")]
        return [content for content in contents if "X-Envelope-To: head@school" in content]

    until(arrived, "the mail")
    [content] = arrived()
    assert content.startswith("X-Envelope-From: bounces+")
    assert content.rstrip().endswith("--")


def test_asked_to_stop_it_leaves_nobody_behind(portal):
    children = portal.family()
    assert len(children) >= 5
    code, seconds, rest = stop(portal)
    assert (code, rest) == (0, "")
    assert seconds < 10
    assert not [command for pid, command in children.items() if alive(pid)]


def test_killed_itself_it_leaves_nobody_behind(tmp_path):
    running = start(tmp_path)
    children = running.family()
    running.process.kill()
    running.process.communicate()
    until(lambda: not [pid for pid in children if alive(pid)], "the end of its processes")
    # The lock went with it, so that it can be started again.
    with parts.only_one(running.home):
        pass


def test_the_same_command_uses_servers_and_brings_their_database_up_to_date(postgresql, tmp_path):
    database = Database(postgresql.new_database("run_prepare"))
    migrate.upgrade(database)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        authority_id = ensure_authority(session, la_code="888", name="Lancashire").authority_id
    migrate.downgrade(database, "-1")
    with servers.redis() as broker, servers.mail_sink() as sink:
        more = {
            "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "BROKER_URL": broker,
            "SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
            "SECRET_KEY": "for-tests-only",
            "PUBLIC_URL": "https://portal.example",
        }
        running = start(tmp_path, "--prepare", **more)
        assert migrate.current(database) == migrate.head()
        assert not [command for command in running.family().values() if "mailsink" in command]
        values = {name.lower(): value for name, value in more.items()}
        database.waker = waker(Settings(portal_home=tmp_path, **values))
        queue_one(database, authority_id)
        sink.wait_for(1, PATIENCE)
        code, _, rest = stop(running)
    assert (code, rest) == (0, "")


def test_without_a_database_that_is_up_to_date_it_says_what_to_run(postgresql, tmp_path):
    url = postgresql.new_database("run_unprepared")
    more = {"DATABASE_URL": url, "SECRET_KEY": "x", "PUBLIC_URL": "https://portal.example"}
    values = environment(tmp_path / "home", servers.free_port(), servers.free_port(), **more)
    answer = subprocess.run(
        [*PORTAL, "run"], env=values, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert answer.stderr == "Error: The database is not up to date. Run: portal db upgrade\n"


def test_a_database_that_is_away_is_one_sentence(tmp_path):
    url = f"postgresql://portal@127.0.0.1:{servers.free_port()}/portal"
    more = {"DATABASE_URL": url, "SECRET_KEY": "x", "PUBLIC_URL": "https://portal.example"}
    values = environment(tmp_path / "home", servers.free_port(), servers.free_port(), **more)
    answer = subprocess.run(
        [*PORTAL, "run", "--prepare"],
        env=values,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "DATABASE_URL" in answer.stderr
