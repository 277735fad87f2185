"""The whole portal as `portal run` starts it, and what journeys do there without a browser."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from directory.models import Person
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import Settings
from portal.signin import links, notice, sessions
from portal.signin.models import SignInLink
from tests import servers

PORTAL = str(Path(sys.executable).parent / "portal")
DEMONSTRATION = ["demo", "--schools", "24", "--communications", "40"]


class Once:
    """What is done once in a run, by whichever process comes first."""

    def __init__(self, factory: pytest.TempPathFactory, name: str) -> None:
        self._place = place_of_run(factory) / name
        self._place.mkdir(exist_ok=True)

    def first(self, *what: str) -> bool:
        """Tell whether nobody did this yet; who asks must do it."""
        try:
            (self._place / sha256("\n".join(what).encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def place_of_run(factory: pytest.TempPathFactory) -> Path:
    """Return the temporary folder that all processes of this run share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@dataclass
class Stage:
    """A running portal with a small demonstration authority."""

    address: str
    home: Path
    environment: dict[str, str]
    looked_at: Once
    """The pages that axe has seen."""
    sink: servers.MailSink | None = None
    used: set[str] = field(default_factory=set)
    came: set[tuple[str, bool]] = field(default_factory=set)
    """How people came already: at which width, with scripts or not."""
    _read: dict[Path, EmailMessage] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `portal` command beside the running portal."""
        return subprocess.run(
            [PORTAL, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def mail_to(self, address: str, subject: str = "", seconds: float = 60) -> str:
        """Wait for the newest mail to an address whose subject holds some words."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for message in self._caught():
                if address in str(message["To"]) and subject in str(message["Subject"]):
                    return message.get_body(("plain",)).get_content()
            time.sleep(0.1)
        raise AssertionError(f"no mail “{subject}” reached {address}")

    def fresh_link(self, address: str) -> str:
        """Wait for a sign-in link to this address that was not used before."""
        limit = time.monotonic() + 20
        while time.monotonic() < limit:
            text = self.mail_to(address, "ign in")
            for link in re.findall(r"https?://\S+/sign-in/\S+", text):
                if link not in self.used:
                    self.used.add(link)
                    return link
            time.sleep(0.1)
        raise AssertionError(f"no new link reached {address}")

    def _caught(self) -> Iterator[EmailMessage]:
        """Give all mail, the newest first; each is read once."""
        if self.sink is not None:
            for mail in reversed(self.sink.messages):
                yield message_from_bytes(mail.content, policy=default)
            return
        for place in sorted((self.home / "mail").glob("*.eml"), reverse=True):
            if place not in self._read:
                self._read[place] = message_from_bytes(place.read_bytes(), policy=default)
            yield self._read[place]

    def is_new(self, width: str, scripts: bool) -> bool:
        """Tell whether nobody came like this before; on servers everybody is new."""
        new = self.sink is not None or (width, scripts) not in self.came
        self.came.add((width, scripts))
        return new

    def cookie_of(self, address: str) -> str:
        """Let somebody in who has a link, past the notice; return what the browser would keep."""
        settings, now, token = Settings(portal_home=self.home), clock.now(), token_urlsafe()
        database = Database(settings.database)
        with database.transaction(authority=EVERY_AUTHORITY) as session:
            person = session.scalars(sa.select(Person).where(Person.email == address)).one()
            session.add(
                SignInLink(
                    token_hash=sessions.hashed(token),
                    person_id=person.id,
                    address_hash="",
                    client_hash="",
                    created_at=now,
                    expires_at=now + timedelta(minutes=1),
                )
            )
            session.flush()
            entered = links.enter(session, token, at=now)
            notice.seen(session, by=person, at=now)
        database.engine.dispose()
        signer = Flask("portal")
        signer.secret_key = settings.signing_key
        kept = SecureCookieSessionInterface().get_signing_serializer(signer)
        return kept.dumps({"_user_id": entered.token, "_fresh": True})


@contextmanager
def opened(kind: str, factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Run the portal embedded, or moved to real ``servers``, with a demonstration authority."""
    home = factory.mktemp(kind)
    port = servers.free_port()
    environment = {
        **os.environ,
        "PORTAL_HOME": str(home),
        "PORT": str(port),
        "SMTP_PORT": str(servers.free_port()),
        "SINK_PORT": str(servers.free_port()),
        "SIGN_IN_LINKS_PER_CLIENT": "1000",
        "SIGN_IN_LINKS_PER_ADDRESS": "1000",
        "UNDO_SECONDS": "0",  # the journeys do not wait for what could be undone
    }
    address = f"http://127.0.0.1:{port}"
    shutil.copytree(_furnished(factory), home, dirs_exist_ok=True)
    with ExitStack() as stack:
        made = Stage(address, home, environment, Once(factory, "looked-at"))
        if kind == "servers":
            made.sink = stack.enter_context(servers.mail_sink())
            url = stack.enter_context(servers.postgresql()).url
            _portal("db", "move", url, environment=environment)
            environment |= {
                "DATABASE_URL": url,
                "BROKER_URL": stack.enter_context(servers.redis()),
                "SMTP_URL": f"smtp://127.0.0.1:{made.sink.port}",
                "SECRET_KEY": (home / "secret-key").read_text(),
                "PUBLIC_URL": address,
            }
        stack.enter_context(_running(made))
        yield made


def _furnished(factory: pytest.TempPathFactory) -> Path:
    """Return a home with the demonstration authority, which all processes of the run copy."""
    base = place_of_run(factory)
    home = base / "demonstration"
    with (base / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            aside = base / "demonstration.part"
            environment = {**os.environ, "PORTAL_HOME": str(aside)}
            _portal("db", "upgrade", environment=environment)
            _portal(*DEMONSTRATION, environment=environment)
            aside.rename(home)
    return home


def _portal(*arguments: str, environment: dict[str, str]) -> None:
    """Run a command that must end well."""
    done = subprocess.run(
        [PORTAL, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def _running(stage: Stage) -> Iterator[None]:
    with (stage.home / "run.log").open("w") as log:
        parent = subprocess.Popen(
            [PORTAL, "run"], env=stage.environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        assert parent.stdout is not None
        try:
            line = parent.stdout.readline()
            told = (stage.home / "run.log").read_text()
            assert line.startswith("ready http://"), f"{line}\n{told}"
            yield
        finally:
            parent.send_signal(signal.SIGTERM)
            try:
                assert parent.wait(timeout=servers.PATIENCE) == 0
            finally:
                parent.kill()
                parent.stdout.close()
