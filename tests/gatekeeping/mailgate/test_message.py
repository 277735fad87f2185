"""What is read of messages: well made, broken, large, hostile."""

import base64
import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeping.mailgate.message import Message, attachment_bodies, read
from gatekeeping.mailgate.rule.casework import is_casework
from gatekeeping.mailgate.rule.likeness import marks
from gatekeeping.mailgate.words.mime_parts import MOST_LINES, MOST_PARTS

MAIL = Path(__file__).parents[2] / "data" / "mail"
SIMPLE = b"From: Alex <alex@la.example>\r\nSubject: Hello\r\n\r\nDear all,\r\n\r\nOne.\r\n"


def body(text: bytes, headers: bytes = b"") -> Message:
    return read(b"Subject: x\r\n" + headers + b"\r\n" + text)


HEADERS = [
    # A header as it stands in the message, the field, what it is read as.
    (b"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "subject", "Grüße"),
    (b"Subject: =?utf-8?B?R3LDvMOf?=\r\n =?utf-8?B?ZQ==?=", "subject", "Grüße"),
    (b"Subject: =?utf-8?B?R3LDvMOfZ", "subject", "=?utf-8?B?R3LDvMOfZ"),
    (b"Subject: =?utf-8?B?!!!?= and", "subject", "and"),
    (b"Subject: =?no-such-set?Q?caf=E9?=", "subject", "café"),
    (b"Subject: caf\xe9 \xa3", "subject", "café £"),
    (b"Subject: caf\xc3\xa9", "subject", "café"),
    (b"Subject: =?utf-8?Q?a=C3?= =?utf-8?Q?=A9b?=", "subject", "aéb"),
    (b"Subject: =?iso-8859-1?Q?a?= b =?iso-8859-1?Q?c?=", "subject", "a b c"),
    (b"SUBJECT : loud", "subject", "loud"),
    (b"subject:folded\r\n\tline", "subject", "folded line"),
    (b'From: "Marsh, Alex" <Alex@LA.example>', "from_address", "alex@la.example"),
    (b"From: alex@la.example (Alex (office))", "from_address", "alex@la.example"),
    (b"From: " + b"(" * 3000 + b" a@b.example", "from_address", "a@b.example"),
    (b"From: nobody", "from_address", ""),
    (b"To: a@x.example, b@y.example;\r\n c@z.example", "to",
     ("a@x.example", "b@y.example", "c@z.example")),
    (b"Message-ID: <1@a.example>", "message_id", "1@a.example"),
    (b"Message-ID: 1@a.example", "message_id", "1@a.example"),
    (b"References: <1@a> <2@b>\r\n\t<3@c>", "references", ("1@a", "2@b", "3@c")),
    (b"In-Reply-To: <1@a> (sent today)", "in_reply_to", "1@a"),
    (b"Date: Wed, 32 Foo 2026 99:99:99 +9999", "date", None),
    (b"Auto-Submitted: Auto-Replied; owner-email=x", "auto_submitted", "auto-replied"),
    (b"X-Portal-Number: 888-2627-D-00417-X", "numbers_in_headers", ("888-2627-D-00417-X",)),
]  # fmt: skip


@pytest.mark.parametrize(("header", "field", "expected"), HEADERS)
def test_headers_are_read(header, field, expected):
    assert getattr(read(header + b"\r\n\r\ntext\r\n"), field) == expected


MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n"
TEXTS = [
    # Headers of a body, the body, the text.
    (b"", b"plain", "plain"),
    (b"Content-Type: text/plain; charset=utf-8\r\n", b"caf\xe9", "café"),
    (b"Content-Type: text/plain; charset=iso-8859-1\r\n", b"caf\xc3\xa9", "café"),
    (b"Content-Type: text/plain; charset=koi8-r\r\n", b"\xd0\xd2\xc9", "при"),
    (b"Content-Type: text/plain; charset=punycode\r\n", b"abc", "abc"),
    (b"Content-Type: text/plain; charset=rot13\r\n", b"abc", "abc"),
    (b'Content-Type: text/plain; charset="\x00"\r\n', b"abc", "abc"),
    (b"Content-Transfer-Encoding: base64\r\n", base64.b64encode(b"hello there")[:-3], "hello the"),
    (b"Content-Transfer-Encoding: base64\r\n", b"aGVs\r\n!!bG8=\r\n", "hello"),
    (b"Content-Transfer-Encoding: quoted-printable\r\n", b"a=C3=A9=\r\nb=ZZ", "aéb=ZZ"),
    (b"Content-Type: text/plain; format=flowed\r\n", b"one \r\ntwo\r\n three", "one two\nthree"),
    (b"Content-Type: text/html\r\n", b"<p>a &amp; b<p>c<br>d", "a & b\nc\nd"),
    (b"Content-Type: text/html\r\n", b"<style>x</style><p>a<!-- b --><script>c</script>d", "ad"),
    (b"Content-Type: text/html\r\n", b"a<span style='display: none'>b<span>c</span></span>d", "ad"),
    (b"Content-Type: text/html\r\n", b"a<span style='color:#ffffff'>hidden</span>b", "ab"),
    (b"Content-Type: text/html\r\n", b"<td bgcolor=blue style='color:white'>seen</td>", "seen"),
    (b"Content-Type: text/html\r\n", b"a<blockquote><p>b</p></blockquote>c", "a\n\n> b\n\nc"),
    (b"Content-Type: text/html\r\n", b"a < b <<<c <", "a < b <<"),
    (b"Content-Type: multipart/mixed\r\n", b"no boundary is named", "no boundary is named"),
    (b"Content-Type: multipart/mixed; boundary=b\r\n", b"it never comes", "it never comes"),
    (MIXED, b"--b\r\n\r\none\r\n--b\r\n\r\ntwo", "one\n\ntwo"),
    (MIXED, b"--b\r\n--b\r\n\r\none\r\n--b--\r\nafter", "one"),
    (b"Content-Type: ;;;=\r\n", b"text", "text"),
    (b"Content-Type: application/ms-tnef; name=winmail.dat\r\n", b"abc", ""),
    (b"no colon here\r\n", b"and on", "no colon here\n\nand on"),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "content", "expected"), TEXTS)
