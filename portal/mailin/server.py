"""The SMTP server for mail that comes back (``RETURN_ADDRESS``, ``RETURN_PORT``).

It takes mail for that address alone, and says 250 only once what it reports is in the database;
whatever goes wrong is 451, so that the server which brings it tries again. Size, time and the
number of connections are limited: anybody may knock here.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from foundation.db import Database
from foundation.settings import read_settings
from gatekeeping.mailgate.smtp.half_closed import HalfClosed
from notifications.returned.addresses import Returns
from notifications.returned.reading import MOST_BYTES
from portal.mailin.taking import returns_of, take_message
from portal.running import child

log = logging.getLogger(__name__)

PATIENCE: Final = 60.0  # seconds without a word
LONGEST: Final = 300.0  # seconds for a whole conversation
MOST_CONNECTIONS: Final = 50
MOST_RECIPIENTS: Final = 10
IDENT: Final = "Schools Portal returned mail"


class Taker:
    """What happens to a message: read in a thread, because the database may keep us waiting."""

    def __init__(self, database: Database, returns: Returns) -> None:
        """Use the database for everything; ``returns`` says whose mail it takes."""
        self._database = database
        self._returns = returns

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take mail for addresses that we signed, and for the plain one."""
        if not self._returns.takes(address):
            return "550 5.1.1 Only mail of the portal comes back here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep what one message reports; the answer is given once that is stored."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        try:
            await asyncio.to_thread(
                take_message, self._database, self._returns, raw, envelope.rcpt_tos
            )
        except Exception as fault:  # noqa: BLE001 - it comes again, and nothing is lost
            log.warning("returned mail could not be kept", extra={"fault": type(fault).__name__})
            return "451 4.3.0 Try again later"
        return "250 2.0.0 Kept"


class Conversation(HalfClosed):
    """One connection of a few: it ends after a while whatever the other side does."""

    def __init__(self, open_now: set["Conversation"], *args: Any, **options: Any) -> None:
        """Count among ``open_now`` once connected."""
        super().__init__(*args, **options)
        self._open_now = open_now
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or say that there are too many."""
        if len(self._open_now) >= MOST_CONNECTIONS and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()
            return
        self._open_now.add(self)
        self._end = asyncio.get_running_loop().call_later(LONGEST, transport.close)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        if self not in self._open_now:
            return
        self._open_now.discard(self)
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(error)


async def serve(taker: Taker, host: str, port: int, *, ready: Callable[[], None]) -> None:
    """Take returned mail until told to stop (SIGTERM or SIGINT); OSError when the port is taken."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    open_now: set[Conversation] = set()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def conversation() -> SMTP:
        return Conversation(
            open_now,
            taker,
            data_size_limit=MOST_BYTES,
            timeout=PATIENCE,
            enable_SMTPUTF8=True,
            loop=loop,
            ident=IDENT,
        )

    server = await loop.create_server(conversation, host, port)
    ready()
    await stop.wait()
    server.close()


def main() -> None:
    """Run the server as a process of its own."""
    child.begin()
    settings = read_settings()
    taker = Taker(Database(settings.database), returns_of(settings))
    asyncio.run(serve(taker, settings.return_host, settings.return_port, ready=child.tell_ready))


if __name__ == "__main__":
    main()
