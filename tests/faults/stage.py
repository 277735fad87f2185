"""A whole portal as ``portal run`` starts it, over a database of its own, with mail that waits."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.catalogue import load_shipped_catalogue
from directory.authorities import ensure_authority
from foundation import clock, migrate
from foundation.db import EVERY_AUTHORITY, Database, narrow
from foundation.settings import Settings
from notifications.models_mail import Mail
from portal.celery import app_for
from portal.wiring import waker
from tests.factories import base
from tests.factories.mail import queue_deliveries
from tests.faults.post import Post
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0


@dataclass
class Stage:
    """A portal that runs."""

    process: subprocess.Popen[str]
    database: Database
    post: Post
    home: Path
    log: Path
    began: float
    settings: Settings
    port: int

    @contextlib.contextmanager
    def factories(self) -> Iterator[Session]:
        """Let the block make rows with the factories of tests, committed at its end."""
        with self.database.session(authority=EVERY_AUTHORITY) as session:
            authority = session.scalar(sa.text("SELECT authority_id FROM authority_profile"))
            narrow(session, authority)
            session.info["test_authority"] = authority
            base.current["session"] = session
            yield session
            session.commit()

    def queue(self, count: int) -> None:
        """Let so many mails wait and wake the workers."""
        with self.factories() as session:
            queue_deliveries(session, count, at=clock.now())
        self.began = time.monotonic()
        self.wake()

    def wake(self, *queues: str) -> None:
        """Wake the workers as a page does after a commit; without a name those of mail."""
        assert self.database.waker is not None
        self.database.waker(frozenset(queues or {"mail"}))

    def run(self, task: str, queue: str) -> None:
        """Ask for a task as the schedule does."""
        app_for(self.settings).send_task(f"portal.{task}", queue=queue, retry=False, expires=60)

    def count(self, what: sa.Select[tuple[int]]) -> int:
        """Return what a statement counts, over all authorities."""
        with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            return session.scalar(what) or 0

    def kill_one(self, *, first: bool) -> int:
        """Kill the first worker or the last; return how many were killed."""
        pids = self.workers()
        for pid in pids[:1] if first else pids[-1:]:
            os.kill(pid, signal.SIGKILL)
        return min(len(pids), 1)

    def states(self) -> dict[str, int]:
        """Count the mails by state; nothing while the database is away."""
        counting = sa.select(Mail.state, sa.func.count()).group_by(Mail.state)
        try:
            with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
                return {state.value: count for state, count in session.execute(counting)}
        except sa.exc.DBAPIError:
            return {}

    def hurry(self) -> None:
        """Let no mail wait longer than a moment: pauses are tested elsewhere."""
        with self.database.transaction(authority=EVERY_AUTHORITY) as session:
            session.execute(
                sa.update(Mail).where(Mail.send_after > clock.now()).values(send_after=clock.now())
            )

    def until(self, done: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
        """Wait, and fail when it takes too long."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: {self.states()}\n{self.log.read_text()[-3000:]}")
            time.sleep(0.1)

    def workers(self) -> list[int]:
        """Return the processes that work; those that send mail stand last."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        found = []
        for child in listed.split():
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
                if b"portal.running.worker" in command:
                    left = b",".join(command).split(b",")
                    found.append((not any(name.endswith(b"mail") for name in left), int(child)))
        return [pid for _, pid in sorted(found)]


@contextlib.contextmanager
def stage(post: Post, url: str = "", *, broker: str = "") -> Iterator[Stage]:
    """Run a portal on this database, or on an embedded one, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        home, log = Path(folder) / "home", Path(folder) / "log"
        home.mkdir()
        url = url or f"sqlite:///{home / 'portal.db'}"
        values = {
            "PORTAL_HOME": str(home),
            "DATABASE_URL": url,
            "SMTP_URL": f"smtp://127.0.0.1:{post.port}",
            "SECRET_KEY": "for-tests-only",
            "PUBLIC_URL": "https://portal.example",
            "MAIL_LEASE_SECONDS": "2",
            "BROKER_URL": broker,
        }
        database = prepared(url)
        settings = Settings(**{name.lower(): value for name, value in values.items()})
        database.waker = waker(settings)
        port = free_port()
        ports = {"PORT": str(port), "WEB_PROCESSES": "1", "WORKER_PROCESSES": "2"}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", "from portal.cli import main; main()", "run"],
                env={**os.environ, **values, **ports},
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )
        try:
            assert process.stdout is not None
            if not process.stdout.readline().startswith("ready"):
                raise RuntimeError(log.read_text())
            yield Stage(process, database, post, home, log, time.monotonic(), settings, port)
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()
            database.engine.dispose()


def prepared(url: str) -> Database:
    """Make the tables, an authority and its categories."""
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        profile = ensure_authority(session, la_code="888", name="Lancashire")
        load_shipped_catalogue(session, profile.authority_id, at=base.NOON)
    return database
