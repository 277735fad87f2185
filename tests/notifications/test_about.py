"""Mail that is filled in from one rendering is the mail that a rendering of its own would give."""

import re
from datetime import date
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from categories.routing.reasons import Reason
from notifications.mail import about
from notifications.mail.message import Envelope, Item, Letterhead, Sender, Told, one_line, templates
from notifications.mail.words import NOBODY, SOMEBODY
from notifications.models import Attention, NoticeKind
from notifications.models_mail import Occasion
from tests.factories.base import NOON

LETTERHEAD = Letterhead("https://portal.example", "portal@authority.example")
ABOUT = [one for one in Occasion if one not in (Occasion.DIGEST, Occasion.BULLETIN, Occasion.OWN)]
ODD = st.sampled_from(
    ["", "Zoë O’Brien", "=?utf-8?q?x?=", ".", "a" * 200, "Łódź " * 30, "<b>&amp;", "{{ x }}", " - "]
)
WORDS = st.text(max_size=120) | ODD
SENDERS = st.builds(
    Sender,
    WORDS.map(one_line).filter(bool),
    WORDS.map(one_line),
    st.just("help@authority.example"),
    st.sampled_from(["", "01772 000000"]),
)
TOLD = st.builds(
    Told,
    st.integers(1, 10**12),
    st.just(1),
    st.sampled_from(Reason),
    WORDS,
    WORDS,
    st.sampled_from(["", "Catering", "Žluť & čerň"]),
    st.sampled_from(ABOUT),
    WORDS,
    WORDS,
    in_mailbox=st.booleans(),
)
ITEMS = st.builds(
    Item,
    st.just("888-2627-D-00001-K v1"),
    WORDS.map(one_line),
    WORDS.map(one_line),
    st.sampled_from(NoticeKind),
    st.sampled_from([None, date(2026, 12, 14)]),
    WORDS.map(one_line),
    st.sampled_from(Attention),
    st.sampled_from(["", "This is an emergency."]),
)
ADDRESSES = st.sampled_from(
    ["head@school.example", "o'brien+x@a-b.school.example", f"{'a' * 64}@{'b' * 60}.example"]
)


def slowly(envelope: Envelope, told: Told, item: Item) -> EmailMessage:
    """Make the same mail from templates filled with the values themselves."""
    subject = about.subject_of(told, item)
    names = {
        "person": one_line(told.person),
        "school": one_line(told.school),
        "reader": one_line(told.reader) or NOBODY,
        "giver": one_line(told.giver) or SOMEBODY,
        "delivery": str(told.delivery_id),
        "subject": subject,
    }
    alike = about._Alike(
        told.occasion, told.reason, told.category, bool(one_line(told.person)), told.in_mailbox
    )
    values = about.values_of(envelope.sender, envelope.letterhead.address, item, alike, names)
    plain, html = (template.render(values) for template in templates("delivery"))
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(envelope.sender.authority, addr_spec=envelope.letterhead.mail_from)
    made["Reply-To"] = Address(addr_spec=envelope.sender.help_email)
    made["To"] = Address(addr_spec=envelope.recipient)
    made["Subject"] = subject
    made["Date"] = format_datetime(envelope.at)
    made["Message-ID"] = f"<mail-{envelope.mail_id}.portal@portal.example>"
    made.set_content(plain.strip() + "\n", cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    return message_from_bytes(made.as_bytes(), policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return part.get_payload(decode=True).decode().replace("\r\n", "\n").rstrip("\n")


@settings(max_examples=60, deadline=None)
@given(SENDERS, TOLD, ITEMS, ADDRESSES, st.integers(1, 10**15))
def test_a_mail_filled_in_is_the_mail_rendered_alone(sender, told, item, address, mail_id):
    envelope = Envelope(mail_id, address, sender, LETTERHEAD, NOON)
    content = about.about(envelope, told, item)
    quick = message_from_bytes(content, policy=policy.default)
    slow = slowly(envelope, told, item)
    assert not quick.defects
    for kind in ("plain", "html"):
        assert body(quick, kind) == body(slow, kind)
    for name in ("From", "Reply-To", "To", "Subject", "Date", "Message-ID"):
        assert str(quick[name]) == str(slow[name])
    assert content.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    encoded = content.partition(b"\r\n\r\n")[2]
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert not re.search(rb"q[0-9a-f]{16}", content), "a place was left empty"
