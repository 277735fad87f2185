from collections.abc import Iterator
from datetime import timedelta

import pytest

from foundation.db import EVERY_AUTHORITY
from foundation.settings import Settings, SettingsError, read_settings
from notifications.mail.channels import choosing
from notifications.mail.channels.door import NotNowError, RefusedError, TroubleError
from notifications.mail.channels.notify import (
    Account,
    NotifyConnection,
    Status,
    opener,
    taken_apart,
)
from notifications.mail.compose import queue_mail
from notifications.mail.message import Letterhead, message_id
from notifications.mail.sending import Outcome, send_waiting
from notifications.models_mail import Channel, Mail, MailState
from tests.factories.base import NOON
from tests.factories.mail import queue_deliveries
from tests.notify_double import API_KEY, TEMPLATE, Notify, notify_double
from tests.servers import free_port

LETTERHEAD = Letterhead("https://portal.example", "portal@authority.example")
CONTENT = (
    b"Subject: =?utf-8?q?Zo=C3=AB?=\r\nList-Unsubscribe: <https://portal.example/mail/stop/x>\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\n\r\nGood morning.\r\n\r\n-- \r\nHelp\r\n'
)


@pytest.fixture
def notify() -> Iterator[Notify]:
    with notify_double() as double:
        yield double


@pytest.fixture
def connection(notify) -> Iterator[NotifyConnection]:
    opened = NotifyConnection(Account(API_KEY, TEMPLATE, notify.url))
    yield opened
    opened.close()


def test_a_message_is_handed_over_as_subject_and_text(notify, connection):
    key = connection.send("x@a.example", "head@school.example", CONTENT, "<mail-7@portal.example>")
    (taken,) = notify.taken
    assert taken == {
        "id": key,
        "email_address": "head@school.example",
        "template_id": TEMPLATE,
        "personalisation": {"subject": "Zoë", "body": "Good morning.\n\n---\nHelp"},
        "reference": "<mail-7@portal.example>",
        "one_click_unsubscribe_url": "https://portal.example/mail/stop/x",
    }
    assert connection.carried == 1


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ((400, "ValidationError", "email_address Not a valid email address"), RefusedError),
        ((400, "BadRequestError", "Can't send to this recipient using a team-only"), TroubleError),
        ((403, "AuthError", "Invalid token: API key not found"), TroubleError),
        ((429, "RateLimitError", "Exceeded rate limit for key type LIVE"), NotNowError),
        ((429, "TooManyRequestsError", "Exceeded send limits (250,000) for today"), NotNowError),
        ((500, "Exception", "Internal server error"), TroubleError),
        ((503, "Exception", "Service unavailable"), TroubleError),
    ],
)
def test_each_answer_says_what_it_means_for_the_mail(notify, connection, answer, means):
    notify.answer_next.append(answer)
    with pytest.raises(means) as fault:
        connection.send("", "head@school.example", CONTENT)
    assert answer[2] in str(fault.value)
    connection.send("", "head@school.example", CONTENT)


def test_another_key_is_trouble(notify):
    wrong = API_KEY[:-1] + "f"
    connection = NotifyConnection(Account(wrong, TEMPLATE, notify.url))
    with pytest.raises(TroubleError, match="403"):
        connection.send("", "head@school.example", CONTENT)
    connection.close()


def test_whether_key_and_template_are_known_can_be_asked(notify, connection):
    connection.check()
    wrong = NotifyConnection(Account(API_KEY, API_KEY[-36:], notify.url))
    with pytest.raises(TroubleError, match="No result found"):
        wrong.check()
    wrong.close()


def test_a_server_that_cannot_be_reached_is_trouble():
    nowhere = f"http://127.0.0.1:{free_port()}"
    connection = NotifyConnection(Account(API_KEY, TEMPLATE, nowhere))
    with pytest.raises(TroubleError, match="could not be reached"):
        connection.send("", "head@school.example", CONTENT)
    connection.close()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("created", Status.ON_ITS_WAY),
        ("delivered", Status.DELIVERED),
        ("permanent-failure", Status.NO_SUCH_ADDRESS),
        ("temporary-failure", Status.MAILBOX_FULL),
        ("technical-failure", Status.NOT_SENT),
        ("something new", Status.ON_ITS_WAY),
    ],
)
def test_it_says_later_what_became_of_a_mail(notify, connection, said, status):
    key = connection.send("", "head@school.example", CONTENT)
    notify.statuses[key] = said
    assert connection.fetch_status(key) is status


@pytest.mark.sqlite_only
def test_waiting_mail_leaves_through_it_and_is_known_by_its_reference(
    session, database, authority_id, notify
):
    queue_deliveries(session, 3)
    link = {"subject": "Your link", "text": "https://portal.example/sign-in/x", "urgent": True}
    queue_mail(session, authority_id=authority_id, address="me@a.example", at=NOON, **link)
    queue_mail(session, authority_id=authority_id, address="nobody", at=NOON, subject="x", text="x")
    session.commit()
    to = opener(Account(API_KEY, TEMPLATE, notify.url))
    lease = timedelta(seconds=60)
    notify.answer_next.append((429, "RateLimitError", "Exceeded rate limit"))
    done = send_waiting(database, to, LETTERHEAD, now=lambda: NOON, lease=lease)
    assert done == Outcome(sent=3, postponed=2)
    taken = {mail["reference"]: mail for mail in notify.taken}
    with database.session(authority=EVERY_AUTHORITY, writes=False) as again:
        for mail in again.query(Mail).where(Mail.state == MailState.SENT):
            of_it = taken[message_id(mail.id, LETTERHEAD)]
            assert (mail.channel, mail.channel_reference) == (Channel.NOTIFY, of_it["id"])
            assert of_it["email_address"] == mail.address


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "NOTIFY_API_KEY and NOTIFY_TEMPLATE_ID must be set"),
        ({"NOTIFY_API_KEY": API_KEY}, "NOTIFY_TEMPLATE_ID must be set"),
        ({"NOTIFY_API_KEY": "short", "NOTIFY_TEMPLATE_ID": TEMPLATE}, "must be a whole key"),
    ],
)
def test_what_is_missing_stops_the_start(monkeypatch, values, sentence):
    for name, value in {"MAIL_CHANNEL": "notify", **values}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=sentence):
        read_settings()


def test_the_settings_say_by_which_way_mail_leaves():
    known = Settings(mail_channel="notify", notify_api_key=API_KEY, notify_template_id=TEMPLATE)
    assert "3d844edf" not in repr(known)
    assert not known.has_mail_sink
    opened = choosing.opener(known)()
    assert opened.channel is Channel.NOTIFY
    opened.close()


def test_text_is_taken_from_both_bodies():
    assert taken_apart(CONTENT)[0] == "Zoë"
