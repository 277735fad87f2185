"""What headers and bodies say: the standard library's ``email``, kept from raising or dawdling."""

import binascii
import codecs
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Headers
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from functools import lru_cache
from typing import Final

LONGEST_VALUE: Final = 4096
"""Longer values of structured headers are cut: the library's own parsing of them is quadratic."""
_ENCODED: Final = re.compile(
    r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]{0,4000})\?=(\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?))?"
)
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]\",;:@]{1,200}@[^\s<>()\[\]\",;:@]{1,250}")
_IDENTITY: Final = re.compile(r"<([^<>\s]{1,400})>|([^<>\s,;]{1,200}@[^<>\s,;]{1,250})")
_NO_BASE64: Final = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_WESTERN: Final = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-8"})
_NOT_FOR_MAIL: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)


@dataclass(frozen=True)
class ContentType:
    """What a part is, as its headers say."""

    name: str = "text/plain"
    charset: str = ""
    boundary: bytes = b""
    encoding: str = ""
    file_name: str = ""
    is_attached: bool = False
    method: str = ""
    """What a calendar wants."""
    report: str = ""
    is_flowed: bool = False
    deletes_space: bool = False

    @property
    def main(self) -> str:
        """Return text, multipart, image ..."""
        return self.name.partition("/")[0]

    @property
    def is_message(self) -> bool:
        """Tell whether its body is a message itself."""
        return self.name in {"message/rfc822", "message/global"}

    @property
    def is_file(self) -> bool:
        """Tell whether people see it as a file rather than as text."""
        return self.is_attached or bool(self.file_name) or self.main != "text"


def content_type(headers: Mapping[bytes, Sequence[bytes | bytearray]]) -> ContentType:
    """Return what a part is; plain text where its headers say nothing that can be read."""
    given = Headers()
    for name in ("content-type", "content-disposition", "content-transfer-encoding"):
        for value in headers.get(name.encode(), ())[:1]:
            given[name] = " ".join(raw_text(bytes(value[:LONGEST_VALUE])).split())
    try:
        return _content_type(given)
    except Exception:  # noqa: BLE001 - the library raises many things on broken parameters
        return ContentType(name=_bare_name(given))


def _content_type(given: Headers) -> ContentType:
    name = given.get_content_type()
    return ContentType(
        name=name,
        charset=_parameter(given, "charset"),
        boundary=_parameter(given, "boundary").rstrip().encode("utf-8", "surrogateescape"),
        encoding=str(given.get("content-transfer-encoding", "")).split(";")[0].strip().lower(),
        file_name=text_of_header(given.get_filename("") or "")[:200],
        is_attached=given.get_content_disposition() == "attachment",
        method=_parameter(given, "method").upper(),
        report=_parameter(given, "report-type").lower(),
        is_flowed=_parameter(given, "format").lower() == "flowed",
        deletes_space=_parameter(given, "delsp").lower() == "yes",
    )


def _bare_name(given: Headers) -> str:
    name = str(given.get("content-type", "")).split(";")[0].strip().lower()
    return (
        name
        if re.fullmatch(r"[\w.+-]+/[\w.+-]+", name) and name[:9] != "multipart"
        else ("text/plain")
    )


def _parameter(given: Headers, name: str) -> str:
    found = given.get_param(name, "")
    return collapse_rfc2231_value(found).strip() if found else ""


def raw_text(value: bytes) -> str:
    """Return the text of a header as it stands there; 8-bit signs are UTF-8 or western."""
    with suppress(UnicodeDecodeError):
        return value.decode("utf-8")
    return value.decode("cp1252", "replace")


def text_of_header(value: bytes | str) -> str:
    """Return a header's text as people see it: one line, its encoded words decoded if possible."""
    text = value if isinstance(value, str) else raw_text(value)
    text = " ".join(text.split())
    if "=?" not in text:
        return _shown(text)
    # A sign may be cut in two between encoded words that follow each other: first bytes, then text.
    made, place, charset, pending = [], 0, "", b""
    for found in _ENCODED.finditer(text):
        if pending and (found.start() > place or found[1].lower() != charset):
            made.append(decoded(pending, charset))
            pending = b""
        made.append(text[place : found.start()])
        charset, place = found[1].lower(), found.end()
        pending += _word(found[2], found[3])
    made += [decoded(pending, charset), text[place:]]
    return _shown(" ".join("".join(made).split()))


def _shown(text: str) -> str:
    """Leave out signs that nobody sees, and those that no database stores."""
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


def _word(encoding: str, word: str) -> bytes:
    raw = word.encode("utf-8", "replace")
    if encoding in "bB":
        return unpacked(raw)
    return binascii.a2b_qp(raw, header=True)


def unpacked(body: bytes) -> bytes:
    """Return what stands in Base64, as far as it can be read."""
    clean = body.translate(None, _NO_BASE64)
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    with suppress(binascii.Error):
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    return b""


def content(body: bytes, encoding: str) -> bytes:
    """Return a body without its transfer encoding."""
    if encoding == "base64":
        return unpacked(body)
    return binascii.a2b_qp(body) if encoding == "quoted-printable" else body


def decoded(content: bytes, charset: str) -> str:
    """Return bytes as text. A character set that is unknown or plainly wrong is guessed."""
    codec = _codec(charset.partition("*")[0])
    if codec in _WESTERN or not codec:
        with suppress(UnicodeDecodeError):
            return content.decode("utf-8")
        return content.decode("cp1252" if codec in {"utf-8", "ascii", ""} else codec, "replace")
    try:
        return content.decode(codec, "replace")
    except Exception:  # noqa: BLE001 - a codec may raise what it likes
        return content.decode("cp1252", "replace")


@lru_cache(maxsize=256)
def _codec(charset: str) -> str:
    """Return the name of a character set that mail uses; nothing for one that it does not."""
    try:
        name = codecs.lookup(charset.strip("\"' ")).name
        "".encode(name)  # raises for codecs that make no text
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not known
        return ""
    return "" if name in _NOT_FOR_MAIL else name


def addresses(values: Sequence[bytes | bytearray]) -> tuple[str, ...]:
    """Return the addresses of a header, in lower case, each once, in order."""
    found: dict[str, None] = {}
    for value in values:
        text = raw_text(bytes(value))
        for address in _read_addresses(text):
            found.setdefault(address.strip().lower(), None)
    return tuple(found)


def _read_addresses(text: str) -> list[str]:
    if len(text) <= LONGEST_VALUE:
        try:
            read = [address for _, address in getaddresses([text]) if "@" in address]
        except Exception:  # noqa: BLE001 - brackets in brackets exhaust the library
            read = []
        if read:
            return read
    return _ADDRESS.findall(text)


def identities(values: Sequence[bytes | bytearray]) -> tuple[str, ...]:
    """Return the Message-IDs of a header without their brackets, in order."""
    found: dict[str, None] = {}
    for value in values:
        for one in _IDENTITY.finditer(raw_text(bytes(value))):
            found.setdefault(one[1] or one[2], None)
    return tuple(found)


def moment(value: str) -> datetime | None:
    """Return when a message says that it was written; None where it says nothing sensible."""
    try:
        return parsedate_to_datetime(value[:200])
    except Exception:  # noqa: BLE001 - the library raises many things on broken dates
        return None
