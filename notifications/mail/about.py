"""The mail about one delivery: rendered once for all who are told the same, filled in for each.

What differs from reader to reader are names, the school and the link; all else, down to the reason,
is alike for most of the schools that a notice goes to.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from markupsafe import escape

from categories.routing.reasons import Reason
from foundation.dates import day
from notifications.mail.message import (
    Envelope,
    Item,
    Sender,
    Told,
    headers,
    one_line,
    templates,
)
from notifications.mail.mime import SUBJECT_LIMIT, Bodies, bodies, token
from notifications.mail.words import (
    CHANGE,
    ESCALATED,
    NEW,
    NOBODY,
    NOT_MINE,
    OPENING,
    PREFIX,
    SOMEBODY,
    WHY,
    WITHOUT_CATEGORY,
)
from notifications.models import Attention, NoticeKind
from notifications.models_mail import Occasion

TOKENS: Final = ("person", "school", "reader", "giver", "delivery", "subject")
ESCALATIONS: Final = frozenset({Occasion.DEPUTY, Occasion.HEAD})


@dataclass(frozen=True)
class _Alike:
    """What readers have in common whose mails about a notice differ in names and links alone."""

    occasion: Occasion
    reason: Reason
    category: str
    has_person: bool
    in_mailbox: bool


def about(envelope: Envelope, told: Told, item: Item) -> bytes:
    """Make the mail that tells a person of a delivery, with the link to it."""
    subject = subject_of(told, item)
    if not told.had_before and item.changed != item.changed_alone:
        item = replace(item, changed=item.changed_alone)
    alike = _Alike(
        told.occasion, told.reason, told.category, bool(one_line(told.person)), told.in_mailbox
    )
    made = _rendered(envelope.sender, envelope.letterhead.address, item, alike)
    values = {
        "person": one_line(told.person),
        "school": one_line(told.school),
        "reader": one_line(told.reader) or NOBODY,
        "giver": one_line(told.giver) or SOMEBODY,
        "delivery": str(told.delivery_id),
        "subject": subject,
    }
    escaped = {name: str(escape(value)) for name, value in values.items()}
    return headers(envelope, subject) + made.fill(values, escaped)


def subject_of(told: Told, item: Item) -> str:
    """Return the subject of a mail about a delivery: one line."""
    urgent = "Urgent: " if item.attention is Attention.URGENT else ""
    whose = f"For {told.person}: " if told.in_mailbox else ""
    words = f"{whose}{urgent}{PREFIX.get(told.occasion, '')}{item.reference}: {item.title}"
    return one_line(words)[:SUBJECT_LIMIT]


@lru_cache(maxsize=256)
def _rendered(sender: Sender, address: str, item: Item, alike: _Alike) -> Bodies:
    """Render both bodies with tokens for what differs: once for each notice and kind of reader."""
    names = {name: token(name) for name in TOKENS}
    plain, html = templates("delivery")
    values = values_of(sender, address, item, alike, names)
    return bodies(plain.render(values), html.render(values), TOKENS)


def values_of(
    sender: Sender, address: str, item: Item, alike: _Alike, names: dict[str, str]
) -> dict[str, Any]:
    """Return what the templates show; ``names`` are what differs, or tokens for it."""
    asks = item.kind is NoticeKind.DATA_REQUEST
    what = "a request for information" if asks else "a message"
    opening = OPENING.get(alike.occasion, NEW).format(
        authority=sender.authority,
        what=what,
        school=names["school"],
        reader=names["reader"],
        giver=names["giver"],
    )
    return {
        "sender": sender,
        "item": item,
        "asks": asks,
        "urgent": item.attention is Attention.URGENT,
        "person": names["person"] if alike.has_person else "",
        "in_mailbox": alike.in_mailbox,
        "opening": opening,
        "why": _why(alike, names),
        "due": day(item.due_on),
        "link": f"{address}/inbox/{names['delivery']}",
        "portal": address if alike.has_person else "",
        "subject": names["subject"],
    }


def _why(alike: _Alike, names: dict[str, str]) -> str:
    if alike.occasion in ESCALATIONS:
        return ESCALATED.format(reader=names["reader"])
    change = NOT_MINE if alike.has_person and not alike.in_mailbox else CHANGE
    if not alike.category and alike.reason is not Reason.FORWARDED:
        return f"{WITHOUT_CATEGORY} {change}"
    words = WHY[alike.reason].format(category=alike.category)
    if alike.in_mailbox:
        person = names["person"]
        words = f"It is for {person}, whose mail goes to this mailbox. To {person}: {words}"
    return f"{words} {change}"
