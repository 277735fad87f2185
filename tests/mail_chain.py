"""The mail gateway between two real Postfix servers, each a process (or several) of its own.

client -> Postfix A -> gateway -> Postfix B -> sink
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.postfix import Postfix, postfix
from tests.servers import PATIENCE, ServerError, free_port

ROOT = Path(__file__).parent.parent
RECEIVED = re.compile(rb"^Received: .*(?:\r\n[ \t].*)*\r\n", re.MULTILINE)
QUEUE_ID = re.compile(rb"\(Postfix\) with E?SMTP id (\w+)")


@dataclass
class Gateways:
    """The gateway's processes, on one port."""

    home: Path
    database: str
    next_hop: int
    confirm: int
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, count: int = 1) -> None:
        """Start so many more, and wait until there is an answer."""
        self.home.mkdir(parents=True, exist_ok=True)
        for _ in range(count):
            with (self.home / "gateway.log").open("ab") as log:
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "portal.gateway.server"],
                        env={**os.environ, **self._variables(), **self.settings},
                        cwd=ROOT,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                    )
                )
        self.wait()

    def _variables(self) -> dict[str, str]:
        return {
            "PORTAL_HOME": str(self.home),
            "DATABASE_URL": self.database,
            "SMTP_URL": f"smtp://127.0.0.1:{self.next_hop}",
            "SECRET_KEY": "for-tests-only",
            "PUBLIC_URL": "https://portal.example",
            "GATEWAY_PORT": str(self.port),
            "GATEWAY_NEXT_HOP": f"127.0.0.1:{self.next_hop}",
            "GATEWAY_CONFIRM_PORT": str(self.confirm),
            "PORTAL_PARENT": str(os.getpid()),
        }

    def wait(self) -> None:
        """Wait until the port answers; Python alone may need many seconds to start."""
        end = time.monotonic() + 4 * PATIENCE
        while not _greets(self.port):
            ended = [each.poll() for each in self.processes if each.poll() is not None]
            if ended or time.monotonic() > end:
                raise ServerError(f"the gateway did not start: {self.said[-3000:]}")
            time.sleep(0.05)

    def kill(self, count: int | None = None) -> int:
        """Kill so many of them, or all; return how many."""
        killed = self.processes[:count]
        self.processes = self.processes[len(killed) :]
        for process in killed:
            process.send_signal(signal.SIGKILL)
        for process in killed:
            process.wait()
        return len(killed)

    @property
    def said(self) -> str:
        """Return the log."""
        place = self.home / "gateway.log"
        return place.read_text(errors="replace") if place.exists() else ""


@dataclass
class Chain:
    """Everything between the client and the sink."""

    before: Postfix
    gateways: Gateways
    behind: Postfix

    @property
    def said(self) -> str:
        """Return what all of them logged last."""
        logs = (self.before.said, self.gateways.said, self.behind.said)
        return "\n---\n".join(log[-2500:] for log in logs)


@contextlib.contextmanager
def chain(
    home: Path,
    database: str,
    *,
    out: int,
    processes: int = 1,
    settings: Mapping[str, str] | None = None,
    on_disk: bool = False,
) -> Iterator[Chain]:
    """Run it; what leaves Postfix B goes to the port ``out``."""
    confirm = free_port()
    with postfix(out=out, confirm=confirm, on_disk=on_disk) as behind:
        gateways = Gateways(home, database, behind.back, confirm, settings or {})
        try:
            with postfix(out=out, gateway=gateways.port, on_disk=on_disk) as before:
                gateways.start(processes)
                yield Chain(before, gateways, behind)
        finally:
            gateways.kill()


def without_received(content: bytes, lines: int) -> bytes:
    """Return a message without the first ``lines`` headers that servers put on top."""
    for _ in range(lines):
        found = RECEIVED.match(content)
        assert found, content[:300]
        content = content[found.end() :]
    return content


def queue_ids(content: bytes) -> list[bytes]:
    """Return under which names a message lay in the queues it came through, the last first."""
    head = content.partition(b"\r\n\r\n")[0]
    return QUEUE_ID.findall(head)


def _greets(port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), 1) as connection,
    ):
        return connection.recv(3) == b"220"
    return False
