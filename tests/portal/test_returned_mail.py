"""The doors for mail that comes back, and the pages that show it."""

import asyncio
import os
import signal
import smtplib
import socket
import threading

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from directory.models import Membership, Person, Role
from foundation.db import Database
from notifications.mail.channels.notify import Status
from notifications.models_mail import Channel, Mail, MailState
from notifications.models_reaching import ReturnedMail
from notifications.returned.addresses import Returns
from notifications.returned.notify import ask_notify
from notifications.returned.taking import Taken
from portal.cli import main
from portal.mailin import server
from portal.mailin.server import Taker
from portal.mailsink import server as sink
from tests import servers
from tests.factories.base import NOON
from tests.factories.directory import HeadFactory, MembershipFactory, OfficerFactory
from tests.factories.reports import notice

RETURNS = Returns("bounces@portal.example", "a key")
pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def mail(session):
    person = MembershipFactory().person
    made = Mail(
        authority_id=person.authority_id,
        address=person.email,
        person_id=person.id,
        state=MailState.SENT,
        created_at=sa.func.now(),
        send_after=sa.func.now(),
        sent_at=sa.func.now(),
    )
    session.add(made)
    session.commit()
    return made


def kept(session) -> int:
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(ReturnedMail)) or 0


def converse(taker, deal) -> None:
    """Run the server, let ``deal`` speak to its port in a thread, and stop it as it is stopped."""
    port, ready = servers.free_port(), threading.Event()
    failed: list[BaseException] = []

    def speak() -> None:
        ready.wait(10)
        try:
            deal(port)
        except BaseException as fault:  # noqa: BLE001 - raised again below
            failed.append(fault)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=speak)
    thread.start()
    asyncio.run(server.serve(taker, "127.0.0.1", port, ready=ready.set))
    thread.join(10)
    if failed:
        raise failed[0]


def test_a_report_is_in_the_database_once_the_server_says_so(database, session, mail):
    def deal(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            to = RETURNS.path(mail.id)
            client.sendmail("", [to], notice(to))
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail("a@a.example", ["someone@portal.example"], b"Hello")
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail("", [to.replace("+", "+9")], notice(to))
            with pytest.raises(smtplib.SMTPResponseException):
                client.sendmail("", [to], b"x" * 2_100_000)

    converse(Taker(database, RETURNS), deal)
    assert kept(session) == 1
    assert mail.state is MailState.RETURNED
    assert session.get_one(Person, mail.person_id).mail_failing_since is not None


def test_a_server_that_ends_its_half_with_the_message_is_answered(database, session, mail):
    def deal(port: int) -> None:
        to = RETURNS.path(mail.id)
        said = (
            f"EHLO mx.example\nMAIL FROM:<>\nRCPT TO:<{to}>\nDATA\n{notice(to).decode()}\n.\nQUIT\n"
        )
        with socket.create_connection(("127.0.0.1", port), 10) as line:
            line.sendall("\r\n".join(said.split("\n")).encode())
            line.shutdown(socket.SHUT_WR)
            heard = line.makefile("rb").read()
        assert b"\r\n250 2.0.0 Kept\r\n221 " in heard

    converse(Taker(database, RETURNS), deal)
    assert kept(session) == 1


def test_while_the_database_is_away_it_is_asked_for_again(mail, tmp_path):
    def deal(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            to = RETURNS.path(mail.id)
            with pytest.raises(smtplib.SMTPDataError, match="451"):
                client.sendmail("", [to], notice(to))

    converse(Taker(Database(f"sqlite:////{tmp_path}/no/such.db"), RETURNS), deal)


def test_too_many_connections_are_turned_away(database, monkeypatch):
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 2)

    def deal(port: int) -> None:
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(2)]
        assert all(each.recv(3) == b"220" for each in held)
        with socket.create_connection(("127.0.0.1", port)) as third:
            assert third.recv(3) == b"421"
        held.pop().close()
        for each in held:
            each.close()

    converse(Taker(database, RETURNS), deal)


@pytest.fixture
def environment(database, tmp_path, monkeypatch) -> Returns:
    """The settings of a command, and the addresses that they sign."""
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string())
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "a key")
    monkeypatch.setenv("PUBLIC_URL", "https://portal.example")
    monkeypatch.setenv("RETURN_ADDRESS", "bounces@portal.example")
    return RETURNS


