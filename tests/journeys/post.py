"""Mail of the authority and of schools: sent by SMTP as mail programs do, and found at the sink."""

import io
import re
import smtplib
import time
import zipfile
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, make_msgid

import sqlalchemy as sa

from directory.models import Person, School, SchoolStatus
from foundation import clock
from foundation.audit import AuditEntry
from foundation.db import EVERY_AUTHORITY, Database
from tests.journeys.conftest import Stage

WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"
SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def letter(
    subject: str,
    text: str,
    *,
    sender: str,
    files: dict[str, bytes] | None = None,
    inside: bytes = b"",
) -> bytes:
    """Write a message whose recipients stand in the envelope alone; ``inside`` is forwarded."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, sender, subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    mail.set_content(text)
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype=WORD, filename=name)
    if inside:
        mail.add_attachment(message_from_bytes(inside, policy=SMTP))
    return mail.as_bytes()


def form(*lines: str) -> bytes:
    """Return a small Word document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        said = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{SPACE}"><w:body>{said}</w:body></w:document>',
        )
    return made.getvalue()


def mailboxes(database: Database, count: int, *, first: int) -> dict[int, str]:
    """Return the mailboxes of so many open schools by URN, one of them first."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        rows = session.execute(
            sa.select(School.urn, School.email)
            .where(School.status == SchoolStatus.OPEN, School.email != "")
            .order_by(sa.case((School.urn == first, 0), else_=1), School.id)
            .limit(count)
        )
        return {row.urn: row.email for row in rows}


def readers_of(database: Database, case: int) -> list[str]:
    """Return who opened a held message, as the audit trail has it."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        found = session.scalars(
            sa.select(Person.email)
            .join(AuditEntry, AuditEntry.person_id == Person.id)
            .where(AuditEntry.action == "bypass.read", AuditEntry.subject_id == case)
        )
        return list(found)


class Post:
    """The authority's mail server, as far as people see of it, and everybody's mailbox."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.before = set((stage.home / "mail").glob("*.eml"))
        """What had been sent already when this began."""

    def send(self, mail: bytes, to: Sequence[str], *, sender: str) -> str:
        """Send it as a mail program does; return what the server said at the end."""
        port = int(self.stage.environment["SMTP_PORT"])
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
            server.ehlo("office.example")
            assert server.mail(sender)[0] == 250
            for address in to:
                assert server.rcpt(address)[0] == 250, address
            code, said = server.data(mail)
        assert code == 250, said
        return said.decode()

    def hold(self, mail: bytes, to: Sequence[str], *, sender: str) -> int:
        """Send what is held; return the case of which the server says that it keeps it."""
        said = self.send(mail, to, sender=sender)
        found = re.search(r"Kept for a decision: case (\d+)", said)
        assert found, said
        return int(found[1])

    def arrived(self) -> list[tuple[list[str], bytes]]:
        """Return what the sink caught since: to whom, as envelopes say, and every byte of it."""
        found = []
        for place in sorted(set((self.stage.home / "mail").glob("*.eml")) - self.before):
            head, to = place.read_bytes(), []
            while head.startswith(b"X-Envelope-"):
                line, _, head = head.partition(b"\r\n")
                if line.startswith(b"X-Envelope-To: "):
                    to.append(line.partition(b": ")[2].decode())
            found.append((to, head))
        return found

    def came(self, mail: bytes, seconds: float = 60) -> list[list[str]]:
        """Wait until exactly these bytes were delivered; return to whom, each time."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if found := self.times(mail):
                return found
            time.sleep(0.2)
        raise AssertionError("it did not reach the sink as it was written")

    def times(self, mail: bytes) -> list[list[str]]:
        """Return to whom exactly these bytes were delivered, each time; empty while held."""
        return [to for to, content in self.arrived() if content == mail]

    def told(self, address: str, *words: str, seconds: float = 60) -> str:
        """Wait for a mail to one address that says all this; return its subject and text."""
        limit, seen = time.monotonic() + seconds, ""
        while time.monotonic() < limit:
            for text in self.texts(address):
                seen = text
                if all(each in text for each in words):
                    return text
            time.sleep(0.2)
        raise AssertionError(f"{address} was not told {words}, but last:\n{seen}")

    def texts(self, address: str) -> list[str]:
        """Return what reached one address since, each as subject and text."""
        found = []
        for to, content in self.arrived():
            if to == [address]:
                mail = message_from_bytes(content, policy=default)
                body = mail.get_body(("plain",))
                found.append(f"{mail['Subject']}\n{body.get_content() if body else ''}")
        return found
