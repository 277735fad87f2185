"""The servers that the other tests stand on really serve, and really stop."""

import smtplib
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import redis
from sqlalchemy import create_engine, text

from tests import servers


@pytest.fixture(scope="module")
def postgresql() -> Iterator[servers.PostgreSQL]:
    with servers.postgresql() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[servers.MailSink]:
    with servers.mail_sink() as sink:
        yield sink


def answers_on(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "office@example.org", "head@example.org"
    message["Subject"] = "Café hours"
    message.set_content("Open on Monday.")
    return message


def test_row_security_binds_the_role_that_owns_the_database(postgresql):
    engine = create_engine(postgresql.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (id int PRIMARY KEY, school int)"))
        connection.execute(text("ALTER TABLE note ENABLE ROW LEVEL SECURITY"))
        connection.execute(text("ALTER TABLE note FORCE ROW LEVEL SECURITY"))
        connection.execute(text("CREATE POLICY mine ON note USING (school = 1) WITH CHECK (true)"))
        connection.execute(text("INSERT INTO note VALUES (1, 1), (2, 2)"))
        assert connection.scalars(text("SELECT id FROM note")).all() == [1]
    engine.dispose()


def test_further_databases_are_empty_and_can_be_dropped_while_in_use(postgresql):
    engine = create_engine(postgresql.new_database("another"))
    tables = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    with engine.connect() as connection:
        assert connection.scalar(tables) == 0
        assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
        postgresql.drop_database("another")
        connection.invalidate()
    engine.dispose()


def test_postgresql_stops_with_a_connection_still_open():
    with servers.postgresql() as server:
        engine = create_engine(server.url)
        connection = engine.connect()
    assert not answers_on(server.port)
    connection.invalidate()
    connection.close()
    engine.dispose()


def test_redis_keeps_and_stops():
    with servers.redis() as url, redis.Redis.from_url(url) as client:
        client.set("a", "b")
        assert client.get("a") == b"b"
        port = client.connection_pool.connection_kwargs["port"]
    assert not answers_on(port)


def test_the_sink_keeps_a_message_and_its_envelope(sink):
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.send_message(letter(), "bounces@example.org", ["a@example.org", "b@example.org"])
    [mail] = sink.wait_for(1)
    assert mail.sender == "bounces@example.org"
    assert mail.recipients == ["a@example.org", "b@example.org"]
    assert b"Open on Monday." in mail.content


def test_the_sink_refuses_for_a_while(sink):
    sink.refuse_next = 1
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.send_message(letter())
        client.send_message(letter())
    assert refusal.value.smtp_code == 451
    assert (sink.refused, len(sink.messages)) == (1, 1)


def test_the_sink_refuses_a_recipient_and_takes_the_others(sink):
    sink.refuse_to = {"gone@example.org"}
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        refused = client.send_message(letter(), to_addrs=["head@example.org", "gone@example.org"])
    assert list(refused) == ["gone@example.org"]
    assert sink.messages[0].recipients == ["head@example.org"]


def test_the_sink_can_be_slow(sink):
    sink.delay = 0.3
    start = time.monotonic()
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.send_message(letter())
    assert time.monotonic() - start >= 0.3


def test_chromium_runs_a_page():
    with servers.chromium() as browser:
        page = browser.new_page()
        page.set_content("<h1>Hello</h1><script>document.title = 'ready'</script>")
        assert page.title() == "ready"
        assert page.get_by_role("heading", name="Hello").is_visible()
