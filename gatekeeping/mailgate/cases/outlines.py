"""What is kept of a message to be shown: its outline, sealed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from foundation.dates import day
from foundation.errors import Refusal
from foundation.sealing import Seal
from foundation.settings import Settings
from gatekeeping.mailgate.policy import Sent
from gatekeeping.models import BypassCase

if TYPE_CHECKING:
    from gatekeeping.mailgate.message import Message

PURPOSE: Final = "held mail"
MOST_TEXT: Final = 20_000
MOST_FILES: Final = 100
LONGEST_LINE: Final = 500


class EmptiedError(Refusal):
    """What the message said was deleted, or was never kept."""


@dataclass(frozen=True)
class HeldFile:
    """A file attached to a held message, by its name, media type and size in bytes."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Outline:
    """What a message said, as far as it is shown.

    ``sender`` and ``recipients`` are those of the envelope as they were typed, the recipients of
    all parts of the message together. (Older cases have recipients in lower case, and no sender.)
    ``text`` is plain, shortened to 20,000 characters; ``reached`` are the schools, by their URNs,
    behind each recipient that stands for any, which it has in lower case.
    """

    subject: str = ""
    from_address: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    text: str = ""
    attachments: tuple[HeldFile, ...] = field(default_factory=tuple)
    reached: Mapping[str, Sequence[int]] = field(default_factory=dict)
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What notices of delivery its sender wants, as in ``Sent``; that of the first part leads."""


def held_mail_seal(settings: Settings) -> Seal:
    """Return the seal on held mail: HELD_MAIL_KEY, or else the portal's own key."""
    return Seal(settings.held_mail_key or settings.signing_key, PURPOSE)


def outline_from(sent: Sent, message: "Message | None") -> Outline:
    """Return the outline of a message as the gateway read it; of None, what its envelope says."""
    if message is None:
        return Outline(
            from_address=sent.sender,
            sender=sent.typed_sender,
            recipients=tuple(dict.fromkeys(sent.typed_recipients)),
            asked=sent.asked,
        )
    files = message.attachments[:MOST_FILES]
    return Outline(
        subject=message.subject[:LONGEST_LINE],
        from_address=str(message.from_address)[:LONGEST_LINE],
        sender=sent.typed_sender,
        recipients=tuple(dict.fromkeys(sent.typed_recipients)),
        text=message.text[:MOST_TEXT],
        attachments=tuple(
            HeldFile(file.name[:LONGEST_LINE], file.media_type[:LONGEST_LINE], file.size)
            for file in files
        ),
        asked=sent.asked,
    )


def with_recipients(
    outline: Outline,
    recipients: Sequence[str],
    reached: Mapping[str, Sequence[int]],
    asked: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Outline:
    """Return the outline with these recipients too, each once, in their order."""
    return replace(
        outline,
        recipients=tuple(dict.fromkeys((*outline.recipients, *recipients))),
        reached={**outline.reached, **reached},
        asked={**asked, **outline.asked},
    )


def close_outline(case: BypassCase, outline: Outline, seal: Seal) -> None:
    """Seal an outline into its case, which must have its token."""
    plain = json.dumps(asdict(outline), ensure_ascii=False).encode("utf-8", "replace")
    case.sealed = seal.close(plain, belongs_to=_place(case))


def open_outline(case: BypassCase, seal: Seal) -> Outline:
    """Return what a case's message said. Raises EmptiedError, SealBrokenError."""
    if case.sealed is None:
        raise EmptiedError(emptied_words(case))
    return _read(json.loads(seal.open(case.sealed, belongs_to=_place(case))))


def emptied_words(case: BypassCase) -> str:
    """Say why a case has no message to be read."""
    if case.emptied_at is None:
        return "Nothing that this message said was kept."
    return f"What this message said was deleted on {day(case.emptied_at)}."


def _place(case: BypassCase) -> str:
    return f"{case.authority_id}/{case.token}/outline"


def _read(values: Mapping[str, Any]) -> Outline:
    files = tuple(HeldFile(**file) for file in values["attachments"])
    return Outline(
        subject=values["subject"],
        from_address=values["from_address"],
        sender=values.get("sender", ""),
        recipients=tuple(values["recipients"]),
        text=values["text"],
        attachments=files,
        reached=values.get("reached", {}),
        asked=values.get("asked", {}),
    )
