"""Making messages: headers, and both bodies encoded in pieces.

A body is rendered once for everybody who is told the same; what differs stands in it as tokens.
Quoted-printable works line by line, so the lines without a token are encoded once and for all, and
of each message only the few others. A message made so is the one that a rendering of its own would
have given.
"""

import binascii
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.policy import SMTP
from functools import lru_cache
from typing import Final

SUBJECT_LIMIT: Final = 300
BOUNDARY: Final = "=_portal_="
"""What parts the bodies. Encoded text has no "=_", so that no body can hold it."""
LINE: Final = 78
_PLAIN_ADDRESS: Final = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\w.-]+", re.ASCII
)
_SALT: Final = secrets.token_hex(8)  # so that nothing that somebody wrote is taken for a token


def token(name: str) -> str:
    """Return what stands for a value in a text until a message is made for somebody."""
    return f"q{_SALT}{name}z"


@lru_cache(maxsize=1024)
def header(name: str, value: str) -> bytes:
    """Return a header as it stands in a message: encoded, folded, with the end of its line."""
    return SMTP.fold_binary(*SMTP.header_store_parse(name, value))


def mailbox(name: str, display: str, address: str) -> bytes:
    """Return a header with one address. Raises what a broken address causes."""
    made = SMTP.header_factory(name, Address(display, addr_spec=address))
    return SMTP.fold_binary(name, made)


def recipient(address: str) -> bytes:
    """Return the header of whom a message is for. Raises what a broken address causes."""
    if len(address) < LINE - 4 and _PLAIN_ADDRESS.fullmatch(address):
        return b"To: %s\r\n" % address.encode("ascii")
    return mailbox("To", "", address)


class Pattern:
    """A text with tokens: cut up and encoded once, filled in for each message."""

    def __init__(self, text: str, tokens: Iterable[str]) -> None:
        """Cut the text; ``tokens`` are all that may stand in it."""
        known = [token(name) for name in tokens]
        self._pieces: list[bytes | str] = []
        plain: list[str] = []
        for line in _lines(text):
            if any(one in line for one in known):
                self._pieces += [_encode("".join(plain)), line]
                plain = []
            else:
                plain.append(line)
        self._pieces.append(_encode("".join(plain)))

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Return the text with these values for its tokens, encoded; values are single lines."""
        return b"".join(
            piece if isinstance(piece, bytes) else _encode(_filled(piece, values))
            for piece in self._pieces
        )


@dataclass(frozen=True)
class Bodies:
    """Both bodies of a message, for everybody who is told the same."""

    plain: Pattern
    html: Pattern

    def fill(self, plain: Mapping[str, str], html: Mapping[str, str]) -> bytes:
        """Return them with these values; those of the HTML part are escaped already."""
        return b"".join(
            (
                _part("plain"),
                self.plain.fill(plain),
                _part("html"),
                self.html.fill(html),
                f"\r\n--{BOUNDARY}--\r\n".encode(),
            )
        )


def bodies(plain: str, html: str, tokens: Iterable[str] = ()) -> Bodies:
    """Cut up and encode both bodies."""
    names = list(tokens)
    return Bodies(Pattern(plain.strip() + "\n", names), Pattern(html, names))


ALTERNATIVE: Final = (
    f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n'
).encode()


def _part(kind: str) -> bytes:
    return (
        f"\r\n--{BOUNDARY}\r\n"
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


def _lines(text: str) -> list[str]:
    return re.split(r"(?<=\n)", text.replace("\r\n", "\n").replace("\r", "\n"))


def _encode(text: str) -> bytes:
    """Encode whole lines; each alone gives the same as all at once."""
    return binascii.b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")


def _filled(line: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        line = line.replace(token(name), value)
    return line
