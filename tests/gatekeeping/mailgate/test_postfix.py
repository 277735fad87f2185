"""The gateway between two real Postfix servers that the documentation's own files set up."""

import base64
import hashlib
import re
import smtplib
import time

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from foundation.db import EVERY_AUTHORITY
from gatekeeping.mailgate.cases.outlines import held_mail_seal, open_outline
from gatekeeping.models.mailgate import BypassCase, CaseKind
from notifications.models_mail import Mail
from tests.factories.directory import OfficerFactory, PersonFactory, SchoolFactory
from tests.mail_chain import chain, without_received
from tests.servers import mail_sink

pytestmark = pytest.mark.postgresql_only

SCHOOLS = 250
SENDER = "officer@council.example"


def mailboxes(count, first=0):
    return [f"office@{900_001 + place}.school.example" for place in range(first, first + count)]


def letter(subject, body="Dear head, the hall is open again."):
    head = (
        f"From: {SENDER}\r\nTo: {mailboxes(1)[0]}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{abs(hash(subject))}@council.example>\r\n"
        "Date: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\n"
    )
    return f"{head}{body}\r\n".encode()


def signed(content):
    """The message with a DKIM header that names the hash of its body (RFC 6376, simple)."""
    header = f"DKIM-Signature: v=1; a=rsa-sha256; d=council.example; s=m; bh={hash_of(content)};"
    more = " h=from:to:subject; b=dGhpcyBpcyBub3QgbG9va2VkIGF0"
    return f"{header}\r\n{more}\r\n".encode() + content


def hash_of(content):
    body = content.partition(b"\r\n\r\n")[2].rstrip(b"\r\n") + b"\r\n"
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


@pytest.fixture(scope="module")
def sink():
    with mail_sink() as running:
        yield running


@pytest.fixture
def council(session):
    for place in range(SCHOOLS):
        urn = 900_001 + place
        SchoolFactory(urn=urn, email=f"office@{urn}.school.example")
    person = PersonFactory(email=SENDER)
    OfficerFactory(person=person, person_id=person.id)
    session.commit()


@pytest.fixture
def made(council, database, sink, tmp_path):
    sink.messages.clear()
    url = database.engine.url.render_as_string(hide_password=False)
    with chain(tmp_path / "home", url, out=sink.port) as running:
        yield running


def send(made, recipients, content):
    with smtplib.SMTP("127.0.0.1", made.before.smtp) as client:
        client.sendmail(SENDER, recipients, content, ["BODY=8BITMIME"])


def cases(database, count):
    """Wait for so many cases, and return them, the oldest first."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
            found = list(session.scalars(sa.select(BypassCase).order_by(BypassCase.id)))
            for case in found:
                session.refresh(case, ["sealed"])
            if len(found) >= count:
                session.expunge_all()
                return found
        time.sleep(0.05)
    raise TimeoutError(f"{count} cases")


def the_next(made, sink, count):
    try:
        return sink.wait_for(count, 20)[-1]
    except TimeoutError:
        pytest.fail(made.said)


def passes_unchanged(made, sink, recipients, content):
    before = len(sink.messages)
    send(made, recipients, content)
    arrived = the_next(made, sink, before + 1)
    assert without_received(arrived.content, 2) == content, made.said
    assert sorted(arrived.recipients) == sorted(recipients)


def away(database, server):
    """Let nobody into the database, and throw out who is in."""
    name = database.engine.url.database
    database.engine.dispose()
    forbid = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    server.as_superuser(forbid.format(sql.Identifier(name), sql.SQL("false")))
    with psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres") as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
    return lambda: server.as_superuser(forbid.format(sql.Identifier(name), sql.SQL("true")))


def test_mail_through_real_postfix_passes_unchanged_or_is_held(
    made, sink, database, settings, postgresql
):
    # One chain for everything: starting it takes longer than all that follows.
    odd = b"\r\n".join(
        [
            *letter("Odd").split(b"\r\n\r\n", 1)[0].split(b"\r\n"),
            b"Content-Type: text/plain; charset=iso-8859-1",
            b"",
            b".a dot first",
            b"..two",
            b"\xe9\xff 8 bits\ttabs   ",
            b"x" * 990,
            b"From the start",
            b"",
            b"",
        ]
    )
    passes_unchanged(made, sink, mailboxes(1), odd)
    passes_unchanged(made, sink, mailboxes(1), signed(odd))
    arrived = sink.messages[-1].content
    assert re.search(rb"bh=([^;]+)", arrived)[1].decode() == hash_of(arrived)
    passes_unchanged(made, sink, [*mailboxes(20), "a@elsewhere.example"], letter("To twenty"))
    people = [f"person{place}@elsewhere.example" for place in range(59)]
    passes_unchanged(made, sink, [*mailboxes(1), *people], letter("To sixty"))

    # Only the first stands in a header: the others are bcc.
    send(made, mailboxes(21), letter("To twenty-one", "Please fill in the form by Friday."))
    send(made, mailboxes(SCHOOLS), letter("To all", "Send us the figures of last year."))
    held = {
        open_outline(case, held_mail_seal(settings)).subject: case for case in cases(database, 2)
    }
    assert {subject: case.schools for subject, case in held.items()} == {
        "To twenty-one": 21,
        "To all": SCHOOLS,
    }
    assert {case.kind for case in held.values()} == {CaseKind.HELD}
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 2

    # The database goes away: mail to one school passes, mail to two waits in Postfix.
    come_back = away(database, postgresql)
    passes_unchanged(made, sink, mailboxes(1), letter("Meanwhile, to one"))
    send(made, mailboxes(2), letter("Meanwhile, to two", "The pool is closed."))
    _deferred(made, 1)
    come_back()
    made.before.flush()
    assert b"Meanwhile, to two" in the_next(made, sink, 6).content

    # The next mail server goes away, and comes back.
    made.behind.kill()
    send(made, mailboxes(1), letter("The next is away"))
    _deferred(made, 2)
    made.behind.start()
    made.before.flush()
    assert b"The next is away" in the_next(made, sink, 7).content

    # The gateway goes away, and comes back.
    made.gateways.kill()
    send(made, mailboxes(1), letter("The gateway is away"))
    _deferred(made, 3)
    made.gateways.start()
    made.before.flush()
    assert b"The gateway is away" in the_next(made, sink, 8).content
    assert len(sink.messages) == 8
    assert made.before.waiting() == 0


def _deferred(made, times):
    end = time.monotonic() + 20
    while made.before.said.count("status=deferred") < times:
        assert time.monotonic() < end, made.said
        time.sleep(0.05)
