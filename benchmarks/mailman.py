"""Mailman 3 beside the portal: a held post released to as many members, to the same mail server.

It runs as it is shipped, in an environment of its own with pinned versions, driven by its own
commands and its REST API. With personal messages it makes one for each member, as the portal does.
"""

import base64
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests import servers

REQUIREMENTS: Final = Path(__file__).with_name("mailman-requirements.txt")
PATIENCE: Final = 120
LIST: Final = "schools@lists.example"
OURSELVES: Final = "benchmark:benchmark"
CONFIGURATION: Final = """
[mailman]
layout: here
site_owner: owner@lists.example
[paths.here]
var_dir: {home}
[mta]
incoming: mailman.mta.null.NullMTA
outgoing: mailman.mta.deliver.deliver
smtp_host: 127.0.0.1
smtp_port: {smtp}
lmtp_host: 127.0.0.1
lmtp_port: {lmtp}
verp_personalized_deliveries: yes
[webservice]
hostname: 127.0.0.1
port: {rest}
admin_user: benchmark
admin_pass: benchmark
[archiver.prototype]
enable: no
"""
POST: Final = """From: Officer <officer@authority.example>
To: {list}
Subject: {subject}
Message-ID: <{subject}@authority.example>
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

{body}
"""


@dataclass
class Mailman:
    """A running Mailman with one list."""

    home: Path
    program: Path
    rest: int

    def run(self, *arguments: str, text: str = "") -> str:
        """Run one of its commands."""
        done = subprocess.run(
            [str(self.program), *self._as_root, *arguments],
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr or done.stdout)
        return done.stdout

    def start(self) -> None:
        """Start its runners. They keep what they are given to write to, so it is no pipe."""
        command = [str(self.program), *self._as_root, "start"]
        with (self.home / "start.log").open("wb") as log:
            subprocess.run(command, env=self.environment, stdout=log, stderr=log, check=True)

    @property
    def _as_root(self) -> list[str]:
        return ["--run-as-root"] if os.geteuid() == 0 else []

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands: its own configuration, and its own programs first."""
        path = f"{self.program.parent}:{os.environ['PATH']}"
        return {**os.environ, "MAILMAN_CONFIG_FILE": str(self.home / "mailman.cfg"), "PATH": path}

    def ask(self, method: str, path: str, **values: str) -> Any:
        """Ask its REST API."""
        data = urllib.parse.urlencode(values).encode() if values else None
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.rest}/3.1/{path}", data=data, method=method
        )
        sign = base64.b64encode(OURSELVES.encode()).decode()
        asked.add_header("Authorization", f"Basic {sign}")
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - see above
            text = answer.read()
        return json.loads(text) if text else None

    def answers(self) -> bool:
        """Tell whether its REST API is there."""
        try:
            self.ask("GET", "system/versions")
        except (OSError, urllib.error.URLError):
            return False
        return True

    def held(self) -> list[int]:
        """Return the posts that wait for a moderator."""
        found = self.ask("GET", f"lists/{LIST}/held").get("entries", [])
        return [entry["request_id"] for entry in found]


def installed(folder: Path) -> Path:
    """Make an environment with Mailman in it; return its program."""
    print("Installing Mailman 3 ...", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "install"]
    subprocess.run(
        [*pip, "--no-deps", "--require-hashes", "-r", str(REQUIREMENTS)],
        check=True,
        stdout=sys.stderr,
    )
    return folder / "bin" / "mailman"


@contextmanager
def mailman(program: Path, smtp_port: int) -> Iterator[Mailman]:
    """Run Mailman with an empty list, sending to this port."""
    with TemporaryDirectory(prefix="mailman-") as folder:
        home = Path(folder)
        rest = servers.free_port()
        text = CONFIGURATION.format(home=home, smtp=smtp_port, lmtp=servers.free_port(), rest=rest)
        (home / "mailman.cfg").write_text(text)
        made = Mailman(home, program, rest)
        made.run("create", "--quiet", LIST)
        made.start()
        try:
            _until(made.answers, "Mailman's REST API")
            yield made
        finally:
            made.run("stop")


def fill(list_: Mailman, addresses: list[str]) -> None:
    """Make these addresses members."""
    people = "".join(f"Reader {number} <{one}>\n" for number, one in enumerate(addresses))
    list_.run("addmembers", "--no-welcome-msg", "-", LIST, text=people)


def release(
    list_: Mailman, subject: str, body: str, *, personal: bool, done: Callable[[], bool]
) -> float:
    """Post, wait until it is held, release it; return the seconds until ``done``."""
    how = "individual" if personal else "none"
    list_.ask("PATCH", f"lists/{LIST}/config", personalize=how)
    list_.run("inject", LIST, text=POST.format(list=LIST, subject=subject, body=body))
    _until(lambda: bool(list_.held()), "a held post")
    (request,) = list_.held()
    start = time.perf_counter()
    list_.ask("POST", f"lists/{LIST}/held/{request}", action="accept")
    _until(done, "the mails of Mailman")
    return time.perf_counter() - start


def _until(done: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {PATIENCE} seconds for {what}")
        time.sleep(0.02)
