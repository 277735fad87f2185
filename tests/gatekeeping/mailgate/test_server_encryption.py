"""Encryption at the door, and stopping in order."""

import asyncio
import smtplib
import ssl
import subprocess

import pytest

from gatekeeping.mailgate import server as door_server
from tests.mail_doors import running

MESSAGE = b"Subject: Hello\r\n\r\nHello\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    place = tmp_path_factory.mktemp("certificate")
    key, made = place / "key.pem", place / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-keyout", str(key), "-out", str(made), "-days", "2"]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, *subject], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made, key)
    return context, ssl.create_default_context(cafile=str(made))


def test_mail_is_encrypted_where_a_certificate_is_set(hop, certificate):
    ours, theirs = certificate
    with running(hop.port, tls=ours) as made, smtplib.SMTP("127.0.0.1", made.port) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        client.starttls(context=theirs)
        client.ehlo()
        assert not client.has_extn("starttls")
        assert client.docmd("STARTTLS")[0] == 503
        client.sendmail("a@x.example", ["b@school.example"], MESSAGE)
    assert [each.content for each in hop.took] == [MESSAGE]


def test_what_was_sent_ahead_of_encryption_is_thrown_away(hop, certificate):
    ours, theirs = certificate
    with running(hop.port, tls=ours) as made, made.client() as client:
        client.ask("EHLO client.example")
        client.send(b"STARTTLS\r\nMAIL FROM:<injected@x.example>\r\nRCPT TO:<b@x.example>\r\n")
        assert client.answer().startswith("220")
        client.socket.settimeout(5)
        with theirs.wrap_socket(client.socket, server_hostname="127.0.0.1") as secure:
            secure.sendall(b"EHLO client.example\r\n")
            first = secure.recv(4_000)
            secure.sendall(b"RCPT TO:<b@x.example>\r\n")
            assert first.startswith(b"250-gateway.example")
            assert secure.recv(4_000).startswith(b"503")


@pytest.mark.parametrize("is_here", [True, False])
def test_encryption_may_be_required_of_everybody_else(hop, certificate, monkeypatch, is_here):
    if not is_here:
        monkeypatch.setattr(door_server.Conversation, "_is_from_here", False)
    with running(hop.port, tls=certificate[0], require_tls=True) as made, made.client() as client:
        client.ask("EHLO client.example")
        answer = client.ask("MAIL FROM:<a@x.example>")
    assert answer.startswith("250" if is_here else "530 5.7.0")


def test_told_to_stop_it_finishes_what_is_under_way_and_takes_nothing_new(hop):
    with running(hop.port) as made, made.client() as busy, made.client() as idle:
        idle.ask("EHLO client.example")
        busy.begin()
        busy.ask("DATA")
        stopping = asyncio.run_coroutine_threadsafe(made.door.stop(5), made.loop)
        assert idle.answer().startswith("421 4.3.2")
        assert idle.is_closed
        with made.client() as late:
            assert late.greeting.startswith("421 4.3.2")
        busy.send(MESSAGE + b".\r\n")
        assert busy.answer() == "250 2.0.0 took it"
        assert busy.answer().startswith("421 4.3.2")
        stopping.result(5)
        assert not made.door.open
    assert [each.content for each in hop.took] == [MESSAGE]
