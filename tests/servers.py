"""Real servers for tests, each on a free port, in a temporary folder, stopped at the end."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql

PATIENCE = 30  # seconds; a busy machine may be slow to start a server


class ServerError(Exception):
    """A server could not be found or did not start."""


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# PostgreSQL

# Spelt out, because it is the point: a superuser would pass by row security.
COPIES_FILES = 150000
CREATE_ROLE = sql.SQL("CREATE ROLE portal LOGIN NOSUPERUSER NOBYPASSRLS")


@dataclass(frozen=True)
class PostgreSQL:
    """A running server, with a database that a plain role owns."""

    port: int

    @property
    def url(self) -> str:
        """The first database, for SQLAlchemy."""
        return self.url_of("portal")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://portal@127.0.0.1:{self.port}/{database}"

    def new_database(self, name: str, template: str = "template0") -> str:
        """Make a database owned by the same role, empty or a copy, and return its URL."""
        with self.superuser_of("postgres") as connection:
            # Copying the files is twice as quick as writing them to the log, and came later.
            can_choose = connection.info.server_version >= COPIES_FILES
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER portal TEMPLATE {}{}").format(
                    sql.Identifier(name),
                    sql.Identifier(template),
                    sql.SQL(" STRATEGY FILE_COPY" if can_choose else ""),
                )
            )
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.as_superuser(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self.superuser_of("postgres"):
            return True
        return False

    def superuser_of(self, database: str) -> psycopg.Connection:
        """Connect as one who may do anything; the caller closes it."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def as_superuser(self, statement: sql.SQL | sql.Composed) -> None:
        with self.superuser_of("postgres") as connection:
            connection.execute(statement)


@contextlib.contextmanager
def postgresql(**also: str) -> Iterator[PostgreSQL]:
    """Run PostgreSQL with a role `portal` that is no superuser, so that row security binds it.

    ``also`` are settings beside ours.
    """
    binaries = _postgresql_binaries()
    with _folder("postgresql") as folder:
        prefix = _as_somebody_else(folder)
        data = folder / "data"
        how = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        _run([*prefix, str(binaries / "initdb"), "-D", str(data), *how], folder)
        port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "max_connections": 60,
            # Nothing here needs to outlive the power.
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            **also,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [*prefix, str(binaries / "postgres"), "-D", str(data), *options]
        server = PostgreSQL(port)

        # SIGINT tells it to drop its connections and stop cleanly.
        with _running(command, folder, server.answers, stop=signal.SIGINT):
            server.as_superuser(CREATE_ROLE)
            server.new_database("portal")
            yield server


def _postgresql_binaries() -> Path:
    def version(folder: Path) -> float:
        return float(folder.parent.name)

    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    message = "PostgreSQL's initdb and postgres are missing: install postgresql."
    raise ServerError(message)


def _as_somebody_else(folder: Path) -> list[str]:
    """Return what to put before a command that refuses to run as root, and give away the folder."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            break
    else:
        message = "PostgreSQL refuses to run as root and there is no user to run it as."
        raise ServerError(message)
    os.chown(folder, user.pw_uid, user.pw_gid)
    if shutil.which("setpriv"):
        ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        # If the tests are killed, the server goes with them.
        return ["setpriv", *ids, "--pdeathsig=INT", "--"]
    return ["runuser", "-u", user.pw_name, "--"]


# Redis


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Run Redis without a password or a file, and give its URL."""
    binary = shutil.which("redis-server")
    if binary is None:
        message = "redis-server is missing: install redis-server."
        raise ServerError(message)
    port = free_port()

    def answers() -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), 1) as connection,
        ):
            connection.sendall(b"PING\r\n")
            return connection.recv(5) == b"+PONG"
        return False

    with _folder("redis") as folder:
        command = [
            *(binary, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)),
            *("--save", "", "--appendonly", "no"),
        ]
        with _running(command, folder, answers):
            yield f"redis://127.0.0.1:{port}/0"


# Mail


@dataclass(frozen=True)
class Mail:
    """One message as it arrived, with the addresses it was sent from and to."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class MailSink:
    """An SMTP server that keeps what it gets, and can be told to be difficult.

    `refuse_next`  answer this many messages with a temporary refusal (451)
    `refuse_to`    answer these recipients with a lasting refusal (550)
    `delay`        seconds to wait before each answer to a whole message
    """

    port: int
    messages: list[Mail] = field(default_factory=list)
    refuse_next: int = 0
    refuse_to: set[str] = field(default_factory=set)
    delay: float = 0.0
    refused: int = 0

    # The names and arguments are aiosmtpd's. Each connection's commands run in the sink's own
    # thread, one at a time, so the numbers need no lock.

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse_to:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.refuse_next > 0:
            self.refuse_next -= 1
            self.refused += 1
            return "451 4.3.0 Try again later"
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.messages.append(Mail(envelope.mail_from or "", list(envelope.rcpt_tos), raw))
        return "250 2.0.0 Kept"

    def wait_for(self, count: int, seconds: float = 10) -> list[Mail]:
        """Return the messages as soon as there are so many, or fail."""
        _wait(lambda: len(self.messages) >= count, seconds, f"{count} messages")
        return self.messages


@contextlib.contextmanager
def mail_sink() -> Iterator[MailSink]:
    """Run an SMTP server that takes everything."""
    sink = MailSink(port=free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, ready_timeout=PATIENCE)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


# Browser

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
# Without a screen Chromium still makes a window for each visitor, and loads into it what the
# address bar would show: a third of what it costs. It also keeps a process ready for a page that
# nobody opens. Only the last list that it is given counts, so the others are Playwright's own.
NOT_WANTED = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",
)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run the system's Chromium, quiet: it fetches nothing that a test did not ask for."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        message = f"None of {', '.join(CHROMIUMS)} is here: install chromium."
        raise ServerError(message)
    flags = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--disable-features={','.join(NOT_WANTED)}",
    ]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # it cannot be had as root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=flags)
        try:
            yield browser
        finally:
            browser.close()


# Common to all


@contextlib.contextmanager
def _folder(name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"test-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(done.stderr or done.stdout)


@contextlib.contextmanager
def _running(
    command: Sequence[str],
    folder: Path,
    answers: Callable[[], bool],
    *,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        _wait(lambda: process.poll() is not None or answers(), PATIENCE, "an answer")
        if process.poll() is not None:
            raise ServerError(log.read_text(errors="replace"))
        yield
    finally:
        if process.poll() is None:
            process.send_signal(stop)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(done: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            message = f"waited {seconds} seconds for {what}"
            raise TimeoutError(message)
        time.sleep(0.02)
