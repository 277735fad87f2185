from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from categories.routing.reasons import Reason
from directory.models import AuthorityProfile
from foundation.db import EVERY_AUTHORITY
from notifications.mail.compose import compose, queue_mail
from notifications.mail.message import Letterhead, excerpt, message_id, one_line
from notifications.mail.words import WHY
from notifications.models import NoticeKind
from notifications.models_mail import Mail
from tests.factories.base import NOON
from tests.factories.categories import CategoryFactory
from tests.factories.directory import MembershipFactory, PersonFactory, SchoolFactory
from tests.factories.notifications import DeliveryFactory, NoticeFactory

LETTERHEAD = Letterhead("https://portal.example", "portal@authority.example")


def parsed(content: bytes | Exception) -> EmailMessage:
    assert isinstance(content, bytes), content
    return message_from_bytes(content, policy=policy.default)


def mail_about(session, **notice) -> Mail:
    """A waiting mail about one delivery of such a notice."""
    delivery = DeliveryFactory(
        notice=NoticeFactory(**notice),
        person_id=PersonFactory(name="Amina Begum").id,
        school_id=SchoolFactory(name="Hillside Primary School").id,
        delivered_at=NOON,
    )
    mail = Mail(
        authority_id=delivery.authority_id,
        delivery_id=delivery.id,
        address="amina@school.example",
        created_at=NOON,
        send_after=NOON,
    )
    session.add(mail)
    session.flush()
    return mail


@pytest.fixture
def written(session) -> Callable[[Mail], EmailMessage]:
    def written(mail: Mail) -> EmailMessage:
        return parsed(compose(session, [mail], LETTERHEAD, at=NOON)[mail.id])

    return written


def test_a_mail_to_a_mailbox_says_for_whom_it_is(session, written):
    place = MembershipFactory(mailbox="Office@school.example", person__name="Ann Example")
    delivery = DeliveryFactory.to(place, reason=Reason.OWNER, category_id=CategoryFactory().id)
    facts = {"delivery_id": delivery.id, "created_at": NOON, "send_after": NOON}
    mail = Mail(authority_id=delivery.authority_id, address="office@school.example", **facts)
    session.add(mail)
    session.flush()
    shared = written(mail)
    assert shared["Subject"].startswith("For Ann Example: ")
    text = shared.get_body(("plain",)).get_content()
    assert text.startswith("For Ann Example")
    assert "It is for Ann Example, whose mail goes to this mailbox." in text
    mail.address = "ann@school.example"
    own = written(mail)
    assert "Dear Ann Example," in own.get_body(("plain",)).get_content()


def test_a_mail_about_a_delivery_tells_what_why_and_where(session, written):
    mail = mail_about(
        session,
        reference="888-2627-D-00001-K v1",
        title="Spring census dates",
        kind=NoticeKind.DATA_REQUEST,
        due_on=date(2026, 12, 14),
        sender="Data team, Lancashire",
        body="Please send the **dates**.\n\n" + "More words. " * 100,
    )
    message = written(mail)
    assert message["Subject"] == "888-2627-D-00001-K v1: Spring census dates"
    assert message["From"] == "Lancashire <portal@authority.example>"
    assert message["To"] == "amina@school.example"
    assert message["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<mail-{mail.id}.portal@portal.example>"
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    for part in (plain, html):
        assert "Amina Begum" in part
        assert "Hillside Primary School" in part
        assert "Answer by: 14 December 2026" in part
        assert f"https://portal.example/inbox/{mail.delivery_id}" in part
        assert "You are the person your school registered for “" in part
        assert "schools-portal@888.authority.example" in part
        assert "Please send the dates." in part
        assert part.count("More words.") < 30
        assert "Data team, Lancashire" in part
    assert "**" not in plain


@pytest.mark.sqlite_only
def test_a_mail_needs_no_due_date_no_words_and_no_telephone(session, written):
    message = written(mail_about(session, due_on=None, body="", title="Hello"))
    plain = message.get_body(("plain",)).get_content()
    assert " by:" not in plain
    assert "None" not in plain
    assert "\n\n\n" not in plain.replace("\r", "")


@pytest.mark.sqlite_only
def test_the_authoritys_telephone_is_in_the_mail_when_it_has_one(session, authority_id, written):
    session.get_one(AuthorityProfile, authority_id).help_telephone = "01772 000000"
    message = written(mail_about(session))
    for kind in ("plain", "html"):
        assert "01772 000000" in message.get_body((kind,)).get_content()


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "title",
    [
        "Hello\r\nBcc: everybody@school.example",
        "Hello\nBcc: everybody@school.example",
        "Hello\x0bBcc: everybody@school.example",
        "Hello\u2028Bcc: everybody@school.example",
        "Hello\x00Bcc: everybody@school.example",
        "Hello\x85Bcc: everybody@school.example",
    ],
)
def test_a_title_cannot_add_a_header(session, written, title):
    message = written(mail_about(session, title=title))
    assert message["Bcc"] is None
    assert message["Subject"].endswith("Hello Bcc: everybody@school.example")


