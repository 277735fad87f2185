"""The Atom feed of what a reader was sent (RFC 4287): what it is called, not what it says."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category
from foundation.dates import day
from notifications.models import Attention, Delivery, Notice
from notifications.reading.inbox import Reader, readable

ENTRIES: Final = 100
MOST: Final = 400
ATOM: Final = "http://www.w3.org/2005/Atom"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry."""
ATTENTION: Final = {
    Attention.URGENT: "Urgent",
    Attention.ACTION: "To do",
    Attention.INFORMATION: "For your information",
}


@dataclass(frozen=True)
class Entry:
    """An item as a feed tells it; without its text, which stays behind the sign-in."""

    delivery_id: int
    title: str
    sender: str
    category: str
    attention: Attention
    due_on: date | None
    standing: str
    published: datetime
    updated: datetime


def entries(session: Session, reader: Reader) -> list[Entry]:
    """Return the newest of what the reader may see, each notice once: one statement."""
    rows = session.execute(
        sa.select(
            *(Delivery.id, Delivery.notice_id, Delivery.person_id, Delivery.delivered_at),
            *(Notice.title, Notice.sender, Notice.attention, Notice.due_on, Notice.standing),
            *(Notice.amended_at, Notice.replaced_at, Notice.withdrawn_at, Category.heading),
        )
        .join(Notice, Notice.id == Delivery.notice_id)
        .outerjoin(Category, Category.id == Delivery.category_id)
        .where(readable(reader))
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(MOST)
    ).all()
    kept: dict[int, sa.Row[tuple[object, ...]]] = {}
    for row in rows:
        if row.notice_id not in kept or row.person_id == reader.person_id:
            kept[row.notice_id] = row
    return [_entry(row) for row in list(kept.values())[:ENTRIES]]


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    changes = (row.delivered_at, row.amended_at, row.replaced_at, row.withdrawn_at)
    standing = row.standing
    if row.withdrawn_at:
        standing = f"Withdrawn on {day(row.withdrawn_at)}."
    elif row.replaced_at:
        standing = f"A newer version took its place on {day(row.replaced_at)}."
    return Entry(
        delivery_id=row.id,
        title=row.title,
        sender=row.sender,
        category=row.heading or "",
        attention=row.attention,
        due_on=row.due_on,
        standing=standing,
        published=row.delivered_at,
        updated=max(change for change in changes if change),
    )


def feed(found: Sequence[Entry], *, address: str, own: str, title: str, began: datetime) -> bytes:
    """Write the feed. ``own`` is its own address without what is secret; ``began`` its first day.

    The same entries make the same bytes, so that readers are told when nothing is new.
    """
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    host = urlsplit(address).hostname or "portal"
    _add(root, "id", f"tag:{host},{began:%Y-%m-%d}:{own}")
    _add(root, "title", title)
    _add(root, "updated", _moment(updated(found, began)))
    _add(root, "link", rel="alternate", type="text/html", href=f"{address}/inbox")
    for entry in found:
        _write(ET.SubElement(root, f"{{{ATOM}}}entry"), entry, address, host)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def updated(found: Sequence[Entry], began: datetime) -> datetime:
    """Return when the feed last changed: with its newest change, or since it began."""
    return max((entry.updated for entry in found), default=began)


def _write(element: ET.Element, entry: Entry, address: str, host: str) -> None:
    _add(element, "id", f"tag:{host},{entry.published:%Y-%m-%d}:delivery/{entry.delivery_id}")
    _add(element, "title", entry.title)
    _add(element, "published", _moment(entry.published))
    _add(element, "updated", _moment(entry.updated))
    _add(ET.SubElement(element, f"{{{ATOM}}}author"), "name", entry.sender)
    _add(
        element,
        "link",
        rel="alternate",
        type="text/html",
        href=f"{address}/inbox/{entry.delivery_id}",
    )
    _add(element, "category", term=entry.attention.value, label=ATTENTION[entry.attention])
    told = [
        entry.standing,
        f"Due {day(entry.due_on)}." if entry.due_on else "",
        f"Category: {entry.category}." if entry.category else "",
        "Sign in to the portal to read it.",
    ]
    _add(element, "summary", " ".join(words for words in told if words), type="text")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    clean = {key: _FORBIDDEN.sub("", value) for key, value in attributes.items()}
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", clean)
    if text:
        element.text = _FORBIDDEN.sub("", text)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
