"""What clients send ahead of the answers, and what the door then sends ahead itself."""

import pytest

from gatekeeping.mailgate import server as door_server
from tests.mail_doors import ToldGate, running

MESSAGE = b"Subject: Hello\r\n\r\nHello\r\n"


def test_commands_sent_ahead_are_answered_in_order(hop, plain):
    with plain.client() as client:
        client.ask("EHLO client.example")
        mail = b"MAIL FROM:<a@x.example>\r\nRCPT TO:<b@school.example>\r\nDATA\r\n"
        one, two = mail + b"one\r\n.\r\n", mail + b"two\r\n..\r\n.\r\nQUIT\r\n"
        client.send(one + two)
        codes = [client.answer()[:3] for _ in range(9)]
        assert codes == ["250", "250", "354", "250"] * 2 + ["221"]
    assert [each.content for each in hop.took] == [b"one\r\n", b"two\r\n.\r\n"]


OFFERS = (b"8BITMIME", b"SMTPUTF8", b"DSN")


@pytest.mark.parametrize("offers", [OFFERS, (*OFFERS, b"PIPELINING")])
def test_recipients_named_ahead_have_their_own_answers_in_order(hop, offers):
    hop.offers = offers
    hop.answers = {b"RCPT TO:<gone@": b"550 5.1.1 No such mailbox", b"RCPT TO:<c@": b"251 ok"}
    gate = ToldGate()
    ours = frozenset({"report@gateway.example"})
    named = (b"<a@x.example>", b"<gone@x.example>", b"<report@gateway.example>", b"nonsense")
    named += (b"<B@x.example> NOTIFY=NEVER", b"<c@x.example>", b"<a@x.example>")
    with running(hop.port, gate, ours=ours) as made, made.client() as client:
        client.deliver(MESSAGE)  # so that it is known what the next server offers
        client.ask("EHLO client.example")
        for _ in range(2):
            rcpt = b"".join(b"rcpt TO:%s\r\n" % each for each in named)
            client.send(b"MAIL FROM:<a@x.example>\r\n" + rcpt + b"NOOP\r\nDATA\r\n")
            codes = [client.answer()[:3] for _ in range(10)]
            assert codes == ["250", "250", "550", "250", "501", "250", "251", "250", "250", "354"]
            client.send(MESSAGE + b".\r\n")
            assert client.answer().startswith("250")
    taken = ("a@x.example", "report@gateway.example", "b@x.example", "c@x.example", "a@x.example")
    assert [sent.recipients for sent, _ in gate.asked[1:]] == [taken] * 2
    asked = [b"<a@", b"<gone@", b"<B@x.example> NOTIFY=NEVER", b"<c@", b"<a@"]
    assert len(hop.took) == 3
    for took in hop.took[1:]:
        assert took.commands[6] == b"DATA"
        for command, start in zip(took.commands[1:6], asked, strict=True):
            assert command.startswith(b"RCPT TO:" + start)


def test_a_next_server_that_goes_away_among_recipients_has_none_of_them(hop, plain):
    hop.offers = (*OFFERS, b"PIPELINING")
    rcpt = b"".join(b"RCPT TO:<%d@school.example>\r\n" % number for number in range(5))
    with plain.client() as client:
        client.ask("EHLO client.example")
        for answer in (b"", b"421 4.3.2 Closing"):
            hop.answers = {b"RCPT TO:<3@": answer}
            client.send(b"MAIL FROM:<a@x.example>\r\n" + rcpt + b"DATA\r\n")
            codes = [client.answer()[:9] for _ in range(7)]
            assert codes == ["250 2.1.0", *["451 4.4.2"] * 5, "503 5.5.1"]
            assert client.ask("RSET").startswith("250")
        hop.answers = {}
        assert client.deliver(MESSAGE).startswith("250")
    assert len(hop.took) == 1


def test_no_more_recipients_are_named_ahead_than_are_taken(hop, plain, monkeypatch):
    monkeypatch.setattr(door_server, "MOST_RECIPIENTS", 5)
    monkeypatch.setattr(door_server, "MOST_AT_ONCE", 3)
    hop.offers = (*OFFERS, b"PIPELINING")
    with plain.client() as client:
        client.ask("EHLO client.example")
        rcpt = b"RCPT TO:<b@school.example>\r\n" * 8
        client.send(b"MAIL FROM:<a@x.example>\r\n" + rcpt + b"RSET\r\n")
        codes = [client.answer()[:3] for _ in range(10)]
        assert codes == ["250"] * 6 + ["452"] * 3 + ["250"]
    assert sum(said.startswith(b"RCPT") for said in hop.said) == 5
