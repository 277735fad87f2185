"""What a message says: plain values of any bytes, never an exception, in bounded time and memory.

Nothing is changed by reading: the bytes themselves go on as they came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from io import BytesIO
from typing import BinaryIO, Final

from gatekeeping.mailgate.words import mime_values
from gatekeeping.mailgate.words.disguises import undisguised
from gatekeeping.mailgate.words.mail_text import reduced, tidied, unflowed
from gatekeeping.mailgate.words.mime_parts import DEEPEST, Part, parts_in_order, take_apart
from gatekeeping.mailgate.words.own_words import Split, split

TEXT_LIMIT: Final = 60_000
FILE_LIMIT: Final = 25_000_000
"""The largest file that ``attachment_bodies`` gives out."""
CALENDARS: Final = frozenset({"text/calendar", "application/ics"})
NUMBER_HEADERS: Final = (
    b"portal-number",
    b"x-portal-number",
    b"register-number",
    b"x-register-number",
    b"gate-number",
    b"x-gate-number",
)
_LEAST_SHARED: Final = 0.5


@dataclass(frozen=True)
class AttachedFile:
    """A file that a message brings; ``size`` in bytes, about what it has when it is saved."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Message:
    """What a message says of itself. Everything may be empty; nothing of it is to be believed."""

    subject: str = ""
    from_address: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime | None = None
    auto_submitted: str = ""
    precedence: str = ""
    answers_by_itself: str = ""
    """A header by which older programs mark automatic replies, with its value."""
    is_report: bool = False
    """It reports what became of another message, in the form that RFC 3464 gives."""
    report_type: str = ""
    calendar_method: str = ""
    text: str = ""
    attachments: tuple[AttachedFile, ...] = ()
    nested: tuple["Message", ...] = ()
    numbers_in_headers: tuple[str, ...] = ()
    signature_of_ours: str = ""
    """What stands in the header by which the portal signs its mail; it is checked elsewhere."""
    notes: tuple[str, ...] = ()
    """What was broken or cut off."""

    @cached_property
    def parted(self) -> Split:
        """What the sender wrote, and the history below it."""
        return split(self.text)

    @property
    def own_text(self) -> str:
        """What the sender wrote: no quoted history, greeting, signature or disclaimer."""
        return self.parted.own

    @property
    def history(self) -> str:
        """What was quoted."""
        return self.parted.history


def read(source: bytes | BinaryIO) -> Message:
    """Read a message; a stream is read from its start, and left at its end."""
    root, notes = take_apart(_stream(source))
    return _message(root, notes, DEEPEST)


def attachment_bodies(source: bytes | BinaryIO) -> Iterator[tuple[str, str, bytes]]:
    """Give out each attached file: name, media type, content; the largest are left out.

    For held mail that becomes a draft. Files within messages that are attached come too.
    """
    for part in parts_in_order(_stream(source), lambda part: 2 * FILE_LIMIT * _is_file(part)):
        if _is_file(part) and part.size <= 2 * FILE_LIMIT:
            content = mime_values.content(bytes(part.body), part.kind.encoding)
            if len(content) <= FILE_LIMIT:
                yield part.kind.file_name, part.kind.name, content
        part.body.clear()


def _stream(source: bytes | BinaryIO) -> BinaryIO:
    if isinstance(source, bytes):
        return BytesIO(source)
    source.seek(0)
    return source


def _message(part: Part, notes: Sequence[str], levels: int) -> Message:
    """Make a message of a part that is one."""
    inner = part.children[0] if part.kind.is_message and part.children else None
    nested = [_message(one, (), levels - 1) for one in _nested(part)] if levels else []
    references = mime_values.identities(part.headers.get(b"references", ()))
    answered = mime_values.identities(part.headers.get(b"in-reply-to", ()))
    own_id = mime_values.identities(part.headers.get(b"message-id", ()))
    calendar = next(filter(None, (_method(one) for one in _leaves(part))), "")
    return Message(
        subject=undisguised(_text(part, b"subject")[:2_000]),
        from_address=next(iter(_addresses(part, b"from")), ""),
        to=_addresses(part, b"to"),
        cc=_addresses(part, b"cc"),
        message_id=own_id[0] if own_id else "",
        in_reply_to=answered[0] if answered else "",
        references=references,
        date=mime_values.moment(_text(part, b"date")),
        auto_submitted=_text(part, b"auto-submitted").split(";")[0].strip().lower(),
        precedence=_text(part, b"precedence").lower()[:40],
        answers_by_itself=_by_itself(part),
        is_report=part.kind.name == "multipart/report",
        report_type=part.kind.report,
        calendar_method=calendar,
        text="" if inner is not None else tidied(_body(part))[:TEXT_LIMIT],
        attachments=tuple(_files(part)),
        nested=tuple(nested),
        numbers_in_headers=tuple(
            filter(None, (_text(part, name)[:200] for name in NUMBER_HEADERS))
        ),
        signature_of_ours=_text(part, b"portal-mail")[:200],
        notes=tuple(notes),
    )