def test_texts_are_read(headers, content, expected):
    assert body(content, headers).text == expected


def test_of_two_forms_the_one_is_read_that_people_see():
    head = b"Content-Type: multipart/alternative; boundary=b\r\n"
    same = (
        b"--b\r\n\r\nHow many pupils?\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>How many pupils?"
    )
    other = (
        b"--b\r\n\r\nHello\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>How many pupils are there?"
    )
    assert body(same, head).text == "How many pupils?"
    assert body(other, head).text == "How many pupils are there?"


LONG = (
    "A paragraph that stands after the end and says more than any signature ever does in its "
    "lines, so it stays."
)
OWN = [
    # A text, what its sender wrote.
    ("Dear Sam,\n\nOne.\n\nKind regards\nAlex\nTeam", "One."),
    ("One.\n\n-- \nAlex", "One."),
    ("One.\n\n> old\n> older\n\nTwo.", "One.\n\nTwo."),
    ("One.\n\nOn 3 Nov 2026, at 10:02, Sam Reed <sam@x.example>\nwrote:\n\n> old", "One."),
    ("One.\n\n-----Original Message-----\nFrom: Sam\n\nold", "One."),
    ("One.\n\nFrom: Sam\nSent: Monday\nTo: Alex\nSubject: x\n\nold", "One."),
    ("From: the council\n\nOne.", "From: the council\n\nOne."),
    ("One.\n\nThis e-mail is confidential, and intended for you. It may hold viruses.", "One."),
    (f"Kind regards\n\n{LONG}", LONG),
    ("Dear all", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OWN)
def test_what_a_sender_wrote_is_told_from_the_rest(text, expected):
    assert Message(text=text).own_text == expected


def test_files_and_messages_within_are_found():
    raw = (
        b"Subject: out\r\n" + MIXED + b"\r\n--b\r\n\r\ntext\r\n--b\r\n"
        b"Content-Type: application/pdf; name*=utf-8''f%C3%BCr.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(b"x" * 900)
        + b"\r\n--b\r\n"
        b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\nContent-Type: multipart/mixed;"
        b" boundary=c\r\n\r\n--c\r\n\r\ninner\r\n--c\r\nContent-Type: text/csv\r\n"
        b"Content-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--c--\r\n\r\n--b--\r\n"
    )
    message = read(raw)
    assert message.text == "text"
    assert [(file.name, file.media_type) for file in message.attachments] == [
        ("für.pdf", "application/pdf")
    ]
    assert 880 <= message.attachments[0].size <= 930
    assert [(one.subject, one.text) for one in message.nested] == [("in", "inner")]
    assert [name for name, _, _ in attachment_bodies(raw)] == ["für.pdf", "a.csv"]
    assert next(attachment_bodies(io.BytesIO(raw)))[2] == b"x" * 900


def test_a_header_of_a_megabyte_hides_nothing():
    long = b"X-Junk: " + b"a" * 1_000_000 + b"\r\n"
    many = b"".join(b"X-Junk-%d: %s\r\n" % (place, b"b" * 500) for place in range(2000))
    people = b"To: " + b",\r\n ".join(b"a%d@x.example" % place for place in range(60_000)) + b"\r\n"
    message = read(long + many + people + SIMPLE)
    assert (message.subject, message.own_text) == ("Hello", "One.")
    assert 1000 < len(message.to) < 60_000


def test_a_large_file_is_passed_over():
    line = b"QUJD" * 19 + b"\r\n"
    raw = (
        b"Subject: big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + line * 60_000
        + b"\r\n--b\r\n\r\nbelow\r\n--b--\r\n"
    )
    message = read(raw)
    assert message.text == "below"
    assert message.attachments[0].size == pytest.approx(len(line) * 60_000 * 3 / 4, rel=0.01)


def test_many_and_deep_parts_are_cut_off_and_that_is_said():
    flat = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5000
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (place, place)
        for place in range(3000)
    )
    messages = b"Content-Type: message/rfc822\r\n\r\n" * 3000
    assert read(flat).text.count("x") <= MOST_PARTS
    for raw in (flat, deep, messages):
        assert read(raw).notes


