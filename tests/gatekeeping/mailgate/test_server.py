"""The door, spoken to over real sockets, with a next server behind it."""

import ipaddress
import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeping.mailgate import server as door_server
from gatekeeping.mailgate.door import connection
from gatekeeping.mailgate.gate.answers import Action, Looked
from gatekeeping.mailgate.policy import Sent
from tests import servers
from tests.mail_doors import ToldGate, not_now, running

ROOT = Path(__file__).parents[3]
MESSAGE = b"Subject: Hello\r\n\r\nHello\r\n"


BYTES = {
    "plain": MESSAGE,
    "empty": b"",
    "dots": b".\r\n..\r\n...a\r\nb.\r\n\r\n.\r\n",
    "8 bit": b"Subject: Caf\xe9\r\n\r\n" + bytes(set(range(256)) - {10, 13}) + b"\r\n",
    "nul": b"\0\0\r\n\0.\r\n.\0\r\n",
    "long line": b"X-Long: " + b"y" * 300_000 + b"\r\n\r\n.\r\n",
    "only ends": b"\r\n" * 5_000,
    "blanks": b"a \t\r\n \r\n\t\r\n  ",
}


@pytest.mark.parametrize("name", BYTES)
def test_a_message_goes_on_byte_for_byte(hop, plain, name):
    raw = BYTES[name].rstrip(b" ") if name == "blanks" else BYTES[name]
    raw = raw if raw.endswith(b"\r\n") or not raw else raw + b"\r\n"
    with plain.client() as client:
        assert client.deliver(raw) == "250 2.0.0 took it"
    assert [each.content for each in hop.took] == [raw]


