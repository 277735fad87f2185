"""The text and headers of an e-mail. Plain values in, bytes out."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup, escape

from categories.routing.reasons import Reason
from foundation.dates import day
from foundation.markdown import to_plain
from notifications.models import NoticeKind
from notifications.returned.addresses import Returns

SUBJECT_LIMIT: Final = 300
PORTAL: Final = "{portal}"
"""In a mail's own text it stands for the portal's address, which is known when it is composed."""
EXCERPT_LIMIT: Final = 280

WHY: Final = {
    Reason.OWNER: "You are the person your school registered for “{category}”.",
    Reason.COVER: "You are standing in for the person your school registered for “{category}”.",
    Reason.SHARES: "You share “{category}” with the person your school registered for it.",
    Reason.ALSO: "Your school asked that you get “{category}” as well as the person who owns it.",
    Reason.DEPUTY: "You are the deputy for “{category}”, and its owner cannot receive it.",
    Reason.TRUST: "Your trust named you for “{category}”.",
    Reason.ROLE: "Nobody at your school is registered for “{category}”, so it comes to you in your "
    "role there.",
    Reason.GROUP: "Nobody at your school is registered for “{category}”, and your school named you "
    "for the whole group that it belongs to.",
    Reason.HEAD: "Nobody at your school is registered for “{category}”, so it comes to you as "
    "headteacher.",
    Reason.FORWARDED: "A colleague at your school passed it on to you.",
    Reason.ESCALATED: "You are the deputy for “{category}”, and its owner has not acted in time.",
    Reason.OFFICE: "Nobody at your school is registered for “{category}” and we do not know who "
    "the headteacher is, so it comes to the school’s own mailbox.",
}
"""Why a mail reached its reader, in words."""
WITHOUT_CATEGORY: Final = (
    "It is for headteachers, so it comes to you or to the school’s own mailbox."
)


@dataclass(frozen=True)
class Letterhead:
    """What every mail of this portal carries: where its pages are, and who it comes from."""

    address: str
    mail_from: str
    returns: Returns = field(default_factory=Returns)

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


@dataclass(frozen=True)
class Told:
    """A delivery as its mail tells it."""

    delivery_id: int
    notice_id: int
    reason: Reason
    person: str
    school: str
    category: str
    mailbox: str = ""
    """The mailbox that stands behind the person at the school; empty where there is none."""
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
    standing: str = ""
    """What readers must know beyond its text, such as that it is an emergency."""


def one_line(text: str) -> str:
    """Return the text as one line without control characters, so that it cannot add a header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def excerpt(body: str) -> str:
    """Return the first words of a notice's Markdown, without its marks and headings."""
    told = "\n".join(line for line in body.splitlines() if not line.startswith("#"))
    words = one_line(to_plain(told))
    if len(words) <= EXCERPT_LIMIT:
        return words
    return words[:EXCERPT_LIMIT].rsplit(" ", 1)[0] + " …"


def message_id(mail_id: int, letterhead: Letterhead) -> str:
    """Return the Message-ID of a mail: the same however often it is composed."""
    return f"<mail-{mail_id}.portal@{letterhead.host}>"


def about(envelope: Envelope, told: Told, item: Item) -> bytes:
    """Make the mail that tells a person of a delivery, with the link to it."""
    values = {
        "told": told,
        "item": item,
        "asks": item.kind is NoticeKind.DATA_REQUEST,
        "why": _why(told),
        "due": day(item.due_on),
        "link": f"{envelope.letterhead.address}/inbox/{told.delivery_id}",
    }
    whose = f"For {told.person}: " if told.in_mailbox else ""
    return _message(envelope, f"{whose}{item.reference}: {item.title}", "delivery", values)


def _why(told: Told) -> str:
    if not told.category:
        return WITHOUT_CATEGORY
    words = WHY[told.reason].format(category=told.category)
    if not told.in_mailbox:
        return words
    return f"It is for {told.person}, whose mail goes to this mailbox. To {told.person}: {words}"


def own(envelope: Envelope, subject: str, text: str) -> bytes:
    """Make a mail that brings its own subject and text; PORTAL in it becomes the address."""
    text = text.replace(PORTAL, envelope.letterhead.address)
    return _message(envelope, subject, "own", {"text": text, "paragraphs": _paragraphs(text)})


def _message(envelope: Envelope, subject: str, template: str, values: dict[str, object]) -> bytes:
    subject = one_line(subject)[:SUBJECT_LIMIT]
    values = {**values, "sender": envelope.sender, "subject": subject}
    message = EmailMessage(policy=SMTP)
    authority = one_line(envelope.sender.authority)
    message["From"] = Address(authority, addr_spec=envelope.letterhead.mail_from)
    message["To"] = Address(addr_spec=envelope.recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = message_id(envelope.mail_id, envelope.letterhead)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    plain, html = _templates(template)
    message.set_content(plain.render(values).strip() + "\n")
    message.add_alternative(html.render(values), subtype="html")
    # It follows from the id, so that a mail sent twice is the same both times.
    message.set_boundary(f"=_portal_mail_{envelope.mail_id}_=")
    return message.as_bytes()


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
def _templates(name: str) -> tuple[Template, Template]:
    loader = PackageLoader("notifications")
    plain = Environment(loader=loader, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - plain text
    html = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    folder = "notifications/mail"
    return plain.get_template(f"{folder}/{name}.txt"), html.get_template(f"{folder}/{name}.html")
