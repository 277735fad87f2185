"""What may go wrong, one after the other; each answers how many mails came, and how often."""

import os
import pwd
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests import servers
from tests.faults.pages import ask_pages, head_of
from tests.faults.post import post
from tests.faults.stage import Stage, stage

SENDS = 200
KILLS = 8
PATIENCE = 15.0
"""Seconds after which nobody waits for a page any more."""


@dataclass
class Result:
    """What a scenario came to. ``ok`` says whether it is as promised."""

    lost: int
    twice: int
    differing: int
    seconds: float
    ok: bool
    note: str = ""


def measure(running: Stage, *, may_double: int, failed: int = 0, note: str = "") -> Result:
    """Wait until nothing waits, and count."""
    sent, told = SENDS - failed, running.post
    wanted = {"sent": sent} | ({"failed": failed} if failed else {})

    def done() -> bool:
        if running.states() == wanted:
            return True
        running.wake()
        time.sleep(0.4)
        return False

    running.until(done, "all mail sent")
    lost = sent - len(told.accepted)
    ok = lost == 0 and told.twice <= may_double and told.differing == 0
    return Result(lost, told.twice, told.differing, time.monotonic() - running.began, ok, note)


def some_sent(running: Stage, count: int = 30) -> None:
    """Wait until the sending is under way."""
    running.until(lambda: len(running.post.accepted) >= count, "the first mails")


def killed_workers(url: str = "") -> Result:
    """SIGKILL of a worker at random moments."""
    with post() as told, stage(told, url) as running:
        told.delay = 0.03
        running.queue(SENDS)
        killed = 0
        while killed < KILLS and len(told.accepted) < SENDS - 10:
            time.sleep(random.uniform(0.2, 1.5))  # noqa: S311 - any moment will do
            # The last worker sends mail, the first one everything else: each has its turn.
            for pid in running.workers()[:1] if killed % 4 == 3 else running.workers()[-1:]:
                os.kill(pid, signal.SIGKILL)
                killed += 1
            running.wake()
        return measure(running, may_double=killed, note=f"{killed} kills")


def lost_folder_broker() -> Result:
    """The embedded broker's folder is emptied while mail is sent."""
    with post() as told, stage(told) as running:
        told.delay = 0.03
        running.queue(SENDS)
        some_sent(running)
        for place in (running.home / "broker").iterdir():
            if place.is_file():
                place.unlink(missing_ok=True)
        return measure(running, may_double=0)


def stopped_redis() -> Result:
    """Redis is killed, stays away for ten seconds, and starts empty."""
    binary, port = shutil.which("redis-server"), servers.free_port()
    if binary is None:
        raise servers.ServerError("redis-server is missing")
    command = [binary, "--port", str(port), "--save", "", "--bind", "127.0.0.1"]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())

    redis = start()
    time.sleep(1)
    try:
        with post() as told, stage(told, broker=f"redis://127.0.0.1:{port}/0") as running:
            told.delay = 0.03
            running.queue(SENDS)
            some_sent(running)
            redis.kill()
            redis.wait()
            time.sleep(10)
            redis = start()
            return measure(running, may_double=0)
    finally:
        redis.kill()
        redis.wait()


def database_away(seconds: float = 60) -> Result:
    """PostgreSQL is stopped while mail is sent, and started a minute later; pages say so."""
    with (
        servers.postgresql() as server,
        post() as told,
        stage(told, server.new_database("faults")) as running,
    ):
        told.delay = 0.03
        cookie = head_of(running)
        running.queue(SENDS)
        some_sent(running)
        again = _stop(server)
        before = len(told.accepted)
        asked = ask_pages(running, cookie, seconds=seconds)
        after = len(told.accepted)
        process = again()
        try:
            running.until(server.answers, "PostgreSQL")
            back = ask_pages(running, cookie, seconds=1)
            note = f"away {seconds:.0f} s; {after - before} more left meanwhile; {asked}"
            result = measure(running, may_double=2, note=note)
            result.ok = (
                result.ok and not asked.silent and asked.slowest < PATIENCE and not back.silent
            )
            return result
        finally:
            running.database.engine.dispose()
            process.send_signal(signal.SIGINT)
            process.wait(20)


def _stop(server: servers.PostgreSQL) -> Callable[[], subprocess.Popen[bytes]]:
    """Stop the server at once, and return what starts it again."""
    with psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres") as connection:
        [(data,)] = connection.execute("SHOW data_directory").fetchall()
    pid = int((Path(data) / "postmaster.pid").read_text().splitlines()[0])
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    owner = pwd.getpwuid(Path(data).stat().st_uid)
    os.kill(pid, signal.SIGINT)
    while Path(data, "postmaster.pid").exists():
        time.sleep(0.1)

    def start() -> subprocess.Popen[bytes]:
        who = {} if os.geteuid() else {"user": owner.pw_uid, "group": owner.pw_gid}
        return subprocess.Popen(command, cwd=data, stderr=subprocess.DEVNULL, **who)  # type: ignore[call-overload,no-any-return]

    return start


def refusing(name: str, **how: int) -> Callable[[], Result]:
    """Return a scenario in which the mail server misbehaves so many times."""

    def run() -> Result:
        with post() as told, stage(told) as running:
            told.delay = 0.01
            for key, value in how.items():
                setattr(told, key, value)
            running.queue(SENDS)
            while any(getattr(told, key) > 0 for key in how):
                time.sleep(0.5)
                running.hurry()
                running.wake()
            running.hurry()
            return measure(running, may_double=how.get("hang_up_after", 0))

    run.__doc__ = f"{name} {next(iter(how.values()))} times."
    return run


def refused_for_good() -> Result:
    """550 to 20 recipients: those alone fail."""
    with post() as told, stage(told) as running:
        told.never = frozenset(f"office@{urn}.school.example" for urn in range(900_001, 900_021))
        running.queue(SENDS)
        return measure(running, may_double=0, failed=len(told.never), note="20 failed, as told")
