"""Finding the request in what a school forwards: attached whole, or quoted below a few lines."""

import re
from dataclasses import dataclass, replace
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Final

from directory.addresses import AddressError, clean_address
from gatekeeping.mailgate.message import Message
from gatekeeping.reading.due_days import day_named

MOST_LINES: Final = 3_000
HEADER_LINES: Final = 14
_BEFORE: Final = r"^[\s>*_|]{0,12}"
_HEADER: Final = re.compile(
    _BEFORE + r"(?P<name>from|sent|date|to|cc|subject|reply-to|importance|attachments|oddi wrth"
    r"|anfonwyd|dyddiad|at|pwnc)\s*:[\s*_]*(?P<value>.*)$",
    re.IGNORECASE,
)
_NAMES: Final = {
    "oddi wrth": "from",
    "anfonwyd": "sent",
    "date": "sent",
    "dyddiad": "sent",
    "pwnc": "subject",
}
_ADDRESS: Final = re.compile(r"[\w.+'&/=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_QUOTE: Final = re.compile(r"^\s?(?:>\s?)+", re.MULTILINE)


@dataclass(frozen=True)
class Original:
    """What was forwarded: who sent it, when as far as that is said, and the message itself."""

    sender: str
    sent_on: date | None
    message: Message


def find_original(message: Message, today: date) -> Original | None:
    """Return the request that a message forwards, or None where there is none with a sender.

    A message that is attached comes first, then the headers that Outlook, Gmail and Apple Mail
    write above what they forward, in English or Welsh. Of several the newest is meant.
    """
    for nested in message.nested:
        sender = address_in(nested.from_address)
        if sender:
            return Original(sender, nested.date.date() if nested.date else None, nested)
    return _quoted(message, today)


def original_of_paste(sender: str, text: str, today: date) -> Original:
    """Return what somebody pasted: below headers if it has any, else all of it.

    ``sender`` is an address, or words with one in them; the pasted header fills in without.
    """
    pasted = Message(text=text)
    found = _quoted(pasted, today)
    said = address_in(sender)
    if found is not None:
        return replace(found, sender=said or found.sender)
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return Original(said, None, Message(subject=first[:200], from_address=said, text=text))


def address_in(text: str) -> str:
    """Return the first e-mail address in a text, in lower case, or nothing."""
    for match in _ADDRESS.finditer(text[:1_000]):
        try:
            return clean_address(match[0].strip(".'"))
        except AddressError:
            continue
    return ""


def _quoted(message: Message, today: date) -> Original | None:
    lines = message.text.splitlines()[:MOST_LINES]
    for place, line in enumerate(lines):
        header = _HEADER.match(line)
        if header is None or _name(header) != "from":
            continue
        values, end = _headers(lines, place)
        sender = address_in(values.get("from", ""))
        if sender and ("subject" in values or "sent" in values):
            text = _QUOTE.sub("", "\n".join(lines[end:])).strip()
            own = Message(
                subject=values.get("subject", ""),
                from_address=sender,
                text=text,
                attachments=message.attachments,
            )
            return Original(sender, _day(values.get("sent", ""), today), own)
    return None


def _headers(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    """Return the headers that stand from a line on, long ones joined, and where they end."""
    values: dict[str, str] = {}
    name, place = "", start
    for place in range(start, min(start + HEADER_LINES, len(lines))):
        bare = lines[place].strip(" \t>*_|")
        header = _HEADER.match(lines[place])
        if header is not None:
            name = _name(header)
            values.setdefault(name, header["value"].strip(" \t*_"))
        elif not bare or name == "subject":
            return values, place
        else:
            values[name] = f"{values[name]} {bare}"
    return values, place + 1


def _name(header: re.Match[str]) -> str:
    name = header["name"].casefold()
    return _NAMES.get(name, name)


def _day(text: str, today: date) -> date | None:
    """Return the day of a header that says when it was sent, as programs write it."""
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, OverflowError, IndexError):
        return day_named(text, today)
