"""Reading the e-mails that the sink caught: one complete RFC 822 file each.

A file's name begins with the nanosecond at which it arrived, so the newest has the largest name.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from markupsafe import Markup, escape

PAGE = 50
MOST_SEARCHED = 20_000
"""How many of the newest files a search by recipient opens before it gives up."""
MOST_HEADERS = 16_384
MOST_BYTES = 1_000_000
MOST_NAMED = 5
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class Caught:
    """One e-mail: when it arrived, its first recipients and subject, and its text as safe HTML."""

    at: datetime
    to: str
    subject: str
    text: Markup


@dataclass(frozen=True)
class CaughtPage:
    """A page of caught e-mails, newest first, and whether older ones follow."""

    mails: tuple[Caught, ...]
    has_more: bool


def read_page(folder: Path, *, to: str, page: int, own: str) -> CaughtPage:
    """Return a page (counted from 1) of at most ``PAGE`` e-mails, newest first.

    ``to`` keeps those with a recipient that contains it. In the texts only addresses below
    ``own``, the portal's own address, become links.
    """
    names = sorted((place.name for place in folder.glob("*.eml")), reverse=True)
    matching = _addressed(folder, names[:MOST_SEARCHED], to.strip().lower()) if to else iter(names)
    first = (page - 1) * PAGE
    chosen = [name for place, name in zip(range(first + PAGE + 1), matching, strict=False)][first:]
    read = (_read(folder / name, own) for name in chosen[:PAGE])
    return CaughtPage(tuple(mail for mail in read if mail), len(chosen) > PAGE)


def linked(text: str, own: str) -> Markup:
    """Return the text as HTML in which only addresses of our own pages are links."""
    parts, end = [Markup()], 0
    for found in WEB_ADDRESS.finditer(text):
        address = found.group().rstrip(".,;:!?)")
        if address != own and not address.startswith(own + "/"):
            continue
        parts += [
            escape(text[end : found.start()]),
            Markup('<a class="govuk-link" href="{0}">{0}</a>').format(address),
        ]
        end = found.start() + len(address)
    return Markup().join([*parts, escape(text[end:])])


def _addressed(folder: Path, names: list[str], wanted: str) -> Iterator[str]:
    for name in names:
        try:
            with (folder / name).open("rb") as stream:
                head = stream.read(MOST_HEADERS)
        except OSError:
            continue  # removed since the folder was listed
        message = _parse(head)
        if any(wanted in address for address in _recipients(message)):
            yield name


def _read(place: Path, own: str) -> Caught | None:
    try:
        with place.open("rb") as stream:
            message = _parse(stream.read(MOST_BYTES))
    except OSError:
        return None
    body = message.get_body(("plain",))
    try:
        text = str(body.get_content()) if body is not None else ""
    except (LookupError, UnicodeError):
        text = "The text of this e-mail cannot be read."
    return Caught(
        at=_arrived(place.name),
        to=_in_short(_recipients(message)),
        subject=str(message.get("Subject", "")) or "(no subject)",
        text=linked(text.strip().replace("\r\n", "\n"), own),
    )


def _parse(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def _recipients(message: EmailMessage) -> list[str]:
    # The sink notes the envelope's recipients; a mail without that line says whom it is to itself.
    fields = message.get_all("X-Envelope-To") or message.get_all("To") or []
    return [address.lower() for _, address in getaddresses([str(field) for field in fields])]


def _in_short(addresses: list[str]) -> str:
    more = len(addresses) - MOST_NAMED
    return ", ".join(addresses[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _arrived(name: str) -> datetime:
    digits = name.split("-", 1)[0]
    nanoseconds = int(digits) if digits.isdecimal() and len(digits) < 20 else 0  # noqa: PLR2004 - 64 bits
    return datetime.fromtimestamp(nanoseconds / 1_000_000_000, UTC)
