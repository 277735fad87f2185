"""The mail of a reminder as readers get it, shown to its sender before it is sent."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy.orm import Session

from categories.routing.reasons import Reason
from notifications.mail.about import about
from notifications.mail.facts import items, senders
from notifications.mail.message import Envelope, Letterhead, Told
from notifications.models import Notice
from notifications.models_mail import Occasion

NAME, SCHOOL, CATEGORY = "[name]", "[school]", "[category]"
"""What stands for each reader's own."""


@dataclass(frozen=True)
class Preview:
    """A mail's subject and its plain text."""

    subject: str
    text: str


def preview(session: Session, notice: Notice, address: str, *, at: datetime) -> Preview:
    """Return the reminder of a notice, names left open: two statements."""
    sender = senders(session, {notice.authority_id})[notice.authority_id]
    item = items(session, {notice.id})[notice.id]
    told = Told(0, notice.id, Reason.OWNER, NAME, SCHOOL, CATEGORY, occasion=Occasion.REMINDER)
    head = Letterhead(address, sender.help_email)
    raw = about(Envelope(0, "reader@school.example", sender, head, at), told, item)
    message = email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return Preview(str(message["Subject"]), text.replace("/inbox/0", "/inbox/…").strip())
