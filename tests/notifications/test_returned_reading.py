import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.returned.addresses import Returns
from notifications.returned.reading import BOUNCE, COMPLAINT, DELAY, read_reports
from tests.factories.reports import complaint, notice, words

RETURNS = Returns("bounces@portal.example", "a key")
TO = RETURNS.path(417)

QMAIL = """Hi. This is the qmail-send program at old.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<jo@school.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 no mailbox here by that name
Giving up on 192.0.2.1.
"""
EXIM = """This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its recipients.
  jo@school.example
    Unrouteable address
"""
EXIM_LATE = """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its recipients after more
than 24 hours. No action is required on your part. Delivery attempts will continue.
"""
OLD = "Your message did not reach jo@school.example: mailbox is full (#4.2.2)."


@pytest.mark.parametrize(
    ("raw", "kind", "status", "soft"),
    [
        (notice(TO), BOUNCE, "5.1.1", False),
        (notice(TO, status="5.2.2"), BOUNCE, "5.2.2", True),
        (notice(TO, status="4.4.1"), BOUNCE, "4.4.1", True),
        (notice(TO, status="5.0.0", code="smtp; 550 5.1.10 gone"), BOUNCE, "5.1.10", False),
        (notice(TO, status="5.7.1"), BOUNCE, "5.7.1", True),
        (notice(TO, action="delayed", status="4.4.7"), DELAY, "4.4.7", True),
        (complaint(TO), COMPLAINT, "", False),
        (words(TO, QMAIL), BOUNCE, "5.1.1", False),
        (words(TO, EXIM, X_Failed_Recipients="jo@school.example"), BOUNCE, "", False),
        (words(TO, EXIM_LATE, subject="Warning: message delayed 24 hours"), DELAY, "", False),
        (words(TO, OLD, sender="postmaster@old.example"), BOUNCE, "4.2.2", True),
    ],
)
def test_what_servers_report_is_read(raw, kind, status, soft):
    [report] = read_reports(raw)
    assert (report.kind, report.status, report.is_soft) == (kind, status, soft)
    assert RETURNS.mail_of(next(each for each in report.addresses if RETURNS.mail_of(each))) == 417


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00 nothing",
        words(TO, "I am away until Monday.", sender="jo@school.example", subject="Away"),
        words(TO, "I am away.", sender="jo@school.example", Auto_Submitted="auto-replied"),
        words(TO, "Your order has left our house.", sender="postmaster@shop.example", subject="Hi"),
        notice(TO, action="delivered", status="2.0.0"),
        notice(TO, action="relayed", status="2.0.0"),
        complaint(TO, kind="not-spam"),
    ],
)
def test_what_is_no_report_says_nothing(raw):
    assert read_reports(raw) == []


def test_what_is_kept_of_the_servers_words_names_nobody():
    [report] = read_reports(notice(TO))
    assert report.says == "550 5.1.1 <…>: User unknown"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 1200), st.integers(0, 1200))
def test_any_bytes_give_an_answer(noise, start, end):
    raw = notice(TO)
    for each in (noise, raw[:start] + noise + raw[end:], complaint(TO)[:start] + noise):
        assert isinstance(read_reports(each), list)


def test_large_and_deep_messages_give_an_answer():
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(400)
    )
    assert read_reports(deep) == []
    assert read_reports(notice(TO) + b"x" * 3_000_000)
    assert read_reports(b"From: postmaster@a.example\r\n\r\n" + b"5.1.1 " * 300_000) is not None


def test_only_what_we_signed_is_ours():
    assert RETURNS.mail_of(TO.upper()) == 417
    assert RETURNS.mail_of(f"<{TO}>") == 417
    forged = TO.replace("417.", "418.")
    for address in (forged, "bounces@portal.example", TO.replace("portal.", "other."), "", "+@"):
        assert RETURNS.mail_of(address) is None
    assert Returns("bounces@portal.example", "another key").mail_of(TO) is None
    assert Returns().path(417) == ""
    assert Returns().mail_of(TO) is None
    assert RETURNS.takes("bounces@portal.example")
    assert not RETURNS.takes(forged)
    assert len(TO.partition("@")[0]) <= 64
