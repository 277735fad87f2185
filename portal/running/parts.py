"""Which processes the portal consists of, and what must be free before they start."""

import errno
import fcntl
import http.client
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from foundation.errors import Refusal
from foundation.settings import Settings
from portal.running.child import WITHOUT
from portal.running.supervisor import Part

ANY_HOST: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound
LONG: Final = ("documents", "meanings", "owners", "prints", "texts", "updates")
"""The queues whose tasks may keep a worker for minutes."""
PATIENCE: Final = 5.0  # seconds


class CannotStartError(Refusal):
    """Something is in the way; the sentence says what, and what to do."""


def parts(settings: Settings) -> list[Part]:
    """Return the processes to run with these settings."""
    python = (sys.executable, "-m")
    web = Part("web", (*python, "gunicorn", "--config", "python:portal.running.web"))
    workers = [
        Part(f"worker-{number}", (*python, "portal.running.worker", *left))
        for number, left in enumerate(_left(settings.worker_processes), 1)
    ]
    scheduler = Part("scheduler", (*python, "portal.running.scheduler"))
    sink = Part("mail-sink", (*python, "portal.mailsink.server"), last=True)
    mail_in = Part("mail-in", (*python, "portal.mailin.server"))
    gateways = range(settings.gateway_processes if settings.gateway_listens[1] else 0)
    beside = [Part(f"gateway-{n + 1}", (*python, "portal.gateway.server")) for n in gateways]
    beside += [mail_in] if settings.return_port else []
    return [*([sink] if settings.has_mail_sink else []), web, *workers, scheduler, *beside]


def _left(workers: int) -> list[tuple[str, ...]]:
    """Return what each worker is told to leave to the others.

    The first never sends mail, so that thousands which wait keep nobody's item; the last never
    does what takes long, so that no file keeps a sign-in link.
    """
    if workers == 1:
        return [()]
    between = [()] * (workers - 2)
    return [(f"{WITHOUT}mail",), *between, (WITHOUT + ",".join(LONG),)]


def ready_line(settings: Settings) -> str:
    """Return the line that says where the portal answers."""
    return f"ready http://{_bracketed(_reachable(settings.host))}:{settings.port}"


def web_answers(settings: Settings) -> bool:
    """Tell whether the pages are served."""
    host = _reachable(settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def choose_ports(settings: Settings) -> Settings:
    """Find another port for the mail sink where nobody chose one and the usual one is taken.

    Processes that are started from here find it in their environment.
    """
    if not settings.has_mail_sink or settings.sink_port:
        return settings
    if not _in_the_way("127.0.0.1", settings.sink_listens):
        return settings
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    os.environ["SINK_PORT"] = str(port)
    return settings.model_copy(update={"sink_port": port})


def check_ports(settings: Settings) -> None:
    """Raise CannotStartError, naming the port and its variable, when one is in use."""
    wanted = [("PORT", settings.host, settings.port)]
    if settings.has_mail_sink:
        wanted.append(("SINK_PORT", "127.0.0.1", settings.sink_listens))
    gateway, port = settings.gateway_listens
    if port:
        wanted.append(("GATEWAY_PORT" if settings.gateway_port else "SMTP_PORT", gateway, port))
    if settings.return_port:
        wanted.append(("RETURN_PORT", settings.return_host, settings.return_port))
    for variable, host, port in wanted:
        if fault := _in_the_way(host, port):
            raise CannotStartError(
                f"Port {port} of {host} {fault}. "
                f"Choose another with {variable}, as in: {variable}={port + 1} portal run"
            )


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the folder of this portal; raises CannotStartError when another one runs there."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            lock.seek(0)
            whose = lock.read().strip() or "unknown"
            raise CannotStartError(
                f"The portal is already running on {home} (process {whose}). "
                "Stop that one first, or set PORTAL_HOME to another folder."
            ) from fault
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _in_the_way(host: str, port: int) -> str:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            return "is in use by another program"
        return f"cannot be used ({fault.strerror})"
    return ""


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ANY_HOST else host


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