def test_a_large_message_passes_in_little_memory():
    command = [sys.executable, "-m", "tests.mail_memory"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 6_000_000  # of 21 million; about 1.4 on an idle machine


SMUGGLED = [
    b"a\n.\nMAIL FROM:<x@x.example>\r\n",
    b"a\n.\r\nMAIL FROM:<x@x.example>\r\n",
    b"a\r.\rMAIL FROM:<x@x.example>\r\n",
    b"a\r\n.\rMAIL FROM:<x@x.example>\r\n",
    b"a\r\n.\nMAIL FROM:<x@x.example>\r\n",
    b"a\r.\r\nMAIL FROM:<x@x.example>\r\n",
    b"a\n\r\n",
    b"a\r\r\n",
]


@pytest.mark.parametrize("raw", SMUGGLED)
def test_bare_line_ends_are_refused_and_nothing_is_smuggled(hop, plain, raw):
    with plain.client() as client:
        client.begin()
        client.ask("DATA")
        client.send(raw + b"\r\n.\r\n")
        assert client.answer().startswith("550 5.6.11")
        assert client.is_closed
    assert hop.took == []
    assert not any(b"x@x.example" in said for said in hop.said)


def test_each_recipient_gets_the_next_servers_own_answer(hop, plain):
    hop.answers = {
        b"RCPT TO:<gone@": b"550-5.1.1 No such mailbox\r\n550 5.1.1 of Caf\xc3\xa9",
        b"RCPT TO:<full@": b"452 4.2.2 Mailbox full",
    }
    with plain.client() as client:
        answers = client.begin("a@school.example", "gone@school.example", "full@school.example")
        assert answers == [
            "250 2.0.0 fine",
            "550-5.1.1 No such mailbox\n550 5.1.1 of Café",
            "452 4.2.2 Mailbox full",
        ]
        assert client.ask("DATA").startswith("354")
        client.send(MESSAGE + b".\r\n")
        assert client.answer().startswith("250")
    assert len(hop.took) == 1


@pytest.mark.parametrize(
    ("answers", "rcpt", "data"),
    [
        ({b"MAIL": b"550 5.1.8 Sender rejected"}, "550 5.1.8 Sender rejected", "503 5.5.1"),
        ({b"MAIL": b"421 4.3.2 Closing"}, "451 4.4.1", "503 5.5.1"),
        ({b"RCPT": b"421 4.3.2 Closing"}, "451 4.4.2", "503 5.5.1"),
        ({b"RCPT": b""}, "451 4.4.2", "503 5.5.1"),
        ({b"EHLO": b"", b"HELO": b""}, "451 4.4.1", "503 5.5.1"),
        ({b"DATA": b"451 4.3.0 Disk full"}, "250", "451 4.3.0 Disk full"),
        ({b"DATA": b""}, "250", "451 4.4.2"),
        ({b"DATA": b"250 2.0.0 fine"}, "250", "451 4.4.2"),  # an answer to something else
        ({b"END": b"354 go on"}, "250", "451 4.4.2"),
        ({b"END": b"554 5.7.1 Spam"}, "250", "554 5.7.1 Spam"),
        ({b"END": b"451 4.3.0 Later"}, "250", "451 4.3.0 Later"),
        ({b"END": b"421 4.3.0 Later"}, "250", "451 4.4.2"),
        ({b"END": b""}, "250", "451 4.4.2"),
    ],
)
def test_what_the_next_server_says_is_what_the_client_hears(hop, plain, answers, rcpt, data):
    hop.answers = answers
    with plain.client() as client:
        assert client.begin()[0].startswith(rcpt)
        answer = client.ask("DATA")
        if answer.startswith("354"):
            client.send(MESSAGE + b".\r\n")
            answer = client.answer()
        assert answer.startswith(data)
        hop.answers = {}
        client.ask("RSET")
        assert client.deliver(MESSAGE) == "250 2.0.0 took it"  # the next one has a new chance


def test_while_the_next_server_is_away_everything_is_tried_again_later():
    with running(servers.free_port()) as made, made.client() as client:
        assert client.begin()[0].startswith("451 4.4.1")


def test_one_connection_to_the_next_server_carries_many_messages(hop, plain):
    with plain.client() as client:
        for number in range(5):
            assert client.deliver(b"%d\r\n" % number).startswith("250")
        client.begin()
        client.ask("RSET")
        assert client.ask("QUIT").startswith("221")
    assert hop.connections == 1
    assert [each.content for each in hop.took] == [b"%d\r\n" % number for number in range(5)]


def test_a_connection_that_ended_between_messages_is_opened_anew(hop, plain):
    with plain.client() as client:
        assert client.deliver(b"one\r\n").startswith("250")
        hop.answers = {b"MAIL FROM:<two": b""}
        client.ask("RSET")
        client.ask("MAIL FROM:<two@council.example>")
        assert client.ask("RCPT TO:<a@school.example>").startswith("451 4.4.1")
        hop.answers = {}
        assert client.deliver(b"two\r\n").startswith("250")
    assert hop.connections == 3


def test_addresses_go_on_as_they_were_written(hop, plain):
    with plain.client() as client:
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<Officer.Name+Tag@Council.Example> BODY=8BITMIME SIZE=30")
        assert client.ask('RCPT TO:<"a > b"@School.Example>').startswith("250")
        assert client.ask("rcpt to: <@one.example,@two.example:c@school.example>").startswith("250")
    assert [said for said in hop.said if said.startswith((b"MAIL", b"RCPT"))] == [
        b"MAIL FROM:<Officer.Name+Tag@Council.Example> BODY=8BITMIME",
        b'RCPT TO:<"a > b"@School.Example>',
        b"RCPT TO:<@one.example,@two.example:c@school.example>",
    ]


def test_the_gate_is_told_the_envelope_as_it_was_typed(hop):
    gate = ToldGate()
    with running(hop.port, gate) as made, made.client() as client:
        client.begin("A@School.Example", "@one.example:B@school.example", sender="Me@X.example")
        client.ask("DATA")
        client.send(MESSAGE + b".\r\n")
        client.answer()
    sent = Sent("Me@X.example", ("A@School.Example", "B@school.example"))
    assert gate.asked == [(sent, MESSAGE)]
    assert (sent.sender, sent.recipients) == (
        "me@x.example",
        ("a@school.example", "b@school.example"),
    )


@pytest.mark.parametrize("offers", [(b"8BITMIME",), (b"8BITMIME", b"SMTPUTF8", b"DSN")])
def test_only_what_the_next_server_offers_is_offered(hop, offers):
    hop.offers = offers
    with running(hop.port) as made, made.client() as client:
        client.begin()  # a connection, from which it learns
        greeting = client.ask("EHLO client.example")
        offered = "DSN" in greeting.split("\n250 ")[-1] or "250-DSN" in greeting
        assert offered is (b"DSN" in offers)
        assert ("SMTPUTF8" in greeting) is (b"SMTPUTF8" in offers)
        assert "8BITMIME" in greeting
        assert "AUTH" not in greeting
        client.ask("MAIL FROM:<a@x.example> RET=HDRS ENVID=1 SMTPUTF8")
        client.ask("RCPT TO:<caf\u00e9@school.example> NOTIFY=FAILURE ORCPT=rfc822;b@x.example")
    said = b"\n".join(hop.said)
    if b"DSN" in offers:
        gate = ToldGate()
        with running(hop.port, gate) as made, made.client() as client:
            client.begin()
            client.ask("EHLO client.example")
            client.ask("MAIL FROM:<a@x.example> SIZE=10 RET=HDRS ENVID=1")
            client.ask("RCPT TO:<Bo@x.example> NOTIFY=FAILURE")
            client.ask("RCPT TO:<c@x.example>")
            client.ask("DATA")
            client.ask("Hello\r\n.")
        wishes = {"": ("RET=HDRS", "ENVID=1"), "Bo@x.example": ("NOTIFY=FAILURE",)}
        assert gate.asked[-1][0].asked == wishes
    assert (b"RET=HDRS ENVID=1 SMTPUTF8" in said) is (b"DSN" in offers)
    assert ("<caf\u00e9@school.example> NOTIFY=FAILURE".encode() in said) is (b"DSN" in offers)


def test_what_was_offered_is_taken_whatever_the_next_server_offers_now(hop):
    with running(hop.port) as made, made.client() as client:
        client.begin()
        client.ask("EHLO client.example")
        hop.offers = ()
        with made.client() as other:
            other.begin()
        assert client.ask("MAIL FROM:<a@x.example> RET=HDRS").startswith("250")
        assert client.ask("RCPT TO:<b@school.example> NOTIFY=NEVER").startswith("250")
        assert "DSN" not in client.ask("EHLO client.example")


def test_many_recipients_that_cannot_be_taken_leave_the_others_theirs(hop, plain):
    wrong = [f"<a {number}@school.example" for number in range(connection.MOST_ERRORS + 5)]
    with plain.client() as client:
        answers = client.begin(*wrong, "b@school.example")
        assert {answer[:3] for answer in answers[:-1]} == {"501"}
        client.ask("DATA")
        client.send(MESSAGE + b".\r\n")
        assert client.answer().startswith("250")
    assert len(hop.took) == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("MAIL FROM:a@x.example", "501 5.5.4"),
        ("MAIL FROM:<a@x.example", "501 5.5.4"),
        ("MAIL FROM:<a b@x.example>", "501 5.5.4"),
        (b"MAIL FROM:<a\r@x.example>", "501 5.5.4"),
        (b"MAIL FROM:<a\xff@x.example>", "501 5.1.3"),
        ("MAIL FROM:<" + "a" * 245 + "@x.example>", "501 5.1.7"),
        ("MAIL FROM:<a@x.example> FOO=1", "555 5.5.4"),
        ("MAIL FROM:<a@x.example> SIZE=many", "501 5.5.4"),
        ("MAIL FROM:<a@x.example> BODY=BINARYMIME", "501 5.5.4"),
        ("MAIL FROM:<a@x.example> SIZE=99999999", "552 5.3.4"),
        ("MAIL FROM:<a@x.example> AUTH=<>", "555 5.5.4"),
        ("MAIL TO:<a@x.example>", "501 5.5.4"),
        ("RCPT TO:<a@x.example>", "503 5.5.1"),
        ("DATA", "503 5.5.1"),
        ("DATA now", "501 5.5.4"),
        ("VRFY root", "502 5.5.1"),
        ("EXPN staff", "502 5.5.1"),
        ("AUTH PLAIN AGEAYg==", "502 5.5.1"),
        ("HELP", "502 5.5.1"),
        ("BDAT 10", "500"),
        ("X" * 3_000, "500"),
        ("STARTTLS", "454"),
        ("NOOP", "250"),
        ("MAIL FROM:<>", "250"),
    ],
)
def test_commands_that_cannot_be_taken_are_answered(plain, command, answer):
    with plain.client() as client:
        client.ask("EHLO client.example")
        assert client.ask(command).startswith(answer)
        assert client.ask("RSET").startswith("250")


