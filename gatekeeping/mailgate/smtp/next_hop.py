"""Handing a message on, byte for byte: the gateway's only door to ``smtplib``.

Everything here waits for the other server, so it runs in threads. A ``Line`` is one connection; its
verbs follow SMTP and give the next server's own answer. ``send_one`` is for one stored message.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, urlsplit

from gatekeeping.mailgate.smtp.receiving import dotted

PATIENCE: Final = 30.0
"""Seconds to wait for any one answer."""
PATIENCE_AT_END: Final = 300.0
"""Seconds to wait for the answer to a whole message (RFC 5321, 4.5.3.2.6, asks for more of clients
that may wait; ours waits for us, too)."""
DEFAULT_PORT: Final = 25
GOOD: Final = range(200, 300)
GO_ON: Final = 354
CLOSING: Final = 421
FOR_GOOD: Final = range(500, 600)
REFUSALS: Final = range(400, 600)


class AwayError(Exception):
    """The next server cannot be talked to; nothing of the message was taken."""


class UncertainError(AwayError):
    """No answer came after the whole message was sent: it may have been taken, or not."""

    def __init__(self, words: str, *, was_slow: bool = False) -> None:
        """``was_slow``: the connection stood, and the answer did not come in time."""
        super().__init__(words)
        self.was_slow = was_slow


@dataclass(frozen=True)
class Answer:
    """What the next server said: its code, and its lines as they came."""

    code: int
    lines: tuple[bytes, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether it said yes."""
        return self.code in GOOD

    @property
    def for_good(self) -> bool:
        """Tell whether it refuses for good."""
        return self.code in FOR_GOOD

    @property
    def says(self) -> str:
        """Return code and words in one line of plain text."""
        words = b" ".join(self.lines).decode("utf-8", "replace")
        return f"{self.code} {' '.join(words.split())}"[:500]

    @property
    def raw(self) -> bytes:
        """Return it as the lines of an answer, without the last line's end."""
        lines = self.lines or (b"",)
        heads = [b"%d-" % self.code] * (len(lines) - 1) + [b"%d " % self.code]
        return b"\r\n".join(head + line for head, line in zip(heads, lines, strict=True))


@dataclass(frozen=True)
class NextHop:
    """Where mail goes on to."""

    host: str
    port: int = DEFAULT_PORT
    starttls: bool = False
    greets_as: str = field(default_factory=lambda: socket.gethostname() or "localhost")

    def connect(self, *, patience: float = PATIENCE) -> "Line":
        """Open a connection. Raises AwayError."""
        return Line(self, patience=patience)


def next_hop_at(address: str) -> NextHop:
    """Read ``host:port`` or ``smtp://host:port?starttls=1``. Raises ValueError with a sentence."""
    parts = urlsplit(address if "://" in address else f"smtp://{address}")
    wrong = parts.scheme != "smtp" or not parts.hostname or parts.username or parts.path.strip("/")
    try:
        port = parts.port or DEFAULT_PORT
    except ValueError:
        wrong, port = True, DEFAULT_PORT
    if wrong or not parts.hostname:
        raise ValueError("it must look like host:port or smtp://host:port?starttls=1")
    asked = parse_qs(parts.query).get("starttls", ["0"])[-1]
    return NextHop(parts.hostname, port, starttls=asked in {"1", "true", "yes"})