def _text(part: Part, name: bytes) -> str:
    values = part.headers.get(name, ())
    return mime_values.text_of_header(bytes(values[0])) if values else ""


def _addresses(part: Part, name: bytes) -> tuple[str, ...]:
    return mime_values.addresses(part.headers.get(name, ()))


def _by_itself(part: Part) -> str:
    for name in (b"x-autoreply", b"x-autorespond", b"x-autoresponse"):
        if name in part.headers:
            return f"{name.decode()}: {_text(part, name)[:80]}"
    return ""


def _leaves(part: Part) -> Iterator[Part]:
    """Give out the parts of a message that have no parts, not those of messages within it."""
    if part.kind.is_message:
        return
    if not part.children:
        yield part
    for child in part.children:
        yield from _leaves(child)


def _nested(part: Part) -> Iterator[Part]:
    """Give out the messages within a message, not those within these."""
    if part.kind.is_message:
        if part.children:
            yield part.children[0]
        elif part.body:
            content = mime_values.content(bytes(part.body), part.kind.encoding)
            yield take_apart(BytesIO(content))[0]
        return
    for child in part.children:
        yield from _nested(child)


def _is_file(part: Part) -> bool:
    return (
        not part.children and part.kind.main not in {"multipart", "message"} and part.kind.is_file
    )


def _files(part: Part) -> Iterator[AttachedFile]:
    for leaf in _leaves(part):
        if _is_file(leaf):
            yield AttachedFile(leaf.kind.file_name, leaf.kind.name, leaf.length)


def _method(part: Part) -> str:
    """Return what a calendar part wants: the parameter, else its own line."""
    if part.kind.name not in CALENDARS:
        return ""
    if part.kind.method:
        return part.kind.method
    for line in _decoded(part)[:TEXT_LIMIT].upper().splitlines():
        if line.startswith("METHOD:"):
            return line.removeprefix("METHOD:").strip()
    return ""


def _decoded(part: Part) -> str:
    content = mime_values.content(bytes(part.body), part.kind.encoding)
    return mime_values.decoded(content, part.kind.charset)


def _body(part: Part) -> str:
    """Return the text of a part as people see it: of alternatives the one that says more."""
    if part.kind.is_message or _is_file(part):
        return ""
    if not part.children:
        return _of_leaf(part)
    said = [text for text in (_body(child) for child in part.children) if text.strip()]
    if part.kind.name != "multipart/alternative" or not said:
        return "\n\n".join(said)
    return _seen(said)


def _seen(said: Sequence[str]) -> str:
    """Return one of several forms of a text.

    That is the first (the plain one), unless a later one, which mail programs show, says
    something else.
    """
    first, last = said[0], said[-1]
    words = set(last.casefold().split())
    plain = set(first.casefold().split())
    is_same = len(words & plain) >= _LEAST_SHARED * len(words)
    # A plain form that says much more may say anything: nobody sees it.
    return first if is_same and len(plain) <= 2 * len(words) + 40 else last


def _of_leaf(part: Part) -> str:
    if part.kind.name in CALENDARS or part.kind.main not in {"text", "multipart"}:
        return ""
    text = _decoded(part)
    if part.kind.name == "text/html":
        return reduced(text, TEXT_LIMIT)
    if part.kind.is_flowed:
        text = unflowed(text, deletes_space=part.kind.deletes_space)
    return text[:TEXT_LIMIT]
