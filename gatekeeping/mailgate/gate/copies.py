"""Copies of outgoing mail, where the gateway stands beside: what the original message was.

Two kinds come to the copy address: a journal report (Exchange and Microsoft 365: a text with a line
for each address, and the original attached), and a plain copy, whose recipients are only known by
its own headers.
"""

import re
from typing import Final

from gatekeeping.mailgate.message import Message
from gatekeeping.mailgate.policy import Sent
from gatekeeping.mailgate.smtp.commands import LONGEST_ADDRESS

LINE: Final = re.compile(
    r"^[ \t>]*(?P<name>Sender|Recipient|To|Cc|Bcc|On-Behalf-Of)[ \t]*:[ \t]*"
    r"(?:[^\r\n<]{0,200}<)?(?P<address>[^\s<>,;:]{1,64}@[^\s<>,;:]{1,189})",
    re.IGNORECASE | re.MULTILINE,
)
"""What follows an address in its line says by which list it came, and is left out."""
MOST: Final = 5_000


def original_of(message: Message, sender: str) -> tuple[Sent, Message] | None:
    """Return envelope and message of the original; None when no recipient can be found.

    ``sender`` is the envelope's sender of the copy, which mail servers keep in plain copies.
    """
    if message.nested and (sent := _reported(message)):
        return sent, message.nested[0]
    recipients = tuple(dict.fromkeys((*message.to, *message.cc)))
    if not recipients:
        return None
    who = _own(sender) or message.from_address.lower()
    return (Sent(who, _lower(recipients)), message) if len(who) <= LONGEST_ADDRESS else None


def _reported(message: Message) -> Sent | None:
    found: dict[str, dict[str, None]] = {"sender": {}, "to": {}}
    for line in LINE.finditer(message.text):
        is_sender = line["name"].lower() in {"sender", "on-behalf-of"}
        found["sender" if is_sender else "to"].setdefault(line["address"].lower())
    if not found["sender"] or not found["to"]:
        return None
    return Sent(next(iter(found["sender"])), tuple(found["to"])[:MOST])


def _own(sender: str) -> str:
    # A forwarding server may write its own name into the sender (SRS); the header then says more.
    return "" if sender.startswith(("srs0", "srs1", "bounces+srs")) else sender


def _lower(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(address.lower() for address in addresses[:MOST])
