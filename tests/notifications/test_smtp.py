import pytest

from notifications.mail.channels.smtp import (
    Connection,
    NotNowError,
    RefusedError,
    Server,
    TroubleError,
    opener,
    server_at,
)
from tests import servers

CONTENT = b"Subject: Hello\r\n\r\n.Hello\r\n"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25)),
        ("smtp://mail.example:2525", Server("mail.example", 2525)),
        ("smtps://mail.example", Server("mail.example", 465, tls=True)),
        (
            "smtp://me%40a.example:s%2Fx@mail.example:587?starttls=1",
            Server("mail.example", 587, "me@a.example", "s/x", starttls=True),
        ),
        ("smtp://[::1]:8025", Server("::1", 8025)),
    ],
)
def test_an_address_says_where_and_how(url, server):
    assert server_at(url) == server


@pytest.mark.parametrize("url", ["", "mail.example:25", "http://mail.example", "smtp://"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ValueError, match="SMTP_URL must look like"):
        server_at(url)


def test_the_password_is_not_printed():
    assert "secret" not in repr(server_at("smtp://me:secret@mail.example"))


def test_several_mails_go_over_one_connection():
    with servers.mail_sink() as sink:
        connection = opener(f"smtp://127.0.0.1:{sink.port}")()
        for number in range(3):
            connection.send("portal@a.example", f"head{number}@school.example", CONTENT)
        connection.close()
    assert connection.carried == 3
    assert sink.messages[0].content.endswith(b".Hello\r\n")
    assert sink.messages[0].sender == "portal@a.example"


def test_refusals_say_whether_to_try_again_and_the_connection_lives_on():
    with servers.mail_sink() as sink:
        sink.refuse_to = {"gone@school.example"}
        sink.refuse_next = 1
        connection = Connection(Server("127.0.0.1", sink.port))
        with pytest.raises(NotNowError, match="451"):
            connection.send("portal@a.example", "head@school.example", CONTENT)
        with pytest.raises(RefusedError, match="No such mailbox"):
            connection.send("portal@a.example", "gone@school.example", CONTENT)
        connection.send("portal@a.example", "head@school.example", CONTENT)
        connection.close()
    assert len(sink.messages) == 1


@pytest.mark.parametrize("address", ["a@a.example\r\nRCPT TO:<b@b.example>", "héad@school.example"])
def test_an_address_that_mail_cannot_use_is_refused_for_good(address):
    with servers.mail_sink() as sink:
        connection = Connection(Server("127.0.0.1", sink.port))
        with pytest.raises(RefusedError, match="cannot be used"):
            connection.send("portal@a.example", address, CONTENT)
        connection.close()
    assert sink.messages == []


def test_a_server_that_is_not_there_is_trouble():
    with pytest.raises(TroubleError, match="refused"):
        Connection(Server("127.0.0.1", servers.free_port()))


def test_a_server_that_goes_away_is_trouble():
    with servers.mail_sink() as sink:
        connection = Connection(Server("127.0.0.1", sink.port), patience=5)
    with pytest.raises(TroubleError):
        connection.send("portal@a.example", "head@school.example", CONTENT)
    connection.close()


def test_a_server_that_does_not_offer_encryption_is_trouble_when_it_is_asked_for():
    with servers.mail_sink() as sink, pytest.raises(TroubleError):
        Connection(Server("127.0.0.1", sink.port, starttls=True))
