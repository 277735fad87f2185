"""One client's connection: admitted, counted, encrypted, and ended without leaving work half done.

Built on aiosmtpd's connection handling and STARTTLS. What is said on it is ``server``'s.
"""

import asyncio
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from gatekeeping.mailgate.door.passing import Passage
from gatekeeping.mailgate.door.serving import Door, address_of, peer_of
from gatekeeping.mailgate.smtp.commands import Address
from gatekeeping.mailgate.smtp.half_closed import HalfClosed

LONGEST_HANDING_ON: Final = 900.0  # seconds
RESET_WITHIN: Final = 0.5
"""Seconds within which the machine of a client that is gone says so."""
MOST_ERRORS: Final = 20
NOT_OURS: Final = ("AUTH", "EXPN", "HELP", "VRFY")
OWN_ERRORS: Final = ("500", "501", "502", "503", "555")
IDENT: Final = "Schools Portal mail gateway"

Done = TypeVar("Done")


class Connection(HalfClosed):
    """One client's connection."""

    line_length_limit = 64 * 1024  # what may lie unread in memory; lines of a message have no limit
    command_size_limit = 2048
    command_size_limits: dict[str, int] = defaultdict(lambda: 2048)

    def __init__(self, door: Door, *, idle: float) -> None:
        """Wait for the connection. It ends after ``idle`` seconds without a word."""
        super().__init__(
            door,
            data_size_limit=door.terms.limit,
            enable_SMTPUTF8=True,
            hostname=door.terms.hostname,
            ident=IDENT,
            tls_context=door.terms.tls,
            timeout=idle,
            loop=asyncio.get_running_loop(),
        )
        for name in NOT_OURS:
            self._smtp_methods[name] = self._not_offered
        self._door = door
        self._passage = Passage(door.hop, door.gate, door.journal, door.learnt)
        self._admitted = False
        self._working: asyncio.Future[Any] | None = None
        self._errors = 0
        self._mail: Address | None = None
        self._to: list[Address] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or say why not. Comes a second time once it is encrypted."""
        if not self._admitted and isinstance(transport, asyncio.Transport):
            if refusal := self._door.refusal(peer_of(transport)):
                transport.write(refusal + b"\r\n")
                transport.close()
                return
            self._admitted = True
            self._door.open.add(self)
        self._mail, self._to = None, []
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Give the connection to the next server up, once nothing works on it any more."""
        if self not in self._door.open:
            return
        self._door.open.discard(self)
        super().connection_lost(error)
        if self._working is None or self._working.done():
            self._door.pool.submit(self._passage.close)
        else:
            self._working.add_done_callback(
                lambda _done: self._door.pool.submit(self._passage.close)
            )

    def end_if_idle(self) -> None:
        """End the connection unless a message is under way."""
        if self._mail is None and self.transport is not None and self._working_is_over:
            self._writer.write(b"421 4.3.2 The gateway is stopping\r\n")
            self.transport.close()

    @property
    def _working_is_over(self) -> bool:
        return self._working is None or self._working.done()

    async def tell(self, answer: str | bytes) -> None:
        """Send one answer that tells of no mistake of the client's, whatever its code."""
        await super().push(answer if isinstance(answer, bytes) else answer.encode())

    async def push(self, status: str | bytes) -> None:
        """Send one answer; too many mistakes end the connection."""
        text = status if isinstance(status, bytes) else status.encode()
        if text[:3].decode("ascii", "replace") in OWN_ERRORS:
            self._errors += 1
        await super().push(text)
        if self._errors > MOST_ERRORS:
            await self._end("421 4.7.0 Too many errors")

    async def _end(self, words: str) -> None:
        self._errors = 0
        await super().push(words)
        if self.transport is not None:
            self.transport.close()

    async def _in_thread(self, work: Callable[..., Done], *given: Any) -> Done:
        # The work goes on when the client leaves: half of it is worse than all.
        self._reset_timeout(LONGEST_HANDING_ON)
        working = asyncio.get_running_loop().run_in_executor(self._door.pool, work, *given)
        self._working = working
        done = await asyncio.shield(working)
        self._reset_timeout()
        return done

    async def _not_offered(self, _arg: str | None) -> None:
        await self.push("502 5.5.1 Not offered here")

    async def _is_there(self) -> bool:
        if self.is_half_closed:  # or wholly: then our answer has its connection reset
            await asyncio.sleep(RESET_WITHIN)
        if self.transport is None or self.transport.is_closing():
            return False
        connection = self.transport.get_extra_info("socket")
        return not connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def _unread(self, content: bytes) -> None:
        # All that had come was read, so this is the front again, even after the client's last word.
        if content:
            self._reader._buffer.extend(content)  # type: ignore[attr-defined]  # noqa: SLF001

    def _waiting_lines(self) -> Iterator[bytes]:
        """Yield the whole lines that came and are not read yet, which stay where they are."""
        came: bytearray = self._reader._buffer  # type: ignore[attr-defined]  # noqa: SLF001
        start = 0
        while end := came.find(b"\n", start) + 1:
            yield bytes(came[start:end])
            start = end

    @property
    def _is_encrypted(self) -> bool:
        return self.session is not None and self.session.ssl is not None

    @property
    def _is_from_here(self) -> bool:
        address = address_of(peer_of(self.transport)) if self.transport is not None else None
        return address is not None and address.is_loopback
