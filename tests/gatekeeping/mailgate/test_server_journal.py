"""What the door tells its journal, and what it does when somebody leaves meanwhile."""

import socket
import threading

import pytest

from tests.mail_doors import ToldGate, running

MESSAGE = b"Subject: Hello\r\n\r\nHello\r\n"


class Noting:
    """A journal that writes down what it is told."""

    def __init__(self, *, knows: bool = False) -> None:
        self.told: list[str] = []
        self.knows = knows
        self.heard = threading.Event()

    def was_taken(self, _token: str) -> bool:
        return self.knows

    def given(self, _token: str, port: int, recipients: int) -> None:
        assert port > 0
        self.told.append(f"given {recipients}")

    def taken(self, _token: str) -> None:
        self.told.append("taken")

    def refused(self, _token: str) -> bool:
        self.told.append("refused")
        return False

    def lost(self, _token: str, *, in_time: bool) -> None:
        self.told.append(f"lost {in_time}")

    def answered(self, _token: str) -> None:
        self.told.append("answered")
        self.heard.set()

    def unanswered(self, _token: str) -> None:
        self.told.append("unanswered")
        self.heard.set()


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, ["given 2", "taken", "answered"]),
        ({b"END": b"451 4.3.0 Later"}, ["given 2", "refused"]),
        ({b"END": b""}, ["given 2", "lost True"]),
        ({b"DATA": b"451 4.3.0 Later"}, ["refused"]),
    ],
)
def test_the_journal_is_told_of_each_step(hop, answers, told):
    hop.answers, journal = answers, Noting()
    with running(hop.port, journal=journal) as made, made.client() as client:
        client.deliver(MESSAGE, "a@school.example", "b@school.example")
        assert not answers or not journal.heard.is_set()
        assert answers or journal.heard.wait(5)
    assert journal.told == told


def test_the_journal_tells_a_slow_next_server_from_one_that_left(hop, monkeypatch):
    monkeypatch.setattr("gatekeeping.mailgate.smtp.next_hop.PATIENCE_AT_END", 0.1)
    hop.answers, journal = {b"END": b"250-still at it"}, Noting()  # an answer that never ends
    with running(hop.port, journal=journal) as made, made.client() as client:
        assert client.deliver(MESSAGE).startswith("451")
    assert journal.told == ["given 1", "lost False"]


class Full(Noting):
    """A journal whose disk is full from a step on."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step

    def given(self, _token: str, port: int, recipients: int) -> None:
        if self.step == "given":
            raise OSError(28, "No space left on device")
        super().given(_token, port, recipients)

    def taken(self, _token: str) -> None:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("step", "answer", "taken"), [("given", "451", 0), ("taken", "250", 1)])
def test_a_full_disk_neither_doubles_nor_keeps_anybody_waiting(
    hop, monkeypatch, step, answer, taken
):
    resets = []
    monkeypatch.setattr(
        "gatekeeping.mailgate.smtp.next_hop.Line.reset", lambda _line: resets.append("RSET")
    )
    with running(hop.port, journal=Full(step)) as made, made.client() as client:
        assert client.deliver(MESSAGE).startswith(answer)
    assert (len(hop.took), resets) == (taken, [])


def test_what_was_passed_on_before_is_not_given_again(hop):
    journal = Noting(knows=True)
    with running(hop.port, journal=journal) as made, made.client() as client:
        assert client.deliver(MESSAGE) == "250 2.0.0 Passed on before"
        assert journal.heard.wait(5)
    assert (journal.told, hop.took) == (["answered"], [])


def test_a_message_whose_client_left_meanwhile_is_still_handed_on(hop):
    waiting, go_on = threading.Event(), threading.Event()

    class Slow(ToldGate):
        def look(self, sent, spool):
            waiting.set()
            go_on.wait(5)
            return super().look(sent, spool)

    journal = Noting()
    with running(hop.port, Slow(), journal=journal) as made:
        client = made.client()
        client.begin()
        client.ask("DATA")
        client.send(MESSAGE + b".\r\n")
        waiting.wait(5)
        client.close()
        go_on.set()
        assert journal.heard.wait(5)
    assert journal.told == ["given 1", "taken", "unanswered"]
    assert len(hop.took) == 1


ENVELOPE = b"EHLO x.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@school.example>\r\nDATA\r\n"


@pytest.mark.parametrize("last", [b"QUIT\r\n", b"", b"QUI"])
def test_a_client_that_ends_its_half_after_the_message_is_answered(hop, monkeypatch, last):
    # Exim sends QUIT with the end of its last message, ends its half, and waits for the answers.
    monkeypatch.setattr("gatekeeping.mailgate.door.connection.RESET_WITHIN", 0.05)
    journal = Noting()
    with running(hop.port, journal=journal) as made, made.client() as client:
        client.send(ENVELOPE + MESSAGE + b".\r\n" + last)
        client.socket.shutdown(socket.SHUT_WR)
        codes = [client.answer()[:3] for _ in range(6 if last.endswith(b"\r\n") else 5)]
        assert codes == ["250", "250", "250", "354", "250", "221"][: len(codes)]
        assert client.is_closed
        assert not made.door.open
    assert journal.told == ["given 1", "taken", "answered"]
    assert [each.content for each in hop.took] == [MESSAGE]


@pytest.mark.parametrize("sent", [b"", b"EHL", ENVELOPE, ENVELOPE + MESSAGE, ENVELOPE + b".\r"])
def test_a_client_that_ends_its_half_too_early_is_let_go(hop, caplog, sent):
    with running(hop.port) as made, made.client() as client:
        client.send(sent)
        client.socket.shutdown(socket.SHUT_WR)
        for _ in range(4 if sent.startswith(ENVELOPE) else 0):
            client.answer()
        assert client.is_closed
    assert (hop.took, caplog.text) == ([], "")
