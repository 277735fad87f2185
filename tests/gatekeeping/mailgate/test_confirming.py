import asyncio

import pytest

from gatekeeping.mailgate.door.confirming import LONGEST, serve_confirming
from gatekeeping.mailgate.door.journal import Journal
from tests.servers import free_port

TOKEN = "cd" * 32
QUESTION = {
    "request": "smtpd_access_policy",
    "protocol_state": "END-OF-MESSAGE",
    "client_address": "127.0.0.1",
    "client_port": "40001",
    "recipient_count": "3",
    "instance": "d35.6b035f6e.82da3.0",
    "size": "3027",
}
YES = b"action=DUNNO\n\n"


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal", confirms=True)


def written(**changes):
    asked = {**QUESTION, **changes}
    return "".join(f"{name}={value}\n" for name, value in asked.items()).encode() + b"\n"


def answers(journal, *questions):
    """Ask one after the other over one connection, and return what is answered until it ends."""

    async def ask():
        port = free_port()
        async with await serve_confirming(journal, "127.0.0.1", port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"".join(questions))
            writer.write_eof()
            answered = await reader.read()
            writer.close()
            return answered

    return asyncio.run(ask())


def test_postfix_may_take_what_the_gateway_gave_it(journal):
    journal.given(TOKEN, 40001, 3)
    assert answers(journal, written(), written(client_port="40002")) == YES + YES


def test_postfix_takes_nothing_of_a_gateway_that_has_died(journal, tmp_path):
    killed = Journal(tmp_path / "journal", confirms=True)
    killed.given(TOKEN, 40001, 3)
    killed.close()
    assert answers(journal, written()).startswith(b"action=451 ")


def test_only_the_end_of_a_message_is_noted(journal):
    journal.given(TOKEN, 40001, 3)
    assert answers(journal, written(protocol_state="RCPT")) == YES
    assert not journal.behind.outlived("d35", 0.0)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (written(client_port=""), YES),
        (written(client_port="many", recipient_count="-1"), YES),
        (written(instance="../../boot.1"), YES),
        (b"\xff\xfe\n\n", YES),
        (b"\n", YES),
        (b"no end", b""),
        (b"x" * (LONGEST * 2) + b"\n\n", b""),
        (b"x=1\n" * 200 + b"\n", b""),
        (b"", b""),
    ],
)
def test_a_broken_question_does_no_harm(journal, question, answer):
    assert answers(journal, question) == answer