@pytest.mark.sqlite_only
def test_what_an_officer_wrote_is_text_in_the_html_part(session, written):
    mail = mail_about(
        session, title="<b>Bold</b> & wide", body="<script>alert(1)</script> <i>Hi</i>"
    )
    html = written(mail).get_body(("html",)).get_content()
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; wide" in html
    assert "<script>" not in html
    assert "<i>" not in html


@pytest.mark.sqlite_only
def test_a_queued_mail_brings_its_own_words_and_its_links_are_links(session, authority_id, written):
    link = "https://portal.example/sign-in/abc?next=/inbox"
    mail = queue_mail(
        session,
        authority_id=authority_id,
        address=" head@school.example ",
        subject="Your link\nto sign in",
        text=f"Hello <you>\n\nOpen this page:\n{link}\n\nIt works once.",
        at=NOON,
        urgent=True,
    )
    session.flush()
    message = written(mail)
    assert message["To"] == "head@school.example"
    assert message["Subject"] == "Your link to sign in"
    assert link in message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert f'<a href="{link}">{link}</a>' in html
    assert "Hello &lt;you&gt;" in html


@pytest.mark.sqlite_only
def test_queueing_wakes_the_workers_after_the_commit_only(database, authority_id):
    woken: list[frozenset[str]] = []
    database.waker = woken.append
    with database.session(authority=EVERY_AUTHORITY) as session:
        words = {"subject": "Hello", "text": "Hello", "at": NOON}
        queue_mail(session, authority_id=authority_id, address="a@a.example", **words)
        session.rollback()
        queue_mail(session, authority_id=authority_id, address="a@a.example", **words)
        assert woken == []
        session.commit()
    assert woken == [frozenset({"mail"})]


def test_a_mail_can_be_queued_for_later(session, authority_id):
    later = NOON + timedelta(days=1)
    values = {"address": "a@a.example", "subject": "s", "text": "t", "at": NOON}
    mail = queue_mail(session, authority_id=authority_id, send_after=later, **values)
    assert (mail.created_at, mail.send_after) == (NOON, later)


def test_fifty_mails_are_composed_in_three_statements(session, statements):
    mails = [mail_about(session) for _ in range(12)]
    session.commit()
    statements.clear()
    made = compose(session, mails, LETTERHEAD, at=NOON)
    assert len(made) == 12
    assert len(statements) == 3


@pytest.mark.sqlite_only
def test_one_mail_that_cannot_be_composed_holds_no_other_back(session):
    good, bad = mail_about(session), mail_about(session)
    bad.address = "not an address"
    made = compose(session, [bad, good], LETTERHEAD, at=NOON)
    assert isinstance(made[bad.id], Exception)
    assert isinstance(made[good.id], bytes)


def test_every_reason_has_its_words():
    assert set(WHY) == set(Reason)


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\r\nb", "a b"), ("  a \t b ", "a b"), ("é – “x”", "é – “x”"), ("a\x00b", "a b"), ("", "")],
)
def test_a_line_is_one_line(text, line):
    assert one_line(text) == line


def test_an_excerpt_ends_at_a_word():
    words = excerpt("# Title\n\n" + "word " * 200)
    assert words.startswith("word word")
    assert words.endswith("word …")
    assert excerpt("Short.") == "Short."


def test_the_message_id_depends_on_the_mail_alone():
    assert message_id(7, LETTERHEAD) == message_id(7, LETTERHEAD)
    assert message_id(7, LETTERHEAD) != message_id(8, LETTERHEAD)