def test_a_mail_server_pipes_what_came_back(environment, session, mail, tmp_path):
    report = tmp_path / "report.eml"
    report.write_bytes(notice(environment.path(mail.id)))
    runner = CliRunner()
    first = runner.invoke(main, ["mail", "returned", str(report)])
    assert (first.exit_code, first.output.split(",")[0]) == (0, "1 bounced")
    again = runner.invoke(main, ["mail", "returned", "-"], input=report.read_bytes())
    assert "1 known already" in again.output
    assert kept(session) == 1
    missing = runner.invoke(main, ["mail", "returned", str(tmp_path / "none")])
    assert missing.exit_code == 1


def test_a_message_that_cannot_be_kept_is_kept_by_the_mail_server(environment, mail, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/portal")
    raw = notice(environment.path(mail.id))
    done = CliRunner().invoke(main, ["mail", "returned", "-"], input=raw)
    assert done.exit_code == 75


def test_without_a_return_address_the_command_says_what_to_set(environment, monkeypatch):
    monkeypatch.setenv("RETURN_ADDRESS", "")
    done = CliRunner().invoke(main, ["mail", "returned", "-"], input=b"")
    assert (done.exit_code, "RETURN_ADDRESS" in done.output) == (1, True)


def test_the_mail_sink_takes_what_comes_back_too(session, mail, database, settings, monkeypatch):
    monkeypatch.setattr(type(settings), "database", property(lambda _: str(database.engine.url)))
    returns = Returns(settings.returns_to, settings.signing_key)
    envelope = sink.Envelope()
    envelope.rcpt_tos, envelope.mail_from = [returns.path(mail.id)], ""
    envelope.content = notice(returns.path(mail.id))
    take = sink.come_back(settings)
    take(envelope)
    assert kept(session) == 1
    envelope.rcpt_tos = ["head@school.example"]
    take(envelope)
    assert kept(session) == 1


class Answers:
    """What Notify would say of each mail."""

    def __init__(self, *statuses: Status) -> None:
        self.statuses = list(statuses)
        self.asked: list[str] = []

    def fetch_status(self, reference: str) -> Status:
        self.asked.append(reference)
        return self.statuses.pop(0)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "state", "asked_again"),
    [
        (Status.DELIVERED, MailState.SENT, 1),
        (Status.ON_ITS_WAY, MailState.SENT, 2),
        (Status.NO_SUCH_ADDRESS, MailState.RETURNED, 1),
        (Status.MAILBOX_FULL, MailState.RETURNED, 1),
    ],
)
def test_notify_is_asked_until_it_knows(database, session, mail, status, state, asked_again):
    mail.channel, mail.channel_reference, mail.sent_at = Channel.NOTIFY, "abc", NOON
    session.commit()
    answers = Answers(status, status)
    ask_notify(database, lambda: answers, at=NOON)
    ask_notify(database, lambda: answers, at=NOON)
    later = NOON.replace(hour=NOON.hour + 1)
    done = ask_notify(database, lambda: answers, at=later)
    session.expire_all()
    assert (mail.state, len(answers.asked)) == (state, asked_again)
    failing = session.get_one(Person, mail.person_id).mail_failing_since is not None
    assert failing is (status is Status.NO_SUCH_ADDRESS)
    assert done == Taken()


def test_pages_say_why_and_let_the_address_be_tried_again(client, sign_in, session, mail):
    person = session.get_one(Person, mail.person_id)
    person.mail_failing_since = NOON
    mail.state, mail.returned_at, mail.returned_why = MailState.RETURNED, NOON, "5.1.1 Unknown"
    admin = OfficerFactory(role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, admin)
    page = client.get(f"/people/{person.id}")
    assert "5.1.1 Unknown" in page.text
    assert "Try this address again" in page.text
    done = client.post(f"/people/{person.id}/try-mail", follow_redirects=True)
    assert "Mail goes to" in done.text
    assert "Mail comes back" not in done.text


def test_a_head_tries_a_colleagues_address_again(client, sign_in, session, mail):
    person = session.get_one(Person, mail.person_id)
    person.mail_failing_since = NOON
    mail.state, mail.returned_at, mail.returned_why = MailState.RETURNED, NOON, "5.1.1 Unknown"
    place = session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).one()
    head = HeadFactory(school=place.school)
    session.commit()
    sign_in(client, head)
    assert "5.1.1 Unknown" in client.get(f"/school/people/{person.id}").text
    client.post(f"/school/people/{person.id}/try-mail")
    session.expire_all()
    assert session.get_one(Person, person.id).mail_failing_since is None
