import socket
import threading

import pytest

from gatekeeping.mailgate.smtp.next_hop import (
    Answer,
    AwayError,
    NextHop,
    UncertainError,
    next_hop_at,
    send_one,
)
from tests import servers
from tests.mail_doors import next_server

PIECES = [b"Subject: Hello\r\n\r", b"\n.dots\r\n.", b".\r\nCaf\xe9\0\r\n"]


@pytest.fixture
def hop():
    with next_server() as server:
        yield server


def send(server, *recipients, sender="officer@council.example", pieces=PIECES, **more):
    to = list(recipients or ["a@school.example"])
    return send_one(
        NextHop("127.0.0.1", server.port), sender=sender, recipients=to, pieces=iter(pieces), **more
    )


def test_a_stored_message_goes_to_all_recipients_in_one_transaction(hop):
    done = send(hop, "a@school.example", "b@school.example")
    assert (done.answer.ok, done.refused) == (True, {})
    assert done.answer.says == "250 2.0.0 took it"
    (took,) = hop.took
    assert took.content == b"".join(PIECES)
    assert took.commands[1:3] == [b"RCPT TO:<a@school.example>", b"RCPT TO:<b@school.example>"]
    assert took.commands[0] == b"MAIL FROM:<officer@council.example> BODY=8BITMIME"


def test_recipients_that_are_refused_are_named_with_the_servers_words(hop):
    hop.answers = {b"RCPT TO:<gone": b"550-5.1.1 No such\r\n550 5.1.1 mailbox"}
    done = send(hop, "gone@school.example", "b@school.example")
    assert done.answer.ok
    assert {who: (answer.for_good, answer.says) for who, answer in done.refused.items()} == {
        "gone@school.example": (True, "550 5.1.1 No such 5.1.1 mailbox")
    }
    assert not send(hop, "gone@school.example").answer.ok
    assert len(hop.took) == 1


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({b"MAIL": b"450 4.7.1 no"}, 450),
        ({b"DATA": b"554 5.3.4 no"}, 554),
        ({b"END": b"452 no"}, 452),
    ],
)
def test_a_refusal_of_the_whole_message_is_its_answer(hop, answers, code):
    hop.answers = answers
    done = send(hop)
    assert (done.answer.code, done.answer.ok, hop.took) == (code, False, [])


@pytest.mark.parametrize("silent", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
def test_a_server_that_leaves_before_the_end_took_nothing(hop, silent):
    hop.answers = {silent: b"", b"HELO": b""}
    marked = []
    with pytest.raises(AwayError) as caught:
        send(hop, before_end=lambda: marked.append(1))
    assert type(caught.value) is AwayError
    assert not marked


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (b"MAIL", b"354 go on"),
        (b"RCPT", b"354 go on"),
        (b"RCPT", b"ok"),
        (b"DATA", b"250 2.0.0 took it"),
        (b"DATA", b"199 ?"),
        (b"DATA", b"999 ?"),
    ],
)
def test_what_answers_something_else_took_nothing(hop, command, answer):
    hop.answers = {command: answer}
    with pytest.raises(AwayError) as caught:
        send(hop)
    assert type(caught.value) is AwayError
    assert hop.took == []


@pytest.mark.parametrize("answer", [b"354 go on", b"199 ?", b"ok"])
def test_an_end_that_is_answered_by_something_else_may_have_been_taken(hop, answer):
    hop.answers = {b"END": answer}
    with pytest.raises(UncertainError):
        send(hop)


def test_a_server_that_leaves_at_the_end_may_have_taken_it(hop):
    hop.answers, marked = {b"END": b""}, []
    with pytest.raises(UncertainError) as caught:
        send(hop, before_end=lambda: marked.append(1))
    assert (marked, caught.value.was_slow) == ([1], False)


def test_a_server_that_does_not_answer_in_time_is_told_from_one_that_left(hop, monkeypatch):
    monkeypatch.setattr("gatekeeping.mailgate.smtp.next_hop.PATIENCE_AT_END", 0.1)
    slow = type(hop.answers)({b"END": b"250-still at it"})  # an answer that never ends
    hop.answers = slow
    with pytest.raises(UncertainError) as caught:
        send(hop)
    assert caught.value.was_slow


def test_nobody_at_the_address_is_away():
    with pytest.raises(AwayError):
        NextHop("127.0.0.1", servers.free_port()).connect(patience=1)


def test_a_mail_server_of_another_make_takes_it_too():
    with servers.mail_sink() as sink:
        assert send(sink, "caf\u00e9@school.example", sender="").answer.ok
        assert sink.messages[0].content == b"".join(PIECES)
        assert sink.messages[0].recipients == ["caf\u00e9@school.example"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("mail.example:10026", ("mail.example", 10026, False)),
        ("smtp://mail.example:25", ("mail.example", 25, False)),
        ("smtp://mail.example:587?starttls=1", ("mail.example", 587, True)),
        ("[::1]:10026", ("::1", 10026, False)),
        ("127.0.0.1", ("127.0.0.1", 25, False)),
    ],
)
def test_where_mail_goes_on_to_is_read(address, found):
    made = next_hop_at(address)
    assert (made.host, made.port, made.starttls) == found


@pytest.mark.parametrize("address", ["", "smtps://mail.example", "mail.example:no", "http://x:1"])
def test_an_address_that_is_none_is_said(address):
    with pytest.raises(ValueError, match="host:port"):
        next_hop_at(address)


def test_an_answer_is_given_again_line_by_line():
    assert Answer(250, (b"one", b"two")).raw == b"250-one\r\n250 two"
    assert Answer(250).raw == b"250 "


def test_recipients_are_named_at_once_to_a_server_that_takes_that():
    waited_for, heard = 4, []

    def talk(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as reading:
            connection.sendall(b"220 next.example\r\n")
            for line in reading:
                if line.startswith(b"RCPT"):
                    heard.append(line)
                    if len(heard) < waited_for:
                        continue  # whoever waits for each answer waits for ever
                    connection.sendall(b"250 1\r\n550-two\r\n550 2\r\n250 3\r\n452 4\r\n")
                elif line.upper().startswith(b"EHLO"):
                    connection.sendall(b"250-next.example\r\n250 PIPELINING\r\n")
                elif not line.startswith(b"QUIT"):
                    connection.sendall(b"250 fine\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=talk, args=(listening,), daemon=True)
        thread.start()
        line = NextHop("127.0.0.1", listening.getsockname()[1]).connect(patience=5)
        assert line.mail("a@council.example").ok
        answers = line.rcpts([(f"{number}@school.example", ()) for number in range(waited_for)])
        line.close()
        thread.join()
    assert [answer.code for answer in answers] == [250, 550, 250, 452]
    assert answers[1].lines == (b"two", b"2")
