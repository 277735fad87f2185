"""Writing iCalendar files (RFC 5545): the only door to the ``icalendar`` library."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vDatetime, vDuration

from directory.key_dates import DateKind, KeyDate
from notifications.feeds.due import DueItem
from notifications.mail.message import one_line

FRESH_FOR: Final = timedelta(hours=4)
"""How long a calendar may wait before it looks again."""
EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)
ABOUT: Final = {
    DateKind.HOLIDAY: "School holiday",
    DateKind.DAY_OFF: "No school",
    DateKind.BUSY: "Busy at school",
}


def calendar_file(
    items: Iterable[DueItem], dates: Iterable[KeyDate], *, address: str, name: str, is_feed: bool
) -> bytes:
    """Return a calendar of whole days. The same days make the same bytes.

    What is off any more stands in it as cancelled, so that calendars take it out.
    """
    made = Calendar()
    made.add("prodid", "-//Schools Portal//Dates//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    if is_feed:
        made.add("x-wr-calname", one_line(name))
        made.add("refresh-interval", vDuration(FRESH_FOR), parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", vDuration(FRESH_FOR))
    host = urlsplit(address).hostname or "portal"
    for item in items:
        made.add_component(_due(item, address, host))
    for date in dates:
        made.add_component(_key_date(date, host))
    written: bytes = made.to_ical()
    return written


def _due(item: DueItem, address: str, host: str) -> Event:
    link = f"{address}/inbox/{item.delivery_id}"
    event = Event()
    event.add("uid", f"{item.key}@{host}")
    event.add("dtstart", item.due_on)
    event.add("dtend", item.due_on + DAY)
    event.add("summary", f"Due: {one_line(item.title)}")
    event.add(
        "description",
        f"From {one_line(item.sender)}. No. {item.reference}.\nSign in to read it: {link}",
    )
    event.add("url", link)
    event.add("categories", ["Due"])
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # it takes none of the day
    event.add("status", "CANCELLED" if item.is_off else "CONFIRMED")
    _stamp(event, item.changed_at)
    return event


def _key_date(date: KeyDate, host: str) -> Event:
    event = Event()
    # A date has no id of its own that would outlive its being entered again.
    named = f"{date.kind}|{date.what}|{date.starts_on}"
    event.add("uid", f"school-{hashlib.sha256(named.encode()).hexdigest()[:24]}@{host}")
    event.add("dtstart", date.starts_on)
    event.add("dtend", date.ends_on + DAY)
    event.add("summary", one_line(date.what) + (" (date not final)" if date.approximate else ""))
    event.add("categories", [ABOUT[date.kind]])
    event.add("transp", "TRANSPARENT")
    event.add("status", "TENTATIVE" if date.approximate else "CONFIRMED")
    _stamp(event, EPOCH)
    return event


def _stamp(event: Event, changed_at: datetime) -> None:
    # By the item's own change, not by the clock: an unchanged calendar has unchanged bytes.
    moment = changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", vDatetime(moment))
    event.add("last-modified", vDatetime(moment))
    event.add("sequence", int((moment - EPOCH).total_seconds() // 60))