SLOW = [
    b"<" * 100_000, b"<a " * 33_000, b"<!--" * 26_000, b"<style>" * 16_000, b"&" * 100_000,
    b"<div style='" * 10_000, b"> " * 50_000, b"\n" * 100_000, b"On " * 33_000,
    b"From: a\n" * 13_000, b"A.A-" * 26_000, b"a@" * 50_000, b"=" * 100_000, b"-" * 100_000,
    b"\r" * 100_000, b" \t" * 50_000, b"http://" * 13_000, b"Name: " * 16_000,
    b"Re: A A " * 13_000,
]  # fmt: skip


@pytest.mark.parametrize("content", SLOW, ids=[repr(each[:8]) for each in SLOW])
def test_no_body_makes_reading_slow(content):
    # No time is asserted: one that were quadratic would take minutes here.
    for kind in (b"text/plain", b"text/html"):
        message = body(content, b"Content-Type: " + kind + b"\r\n")
        is_casework(message)
        marks(message, b"key")


MOST = settings(max_examples=150, deadline=None)
LINES = st.sampled_from([
    b"Subject: =?utf-8?B?", b"Subject: x\r\n", b"\r\n", b"--b\r\n", b"--b--\r\n", b"--c\r\n",
    b"> q\r\n", b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: multipart/alternative;\r\n",
    b" boundary=c\r\n", b"Content-Type: message/rfc822\r\n", b"Content-Type: text/html\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Type: text/calendar; method=", b"Content-Disposition: attachment; filename*0*=",
    b"Content-Type: text/plain; charset=", b"<p style='display:none'>", b"</p>", b"From: <",
    b"\x00",
    b"On x wrote:\r\n", b"Kind regards\r\n", b"References: <", b"Date: Mon, ", b"Dear all\r\n",
])  # fmt: skip


@MOST
@given(st.lists(st.one_of(LINES, st.binary(max_size=30)), max_size=60).map(b"".join))
def test_any_bytes_give_an_answer(raw):
    look_at(raw)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_message_that_is_damaged_anywhere_gives_an_answer(chance: random.Random):
    look_at(damaged(chance))


def damaged(chance: random.Random) -> bytes:
    """Return one of the stored messages with bytes changed, taken away, doubled or swapped."""
    raw = bytearray(chance.choice(sorted(MAIL.glob("*.eml"))).read_bytes())
    for _ in range(chance.randint(1, 12)):
        start = chance.randrange(len(raw) + 1)
        stop = min(len(raw), start + chance.choice([1, 1, 2, 8, 80]))
        change = chance.randrange(4)
        if change == 0:
            raw[start:stop] = chance.randbytes(stop - start)
        elif change == 1:
            del raw[start:stop]
        elif change == 2:
            raw[start:start] = raw[start:stop] * chance.randint(1, 5)
        else:
            raw[start:stop] = reversed(raw[start:stop])
    return bytes(raw)


def look_at(raw: bytes) -> None:
    message = read(raw)
    assert len(message.text) <= 60_000
    assert message == read(io.BytesIO(raw))
    assert isinstance(message.own_text, str)
    assert isinstance(message.text.encode("utf-8", "surrogatepass"), bytes)
    list(attachment_bodies(raw))


@pytest.mark.parametrize(
    "content",
    [
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--\r\n" * 2 * MOST_LINES,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 2 * MOST_LINES,
        b"Subject: Hello\r\n" + b"A: b\r\n" * 2 * MOST_LINES,
    ],
)
def test_lines_without_end_are_read_to_a_limit_that_is_noted(content):
    assert "it has too many lines" in read(content).notes
