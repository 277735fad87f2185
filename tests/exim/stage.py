"""Everything between a client and the sink."""

import contextlib
import os
import pwd
import smtplib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from foundation.db import EVERY_AUTHORITY, Database
from gatekeeping.models.mailgate import BypassCase
from notifications.models_mail import Mail
from tests import servers
from tests.exim.server import Exim
from tests.faults.gateway import Server, fill, killable
from tests.mail_chain import Gateways, without_received
from tests.servers import MailSink, free_port

SENDER = "officer0@council.example"
COPIES = "copies@gateway.authority.example"
SCHOOLS = 250
BACK_WITHIN = 150.0
"""Seconds for mail to come again by itself: the retry rule's minute, and some."""


def letter(subject: str, body: str = "Dear head, the hall is open again.") -> bytes:
    """Return a message whose header names one recipient: all others are bcc."""
    return (
        f"From: {SENDER}\r\nTo: office@900001.school.example\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject.replace(' ', '.')}@council.example>\r\n"
        f"Date: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\n{body}\r\n"
    ).encode()


@dataclass
class Chain:
    """Everything between the client and the sink, and what was found."""

    exim: Exim
    gateways: Gateways
    sink: MailSink
    database: Database
    server: Server
    urns: list[int]

    def mailboxes(self, count: int) -> list[str]:
        return [f"office@{urn}.school.example" for urn in self.urns[:count]]

    def send(self, recipients: list[str], content: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.exim.smtp) as client:
            client.sendmail(SENDER, recipients, content, ["BODY=8BITMIME"])

    def arrives(self, subject: str, recipients: list[str], *, within: float = 20) -> bytes:
        """Wait for a message; it must have come once, and to these."""
        end, found = time.monotonic() + within, list[servers.Mail]()
        head = f"Subject: {subject}\r\n".encode()
        while sorted(to for each in found for to in each.recipients) != sorted(recipients):
            assert time.monotonic() < end, f"{subject}: {self.said}"
            time.sleep(0.05)
            found = [each for each in list(self.sink.messages) if head in each.content]
        return found[0].content

    def passes(self, subject: str, recipients: list[str], content: bytes = b"") -> None:
        """Send a message; it must arrive as it was sent."""
        content = content or letter(subject)
        self.send(recipients, content)
        arrived = without_received(self.arrives(subject, recipients), 2)
        assert arrived == content, (subject, arrived[:300], content[:300])

    def cases(self, count: int) -> list[BypassCase]:
        """Wait for so many cases, and return them."""
        end = time.monotonic() + 20
        while True:
            with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
                found = list(session.scalars(sa.select(BypassCase).order_by(BypassCase.id)))
                session.expunge_all()
            if len(found) == count:
                return found
            assert time.monotonic() < end, f"{len(found)} cases, not {count}: {self.said}"
            time.sleep(0.05)

    @property
    def cases_now(self) -> list[BypassCase]:
        with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            return list(session.scalars(sa.select(BypassCase)))

    def mails(self) -> int:
        with self.database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Mail)) or 0

    def deferred(self, times: int) -> None:
        """Wait until Exim said of a message that it has to wait."""
        end = time.monotonic() + 20
        while self.exim.said.count(" == ") < times:
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    def is_empty(self) -> None:
        """Wait until nothing waits in Exim."""
        end = time.monotonic() + BACK_WITHIN
        while waiting := self.exim.waiting():
            assert time.monotonic() < end, f"{waiting} wait: {self.said}"
            time.sleep(0.5)

    def restart_gateways(self, mode: str) -> None:
        self.gateways.kill()
        self.gateways.settings = {"GATEWAY_MODE": mode, "GATEWAY_COPY_ADDRESS": COPIES}
        self.gateways.start(2)

    @property
    def said(self) -> str:
        return f"{self.exim.said[-6000:]}\n---\n{self.gateways.said[-3000:]}"


@contextlib.contextmanager
def chain(program: str) -> Iterator[Chain]:
    """Run it."""
    user = pwd.getpwnam("Debian-exim").pw_uid
    with (
        tempfile.TemporaryDirectory(prefix="test-exim-") as name,
        killable() as (server, url),
        servers.mail_sink() as sink,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        os.chown(folder, user, -1)
        urns, _number = fill(url, SCHOOLS)
        exim = Exim(program, folder, free_port(), sink.port)
        gateways = Gateways(folder / "home", url, exim.back, 0, port=exim.gateway)
        exim.write()
        try:
            exim.start()
            gateways.start(2)
            database = Database(url)
            yield Chain(exim, gateways, sink, database, server, urns)
            database.engine.dispose()
        finally:
            gateways.kill()
            exim.stop()
