"""The text and headers of an e-mail. Plain values in, bytes out."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup, escape

from categories.routing.reasons import Reason
from foundation.markdown import to_plain
from foundation.sealing import Seal
from notifications.mail import signing
from notifications.mail.mime import (
    ALTERNATIVE,
    LINE,
    SUBJECT_LIMIT,
    bodies,
    header,
    mailbox,
    recipient,
)
from notifications.models import Attention, NoticeKind
from notifications.models_mail import Occasion
from notifications.returned.addresses import Returns

PORTAL: Final = "{portal}"
"""In a mail's own text it stands for the portal's address, which is known when it is composed."""
EXCERPT_LIMIT: Final = 280


@dataclass(frozen=True)
class Letterhead:
    """What every mail of this portal carries: where its pages are, and who it comes from."""

    address: str
    mail_from: str
    returns: Returns = field(default_factory=Returns)
    """Where mail comes back to that did not arrive."""
    key: str = field(default="", repr=False)
    """Signs the addresses by which readers stop what they need not get."""
    seal: Seal | None = None
    """Opens mail whose words wait sealed (``notifications.mail.sealed``)."""

    def envelope_from(self, mail_id: int) -> str:
        """Return where a mail comes back to: an address of its own, where one is set up."""
        return self.returns.path(mail_id) or self.mail_from

    @property
    def host(self) -> str:
        """The stable half of every Message-ID."""
        return urlsplit(self.address).hostname or "portal"


@dataclass(frozen=True)
class Sender:
    """The authority as its mails show it."""

    authority: str
    service: str
    help_email: str
    help_telephone: str


@dataclass(frozen=True)
class Envelope:
    """Whose mail it is, when it is made, and what it is numbered by."""

    mail_id: int
    recipient: str
    sender: Sender
    letterhead: Letterhead
    at: datetime
    unsubscribe: str = ""
    """The address at which one click stops mail of this kind; empty where that is not right."""


@dataclass(frozen=True)
class Told:
    """A delivery as its mail tells it."""

    delivery_id: int
    notice_id: int
    reason: Reason
    person: str
    school: str
    category: str
    occasion: Occasion = Occasion.ITEM
    reader: str = ""
    """Whose item it is, where somebody else is told of it; empty for the school's own mailbox."""
    giver: str = ""
    """Who passed it on."""
    mailbox: str = ""
    """The mailbox that stands behind the person at the school; empty where there is none."""
    had_before: bool = True
    """Whether they got what the notice replaced, if it did: what differs from it is quoted."""
    is_over: bool = False
    """It was done, closed, withdrawn or replaced since the mail was written."""
    in_mailbox: bool = False
    """It goes to a mailbox that several people may read: it says for whom it is."""

    def at(self, address: str) -> "Told":
        """Return it as told at this address."""
        return replace(self, in_mailbox=self.mailbox.casefold() == address.casefold())


@dataclass(frozen=True)
class Item:
    """A notice as its mails tell it; the same for every school."""

    reference: str
    title: str
    sender: str
    kind: NoticeKind
    due_on: date | None
    excerpt: str
    attention: Attention = Attention.INFORMATION
    standing: str = ""
    """What readers must know beyond its text, such as that it is an emergency."""
    changed: tuple[str, ...] = ()
    """What is different from what was sent before, in sentences."""
    changed_alone: tuple[str, ...] = ()
    """The same for those who did not get what was sent before."""


