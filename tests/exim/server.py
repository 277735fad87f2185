"""A real Exim in a folder of its own, set up by the very file that docs/mail-gateway.md shows."""

import contextlib
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import PATIENCE, ServerError, free_port

SHOWN = Path(__file__).parents[2] / "docs"
GONE = "gone.example"
"""Whoever is there has no mailbox, says the second door."""
QUEUE_RUN = "10s"
CHANGED = {
    r"^daemon_smtp_ports = 25$": "daemon_smtp_ports = %(smtp)d",
    r"^local_interfaces = .*$": "local_interfaces = <; 127.0.0.1.%(smtp)d ; 127.0.0.1.%(back)d",
    r"\{10026\}": "{%(back)d}",
    # Where the world begins.
    r"driver = dnslookup\n": """\
driver = manualroute
  route_list = * 127.0.0.1::%(out)d
  self = send
""",
    r"^remote_smtp:\n  driver = smtp\n": """\
remote_smtp:
  driver = smtp
  max_rcpt = 1000
  allow_localhost
  message_linelength_limit = 50M
""",
    r"^check_rcpt:\n": """\
check_rcpt:
  deny condition = ${if eq{$received_port}{%(back)d}}
       domains = gone.example
       message = no such mailbox
""",
}
"""What differs from the file shown: ports, the way out, and a second door that refuses somebody."""


@dataclass
class Exim:
    """One Exim with two doors."""

    program: str
    folder: Path
    gateway: int
    out: int
    smtp: int = field(default_factory=free_port)
    back: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def write(self, change: Callable[[str], str] = lambda text: text) -> None:
        """Write its settings: those shown, but for where things are."""
        text = (SHOWN / "mail-gateway" / "exim.conf").read_text()
        for pattern, instead in CHANGED.items():
            ports = {"smtp": self.smtp, "back": self.back, "out": self.out}
            text, times = re.subn(pattern, instead % ports, text, flags=re.MULTILINE)
            assert times == 1, f"docs/mail-gateway/exim.conf: {pattern}"
        text = change(text).replace("127.0.0.1::10025", f"127.0.0.1::{self.gateway}")
        places = (
            f"exim_path = {self.program}\nspool_directory = {self.folder}/spool\n"
            f"log_file_path = {self.folder}/log.%s\npid_file_path = {self.folder}/pid\n"
        )
        (self.folder / "exim.conf").write_text(places + text)

    def start(self) -> None:
        """Start it, and wait until both doors open."""
        command = [self.program, "-C", str(self.folder / "exim.conf"), "-bdf", f"-q{QUEUE_RUN}"]
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        end = time.monotonic() + PATIENCE
        while not (_answers(self.smtp) and _answers(self.back)):
            if self.process.poll() is not None or time.monotonic() > end:
                raise ServerError(f"Exim did not start: {self.said[-3000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it; what it has not delivered stays in its queue."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
            self.process = None

    def again(self, change: Callable[[str], str] = lambda text: text) -> None:
        """Start it anew with changed settings."""
        self.stop()
        self.write(change)
        self.start()

    def waiting(self) -> int:
        """Return how many messages are in its queue."""
        said = subprocess.run(
            [self.program, "-C", str(self.folder / "exim.conf"), "-bpc"],
            capture_output=True,
            check=True,
        )
        return int(said.stdout)

    @property
    def said(self) -> str:
        """Return its log."""
        place = self.folder / "log.main"
        said = place.read_text(errors="replace") if place.exists() else ""
        # Its settings are not where it trusts them: it says with each message that it is no root.
        return "".join(line for line in said.splitlines(True) if "lost privilege" not in line)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
        return line.recv(3) == b"220"
    return False
