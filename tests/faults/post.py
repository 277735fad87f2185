"""A mail server that misbehaves on demand, and counts what it has accepted."""

import asyncio
import contextlib
import email
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port

HANGS = 90.0  # seconds: longer than any client waits


@dataclass
class Post:
    """Accepts mail, ``delay`` seconds each; the numbers say how many more go wrong, and how."""

    port: int
    delay: float = 0.0
    refuse: int = 0  # 451 to this many
    never: frozenset[str] = frozenset()  # 550 to these recipients
    hang: int = 0  # no answer to this many
    hang_up: int = 0  # the connection ends before the answer, nothing kept
    hang_up_after: int = 0  # the mail is kept, then the connection ends before the answer
    accepted: Counter[str] = field(default_factory=Counter)
    ids: dict[str, set[str]] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.never:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.delay)
        if self.refuse > 0:
            self.refuse -= 1
            return "451 4.3.0 Try again later"
        if self.hang > 0:
            self.hang -= 1
            await asyncio.sleep(HANGS)
            return "451 4.3.0 Too late"
        if self.hang_up > 0:
            self.hang_up -= 1
            return self._end(server)
        self._keep(envelope)
        if self.hang_up_after > 0:
            self.hang_up_after -= 1
            return self._end(server)
        return "250 2.0.0 Kept"

    def _end(self, server: SMTP) -> str:
        if server.transport is not None:
            server.transport.abort()
        return "421 4.3.0 Goodbye"

    def _keep(self, envelope: Envelope) -> None:
        raw = envelope.content or b""
        message = email.message_from_bytes(raw if isinstance(raw, bytes) else raw.encode())
        for address in envelope.rcpt_tos:
            self.accepted[address] += 1
            self.ids.setdefault(address, set()).add(str(message["Message-ID"]))

    @property
    def twice(self) -> int:
        """How many copies there are too many."""
        return sum(self.accepted.values()) - len(self.accepted)

    @property
    def differing(self) -> int:
        """How many recipients got copies whose Message-IDs differ."""
        return sum(len(each) > 1 for each in self.ids.values())


@contextlib.contextmanager
def post() -> Iterator[Post]:
    """Run the server."""
    made = Post(port=free_port())
    controller = Controller(made, hostname="127.0.0.1", port=made.port, ready_timeout=30)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()