@pytest.mark.parametrize(("letters", "answer"), [(240, "250"), (241, "553 5.1.3")])
def test_a_recipient_has_no_longer_address_than_the_database_holds(plain, letters, answer):
    with plain.client() as client:
        client.begin()
        assert client.ask(f"RCPT TO:<{'a' * letters}@place.example>").startswith(answer)


def test_a_greeting_comes_first(plain):
    with plain.client() as client:
        assert client.greeting.startswith("220 gateway.example")
        assert client.ask("MAIL FROM:<a@x.example>").startswith("503")
        assert client.ask("HELO client.example").startswith("250")
        assert client.ask("MAIL FROM:<a@x.example>").startswith("250")
        assert client.ask("MAIL FROM:<a@x.example>").startswith("503")


def test_a_message_that_is_too_large_is_read_to_its_end_and_refused(hop):
    with running(hop.port, limit=10_000) as made, made.client() as client:
        client.begin()
        client.ask("DATA")
        client.send(b"x" * 998 + b"\r\n", (b"y" * 998 + b"\r\n") * 10, b".\r\n")
        assert client.answer().startswith("552 5.3.4")
        assert client.deliver(b"x" * 9_998 + b"\r\n").startswith("250")
    assert len(hop.took) == 1


def test_there_are_limits_of_recipients_connections_and_mistakes(hop, monkeypatch):
    monkeypatch.setattr(door_server, "MOST_RECIPIENTS", 3)
    monkeypatch.setattr("gatekeeping.mailgate.door.serving.MOST_CONNECTIONS", 2)
    with running(hop.port) as made, made.client() as client, made.client() as other:
        answers = client.begin(*(f"{number}@school.example" for number in range(5)))
        assert [answer[:9] for answer in answers[3:]] == ["452 4.5.3"] * 2
        with made.client() as third:
            assert third.greeting.startswith("421 4.3.2")
        other.ask("EHLO client.example")
        wrong = [other.ask("MAIL FROM:nobody") for _ in range(connection.MOST_ERRORS + 1)]
        assert wrong[-1].startswith("501")
        assert other.answer().startswith("421 4.7.0")
        assert other.is_closed


