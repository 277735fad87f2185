"""Reading what a mail server sends back: bytes in, reports out; any bytes give an answer.

Understood are delivery status notices (RFC 3464), complaints (ARF, RFC 5965), and the free text
of older servers. Automatic answers of people ("I am away") are no reports.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from typing import Final

BOUNCE, DELAY, COMPLAINT = "bounce", "delay", "complaint"
MOST_BYTES: Final = 2_000_000
MOST_PARTS: Final = 50
MOST_RECIPIENTS: Final = 20
MOST_TEXT: Final = 20_000
MOST_SAYS: Final = 300

STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY: Final = re.compile(r"(?<![\d.#-])([45]\d\d)[ -]")
FEEDBACK: Final = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"})
FROM_SERVER: Final = re.compile(r"mailer-daemon|postmaster|mail delivery|mdaemon", re.IGNORECASE)
FAILED_WORDS: Final = re.compile(
    r"undeliver|delivery (?:status|has)? ?(?:notification|failed|failure|fail)|returned mail"
    r"|could ?n[o’']?t be delivered|failure notice|mail delivery failed|message blocked"
    r"|permanent(?: fatal)? error|user unknown|unknown user|no such user|mailbox (?:unavailable"
    r"|not found|is full|full)|does not exist|address rejected|recipient rejected"
    r"|this is the qmail-send program|not been delivered to",
    re.IGNORECASE,
)
DELAYED_WORDS: Final = re.compile(
    r"delayed|will (?:be|keep) (?:retried|try)|still (?:being )?tr(?:y|ied)"
    r"|warning: (?:message|could not)|no action is required|delivery attempts will continue"
    r"|has not yet been delivered",
    re.IGNORECASE,
)
OWN_LINES: Final = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
"""Where servers that pipe a mail write for which address it came."""
ADDRESS: Final = re.compile(r"[^\s<>,;:\"()\[\]]{1,128}@[^\s<>,;:\"()\[\]]{1,254}")


@dataclass(frozen=True)
class Report:
    """What came back. ``addresses`` are those that may say of which mail it speaks."""

    kind: str
    status: str
    says: str
    addresses: tuple[str, ...] = ()

    @property
    def is_soft(self) -> bool:
        """Tell whether it says little of the address: full, too large, refused for its content."""
        if self.status.startswith("4"):
            return True
        return self.status.startswith(("5.2.2", "5.2.3", "5.3.", "5.4.", "5.6.", "5.7."))


def read_reports(raw: bytes) -> list[Report]:
    """Return what these bytes report, at most one for each recipient; nothing when they do not."""
    try:
        message = email.message_from_bytes(raw[:MOST_BYTES], policy=compat32)
        parts = list(_parts(message))
        candidates = _own_addresses(message)
        found = [*_complaints(parts), *_notices(parts)] or _free_text(message, parts)
        return [
            Report(each.kind, each.status, each.says, (*candidates, *each.addresses))
            for each in found[:MOST_RECIPIENTS]
        ]
    except Exception:  # noqa: BLE001 - strangers write these: what cannot be read reports nothing
        return []


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number == MOST_PARTS:
            return
        yield part


def _own_addresses(message: Message) -> tuple[str, ...]:
    lines = [str(value) for name in OWN_LINES for value in message.get_all(name, [])[:5]]
    return _addresses(lines)


def _addresses(lines: list[str]) -> tuple[str, ...]:
    found = [each for line in lines for each in ADDRESS.findall(line[:2000])]
    return tuple(dict.fromkeys(found[:MOST_RECIPIENTS]))


def _complaints(parts: list[Message]) -> list[Report]:
    """Read a complaint; the mail it is about names us in its Return-Path."""
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            block = _block(part)
            kind = _line(block.get("feedback-type")).lower()
            if kind not in FEEDBACK:
                return []
            lines = [_line(block.get(name)) for name in ("original-mail-from", "reported-from")]
            lines += [
                str(inner.get("return-path", ""))
                for inner in parts
                if inner.get("return-path") is not None
            ]
            return [Report(COMPLAINT, "", f"The reader reported it ({kind}).", _addresses(lines))]
    return []


def _block(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0] if payload and isinstance(payload[0], Message) else Message()
    return email.message_from_string(str(payload)[:MOST_TEXT], policy=compat32)


def _notices(parts: list[Message]) -> list[Report]:
    """Read a delivery status notice: the first block is the message's, each other a recipient's."""
    found: list[Report] = []
    for part in parts:
        if part.get_content_type() not in {
            "message/delivery-status",
            "message/global-delivery-status",
        }:
            continue
        payload = part.get_payload()
        blocks = payload if isinstance(payload, list) else []
        recipients = [each for each in blocks[: MOST_RECIPIENTS + 1] if isinstance(each, Message)]
        found += filter(None, map(_recipient, recipients))
    return found


def _recipient(block: Message) -> Report | None:
    action = _line(block.get("action")).lower()
    diagnosis = _line(block.get("diagnostic-code"))
    status = next(iter(STATUS.findall(_line(block.get("status")))), "")
    if not status or status.endswith(".0.0"):
        status = next(iter(STATUS.findall(diagnosis)), status)
    says = diagnosis.partition(";")[2].strip() or diagnosis or status
    if action.startswith("failed"):
        return Report(BOUNCE, status, _short(says))
    if action.startswith("delayed"):
        return Report(DELAY, status, _short(says))
    return None


def _free_text(message: Message, parts: list[Message]) -> list[Report]:
    """Read what a server says in words; only an answer that looks like a server's counts."""
    if _line(message.get("auto-submitted")).lower().startswith("auto-replied"):
        return []
    failed = message.get("x-failed-recipients") is not None
    subject, text = _line(message.get("subject")), _text(parts)
    if not failed and not FROM_SERVER.search(_line(message.get("from"))):
        return []
    words = f"{subject}\n{text}"
    delayed = DELAYED_WORDS.search(words)
    if not failed and delayed is None and not FAILED_WORDS.search(words):
        return []
    status = next((each for each in STATUS.findall(words) if each[0] != "2"), "")
    if not status and (reply := REPLY.search(words)):
        status = f"{reply[1][0]}.0.0"
    return [Report(DELAY if delayed else BOUNCE, status, _short(_telling(text) or subject))]


def _text(parts: list[Message]) -> str:
    for part in parts:
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload[:MOST_TEXT].decode("utf-8", "replace")
    return ""


def _telling(text: str) -> str:
    """Return the line that gives the reason."""
    for line in text.splitlines():
        if STATUS.search(line) or REPLY.match(line.strip()):
            return line
    return next((line for line in text.splitlines() if FAILED_WORDS.search(line)), "")


def _line(value: object) -> str:
    return " ".join(str(value or "")[:2000].split())


def _short(words: str) -> str:
    """Return the words as one line without the addresses in them: they are shown and kept."""
    plain = ADDRESS.sub("…", " ".join(words.split()))
    return "".join(sign for sign in plain if sign.isprintable())[:MOST_SAYS]