def one_line(text: str) -> str:
    """Return the text as one line without control characters, so that it cannot add a header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@lru_cache(maxsize=1024)
def excerpt(body: str) -> str:
    """Return the first words of a notice's Markdown, without its marks and headings.

    Kept: a week's bulletins tell the same items to thousands.
    """
    told = "\n".join(line for line in body.splitlines() if not line.startswith("#"))
    words = one_line(to_plain(told))
    if len(words) <= EXCERPT_LIMIT:
        return words
    return words[:EXCERPT_LIMIT].rsplit(" ", 1)[0] + " …"


def message_id(mail_id: int, letterhead: Letterhead) -> str:
    """Return the Message-ID of a mail: the same however often it is composed."""
    return f"<mail-{mail_id}.portal@{letterhead.host}>"


def own(envelope: Envelope, subject: str, text: str, **more: object) -> bytes:
    """Make a mail that brings its own subject and text; PORTAL in it becomes the address."""
    text = text.replace(PORTAL, envelope.letterhead.address)
    return whole(envelope, subject, "own", {"text": text, "paragraphs": _paragraphs(text), **more})


def whole(envelope: Envelope, subject: str, template: str, values: dict[str, object]) -> bytes:
    """Make a mail that only one reader gets, from a pair of templates."""
    subject = one_line(subject)[:SUBJECT_LIMIT]
    values = {**values, "sender": envelope.sender, "subject": subject}
    values |= {"unsubscribe": envelope.unsubscribe}
    plain, html = templates(template)
    made = bodies(plain.render(values), html.render(values))
    return headers(envelope, subject) + made.fill({}, {})


def headers(envelope: Envelope, subject: str) -> bytes:
    """Return the headers of a message and what comes before its bodies."""
    letterhead = envelope.letterhead
    return b"".join(
        (
            _from(envelope.sender, letterhead.mail_from),
            recipient(envelope.recipient),
            header("Subject", subject),
            header("Date", format_datetime(envelope.at)),
            _message_id(envelope.mail_id, letterhead),
            _signed(envelope),
            *_unsubscribing(envelope.unsubscribe),
            ALTERNATIVE,
        )
    )


@lru_cache(maxsize=256)
def _from(sender: Sender, mail_from: str) -> bytes:
    """Return what all mail of an authority begins with. Answers reach people, not a machine."""
    return b"".join(
        (
            mailbox("From", one_line(sender.authority), mail_from),
            mailbox("Reply-To", "", sender.help_email) if sender.help_email else b"",
            header("Auto-Submitted", "auto-generated"),
            header("X-Auto-Response-Suppress", "All"),
        )
    )


def _message_id(mail_id: int, letterhead: Letterhead) -> bytes:
    line = f"Message-ID: {message_id(mail_id, letterhead)}"
    if len(line) <= LINE and line.isascii():
        return f"{line}\r\n".encode("ascii")
    return header("Message-ID", message_id(mail_id, letterhead))


def _signed(envelope: Envelope) -> bytes:
    """Return the mark by which the mail gateway knows mail of ours."""
    mail_id, letterhead = envelope.mail_id, envelope.letterhead
    called = message_id(mail_id, letterhead)
    return signing.line(mail_id, envelope.recipient, called, letterhead.key)


def _unsubscribing(address: str) -> tuple[bytes, ...]:
    """Return the headers by which a mail program offers to stop such mail (RFC 2369, RFC 8058)."""
    if not address:
        return ()
    # Not folded: some programs do not read an address that goes on in the next line.
    stop = f"List-Unsubscribe: <{address}>\r\n".encode("ascii")
    return stop, b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def _paragraphs(text: str) -> list[Markup]:
    """Return the text's paragraphs as HTML; a line that is an address becomes a link."""
    made = []
    for block in text.strip().split("\n\n"):
        lines = [_linked(line.strip()) for line in block.splitlines()]
        made.append(Markup("<br>").join(lines))
    return made


def _linked(line: str) -> Markup:
    if line.startswith(("https://", "http://")) and " " not in line:
        return Markup('<a href="{0}">{0}</a>').format(line)
    return escape(line)


@cache
def templates(name: str) -> tuple[Template, Template]:
    """Return the plain and the HTML template of a kind of mail."""
    loader = PackageLoader("notifications")
    plain = Environment(loader=loader, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - plain text
    html = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    folder = "notifications/mail"
    return plain.get_template(f"{folder}/{name}.txt"), html.get_template(f"{folder}/{name}.html")