def test_mail_of_others_is_not_taken(hop):
    others = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1"))
    with running(hop.port, clients=others) as made, made.client() as client:
        assert client.greeting.startswith("554 5.7.1")
        assert client.is_closed
        assert made.door.terms.lists("10.1.2.3")
        assert made.door.terms.lists("::ffff:10.1.2.3")
        assert not made.door.terms.lists("192.0.2.1")
    assert hop.said == []


def test_who_says_nothing_is_let_go(hop, monkeypatch):
    monkeypatch.setattr(door_server, "IDLE", 0.2)
    with running(hop.port) as made, made.client() as client:
        client.begin()
        client.ask("DATA")
        client.send(b"Subject: unfinished\r\n")
        assert client.is_closed
    assert hop.took == []


LOOKED = [
    (ToldGate(Looked(Action.KEPT, 417)), "250 2.0.0 Kept for a decision: case 417", 0),
    (ToldGate(Looked(Action.SWALLOW)), "250 2.0.0 Taken", 0),
    (ToldGate(Looked("something new")), "451 4.3.0", 0),
    (ToldGate(Looked(Action.REFUSE, says="Only schools report here")), "550 5.7.1 Only", 0),
    (not_now(), "451 4.3.0", 0),
    (ToldGate(fault=RuntimeError("a@secret.example")), "451 4.3.0", 0),
    (ToldGate(), "250 2.0.0 took it", 1),
]


@pytest.mark.parametrize(("gate", "answer", "taken"), LOOKED)
def test_what_the_gate_says_is_done(hop, caplog, gate, answer, taken):
    with running(hop.port, gate) as made, made.client() as client:
        assert client.deliver(MESSAGE).startswith(answer)
        assert len(hop.took) == taken
        assert client.begin() == ["250 2.0.0 fine"]
    if not taken:
        assert b"RSET" in hop.said
    assert "secret" not in caplog.text


def test_until_the_gate_is_ready_mail_waits_outside(hop):
    with running(hop.port, ToldGate(is_ready=False)) as made, made.client() as client:
        client.ask("EHLO client.example")
        client.send(b"MAIL FROM:<a@x.example>\r\n" + b"RCPT TO:<b@school.example>\r\n" * 50)
        assert {client.answer()[:9] for _ in range(51)} == {"451 4.3.0"}


def test_mail_to_the_gateways_own_addresses_goes_nowhere_else(hop):
    gate = ToldGate(Looked(Action.SWALLOW))
    ours = frozenset({"report@gateway.example"})
    with running(hop.port, gate, ours=ours) as made, made.client() as client:
        assert client.deliver(MESSAGE, "Report@Gateway.example") == "250 2.0.0 Taken"
        assert hop.connections == 0
        gate.looked = Looked(Action.HAND_ON)
        client.deliver(MESSAGE, "report@gateway.example", "a@school.example")
        gate.refuses = {"a@x.example": "Only schools report here"}
        client.ask("MAIL FROM:<A@x.example>")
        told = client.ask("RCPT TO:<report@gateway.example>")
        assert told == "550 5.7.1 Only schools report here"
        client.ask("RSET")
    assert gate.asked[1][0].recipients == ("report@gateway.example", "a@school.example")
    assert [said for said in hop.said if said.startswith(b"RCPT")] == [
        b"RCPT TO:<a@school.example>"
    ]