class Line:
    """One open connection to the next server. After AwayError it is of no use: close it."""

    def __init__(self, hop: NextHop, *, patience: float = PATIENCE) -> None:
        """Connect and greet, encrypted where that is asked for. Raises AwayError."""
        self._patience = patience
        try:
            self._smtp = smtplib.SMTP(
                hop.host, hop.port, local_hostname=hop.greets_as, timeout=patience
            )
        except (OSError, smtplib.SMTPException) as fault:
            raise AwayError(type(fault).__name__) from fault
        try:
            if hop.starttls:
                self._smtp.starttls(context=ssl.create_default_context())
            self._smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            self._smtp.close()
            raise AwayError(type(fault).__name__) from fault
        self.port = _prepare(self._smtp.sock)
        """Our end of the connection, by which the next server may know it."""

    def offers(self, name: str) -> bool:
        """Tell whether the server announced an extension, such as ``dsn``."""
        return self._smtp.has_extn(name)

    def mail(self, sender: str, options: Sequence[str] = ()) -> Answer:
        """Begin a message. Options that the server does not offer are left out."""
        kept = [each for each in options if self._takes(each)]
        return self._ask(" ".join([f"MAIL FROM:<{sender}>", *kept]))

    def rcpt(self, recipient: str, options: Sequence[str] = ()) -> Answer:
        """Name a recipient."""
        return self._ask(self._naming(recipient, options))

    def rcpts(self, some: Sequence[tuple[str, Sequence[str]]]) -> list[Answer]:
        """Name recipients with their options, all at once where the server takes that (RFC 2920).

        Each has its own answer. A few hundred at a time: nothing is read until all are sent.
        """
        commands = [self._naming(recipient, options) for recipient, options in some]
        if not self.offers("pipelining"):
            return [self._ask(command) for command in commands]
        try:
            self._smtp.send("".join(f"{command}\r\n" for command in commands).encode())
            return [self._answer() for _ in commands]
        except (OSError, smtplib.SMTPException) as fault:
            raise AwayError(type(fault).__name__) from fault

    def data(self, pieces: Iterable[bytes], *, before_end: Callable[[], None]) -> Answer:
        """Send the message. Raises UncertainError when its answer does not come.

        ``before_end`` is called when all but the end was sent: from then on it may be taken.
        """
        answer = self._ask("DATA", takes=GO_ON)
        if answer.code != GO_ON:
            return answer
        before = b"\r\n"
        try:
            for piece in pieces:
                self._smtp.send(dotted(piece, before))
                before = (before + piece)[-2:]
        except (OSError, smtplib.SMTPException) as fault:
            raise AwayError(type(fault).__name__) from fault
        before_end()
        self._set_patience(PATIENCE_AT_END)
        try:
            self._smtp.send(b".\r\n" if before == b"\r\n" else b"\r\n.\r\n")
            return self._answer()
        except (OSError, smtplib.SMTPException) as fault:
            raise UncertainError(type(fault).__name__, was_slow=_was_slow(fault)) from fault
        finally:
            self._set_patience(self._patience)

    def reset(self) -> Answer:
        """Forget the message that was begun."""
        return self._ask("RSET")

    def close(self) -> None:
        """Say goodbye without waiting for an answer, and end the connection."""
        with suppress(OSError, smtplib.SMTPException):
            self._smtp.send(b"QUIT\r\n")
        self._smtp.close()

    def _naming(self, recipient: str, options: Sequence[str]) -> str:
        kept = [each for each in options if self._takes(each)]
        return " ".join([f"RCPT TO:<{recipient}>", *kept])

    def _takes(self, option: str) -> bool:
        name = option.partition("=")[0].upper()
        needed = {"BODY": "8bitmime", "SIZE": "size", "SMTPUTF8": "smtputf8"}.get(name, "dsn")
        # An address beyond ASCII needs the server's own word on it.
        return needed == "smtputf8" or self.offers(needed)

    def _ask(self, command: str, *, takes: int | None = None) -> Answer:
        try:
            self._smtp.send(command.encode() + b"\r\n")
            return self._answer(takes)
        except (OSError, smtplib.SMTPException) as fault:
            raise AwayError(type(fault).__name__) from fault

    def _answer(self, takes: int | None = None) -> Answer:
        """Read an answer: yes (or ``takes`` in its place), not now, or no. Anything else is none.

        A yes where only "go on" can come belongs to something else that was said: believed, it
        would lose the message.
        """
        code, words = self._smtp.getreply()
        is_yes = code == takes if takes else code in GOOD
        if not is_yes and code not in REFUSALS:
            raise smtplib.SMTPServerDisconnected("no answer that could be read")
        return Answer(code, tuple(words.split(b"\n")))

    def _set_patience(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


def _was_slow(fault: BaseException) -> bool:
    # smtplib turns what the socket raised into a fault of its own.
    return any(isinstance(each, TimeoutError) for each in (fault, fault.__context__))


def _prepare(sock: socket.socket | None) -> int:
    if sock is None:
        return 0
    # Or the end of each message waits 40 ms for the other side to say that it got the rest.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return int(sock.getsockname()[1])


@dataclass(frozen=True)
class Sending:
    """How one stored message fared."""

    answer: Answer
    """Of the whole message; of its sender or last recipient when nobody was taken."""
    refused: dict[str, Answer] = field(default_factory=dict)
    """The recipients that the server would not take, each with its words."""


def send_one(
    hop: NextHop,
    *,
    sender: str,
    recipients: Sequence[str],
    pieces: Iterable[bytes],
    asked: Mapping[str, Sequence[str]] = MappingProxyType({}),
    before_end: Callable[[], None] = lambda: None,
) -> Sending:
    """Hand one message on to these recipients, in one transaction.

    ``asked`` are the notices of delivery that are wanted, by recipient, under an empty name for the
    message; they are left out where the server does not offer them.
    Raises AwayError when nothing was taken, UncertainError when nobody can tell.
    """
    plain = [sender, *recipients]
    options = [] if all(address.isascii() for address in plain) else ["SMTPUTF8"]
    line = hop.connect()
    try:
        answer = line.mail(sender, ["BODY=8BITMIME", *options, *asked.get("", ())])
        if not answer.ok:
            return Sending(answer)
        refused = {}
        for recipient in recipients:
            answer = line.rcpt(recipient, asked.get(recipient, ()))
            if not answer.ok:
                refused[recipient] = answer
        if len(refused) == len(set(recipients)):
            return Sending(answer, refused)
        return Sending(line.data(pieces, before_end=before_end), refused)
    finally:
        line.close()
