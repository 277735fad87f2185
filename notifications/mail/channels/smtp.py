"""Speaking to a mail server. The only module that knows ``smtplib``."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from notifications.mail.channels.door import NotNowError, RefusedError, TroubleError
from notifications.models_mail import Channel

__all__ = [
    "Connection",
    "NotNowError",
    "RefusedError",
    "Server",
    "TroubleError",
    "opener",
    "server_at",
]

PATIENCE: Final = 30
"""Seconds to wait for any one answer of the server."""
FOR_GOOD: Final = range(500, 600)
CLOSING: Final = 421
DEFAULT_PORT: Final = 25
DEFAULT_TLS_PORT: Final = 465


@dataclass(frozen=True)
class Server:
    """Where mail goes: ``smtp://user:password@host:port?starttls=1`` or ``smtps://``."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool = False


def server_at(url: str) -> Server:
    """Read a mail server's address. Raises ValueError with a sentence when it is none."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("SMTP_URL must look like smtp://user:password@host:port.")
    tls = parts.scheme == "smtps"
    return Server(
        host=parts.hostname,
        port=parts.port or (DEFAULT_TLS_PORT if tls else DEFAULT_PORT),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=parse_qs(parts.query).get("starttls", ["0"])[-1] in {"1", "true", "yes"},
    )


class Connection:
    """One open connection, over which many mails may be sent. Close it at the end."""

    channel = Channel.SMTP

    def __init__(self, server: Server, *, patience: float = PATIENCE) -> None:
        """Connect, with encryption and sign-in as asked. Raises TroubleError."""
        self.carried = 0
        """How many mails the server has taken over this connection."""
        secure = ssl.create_default_context() if server.tls or server.starttls else None
        try:
            if server.tls:
                self._smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=patience, context=secure
                )
            else:
                self._smtp = smtplib.SMTP(server.host, server.port, timeout=patience)
        except (OSError, smtplib.SMTPException) as fault:
            raise TroubleError(_words(fault)) from fault
        try:
            if server.starttls:
                self._smtp.starttls(context=secure)
            if server.user:
                self._smtp.login(server.user, server.password)
        except (OSError, smtplib.SMTPException) as fault:
            self._smtp.close()
            raise TroubleError(_words(fault)) from fault

    def send(self, sender: str, recipient: str, content: bytes, reference: str = "") -> str:  # noqa: ARG002 - it is in the message
        """Hand over one mail. Returns once the server has taken it; it gives mails no names.

        Raises RefusedError, NotNowError or TroubleError; after the last one, close it.
        """
        if not recipient.isprintable() or " " in recipient:
            raise RefusedError("The address cannot be used for mail: it is not one line.")
        try:
            self._smtp.sendmail(sender, [recipient], content)
        except smtplib.SMTPRecipientsRefused as fault:
            code, answer = next(iter(fault.recipients.values()))
            raise _meaning(code, answer) from fault
        except smtplib.SMTPDataError as fault:
            raise _meaning(fault.smtp_code, fault.smtp_error) from fault
        except (UnicodeError, ValueError) as fault:
            raise RefusedError(f"The address cannot be used for mail: {fault}") from fault
        # The sender being refused is a matter of how the portal is set up, not of this mail.
        except (OSError, smtplib.SMTPException) as fault:
            raise TroubleError(_words(fault)) from fault
        self.carried += 1
        return ""

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()


def opener(url: str) -> Callable[[], Connection]:
    """Return a function that opens a connection to the server at this address."""
    server = server_at(url)
    return lambda: Connection(server)


def _meaning(code: int, answer: bytes | str) -> Exception:
    words = f"{code} {_text(answer)}"
    if code == CLOSING:
        return TroubleError(words)
    return RefusedError(words) if code in FOR_GOOD else NotNowError(words)


def _words(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{fault.smtp_code} {_text(fault.smtp_error)}"
    return f"{type(fault).__name__}: {fault}"


def _text(answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(words.split())[:500]
