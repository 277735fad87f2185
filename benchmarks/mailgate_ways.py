"""What is measured of the mail gateway runs here: servers to go through, and clients that time."""

import contextlib
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.faults.gateway_mail import Message
from tests.postfix import program
from tests.servers import free_port


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Run Postfix's own sink, which takes everything at no cost, and give its port."""
    port = free_port()
    with _process([program("smtp-sink"), "-u", "postfix", f"127.0.0.1:{port}", "200"], port):
        yield port


@contextlib.contextmanager
def relay(next_port: int, port: int = 0) -> Iterator[tuple[int, int]]:
    """Run the bare relay; give its port and its process."""
    port = port or free_port()
    words = [sys.executable, "-m", "benchmarks.mailgate_relay", str(port), str(next_port)]
    with _process(words, port) as pid:
        yield port, pid


@contextlib.contextmanager
def _process(words: Sequence[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, cwd=Path(__file__).parents[1])
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end and process.poll() is None:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", port), 1) as connection,
            ):
                if connection.recv(3) == b"220":
                    break
            time.sleep(0.05)
        yield process.pid
    finally:
        process.kill()
        process.wait()


class Clients:
    """Clients that send messages one after the other, each over one connection."""

    def __init__(self, port: int, some: Sequence[Message], *, count: int, rate: float = 0) -> None:
        """Send all: evenly, at ``rate`` messages a second over all, or as fast as it goes."""
        self.times: list[float] = []
        self.faults: list[str] = []
        self._began = time.monotonic()
        each = rate / count
        threads = [
            threading.Thread(
                target=self._send,
                args=(port, some[which::count], each, which / rate if rate else 0),
            )
            for which in range(count)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = time.monotonic() - self._began

    def _send(self, port: int, some: Sequence[Message], rate: float, later: float) -> None:
        try:
            with smtplib.SMTP("127.0.0.1", port, "client", timeout=60) as client:
                client.ehlo()
                for place, message in enumerate(some):
                    if rate:
                        time.sleep(max(0.0, self._began + later + place / rate - time.monotonic()))
                    before = time.perf_counter()
                    client.sendmail(message.sender, message.recipients, message.content)
                    self.times.append(time.perf_counter() - before)
        except (OSError, smtplib.SMTPException) as fault:
            self.faults.append(f"{type(fault).__name__}: {fault}"[:200])


def memory(pid: int, what: str) -> float:
    """Return memory of a process in MB: ``VmRSS`` now, ``VmHWM`` at most since ``forget_peak``."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1000
    raise LookupError(what)


def forget_peak(pid: int) -> None:
    """Let the most memory of a process count from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
