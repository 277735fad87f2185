"""The mail sink: an SMTP server that keeps every message as a file and sends none on.

A file appears under its name only when it is whole. Its first lines say whom the envelope named.
What comes to the portal's own return address is taken as mail that came back, too.
"""

import asyncio
import itertools
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from foundation.settings import Settings, read_settings
from portal.running import child

MOST_KEPT: Final = 5000
LARGEST: Final = 50_000_000  # bytes
LONGEST_LINE: Final = 4_000_000  # bytes; what passed the gateway is caught whatever it looks like
PRUNED_EVERY: Final = 100  # messages
HOST: Final = "127.0.0.1"
IDENT: Final = "Schools Portal mail sink"


ComeBack = Callable[[Envelope], None]


class Conversation(SMTP):
    """Takes lines of any length that somebody may try."""

    line_length_limit = LONGEST_LINE


class Keeper:
    """Keeps messages in a folder, the newest ``MOST_KEPT`` of them."""

    def __init__(self, folder: Path, come_back: ComeBack | None = None) -> None:
        """Use the folder; it is made if it is not there. ``come_back`` is told of every message."""
        self._folder = folder
        self._come_back = come_back
        self._counter = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)
        for unfinished in folder.glob(".*.part"):
            unfinished.unlink(missing_ok=True)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one message; the answer is given once it is on disk."""
        try:
            self.keep(envelope)
        except OSError:
            return "452 4.3.1 The message could not be written"
        if self._come_back is not None:
            try:
                await asyncio.to_thread(self._come_back, envelope)
            except Exception:  # noqa: BLE001 - whoever brings it tries again
                return "451 4.3.0 Try again later"
        return "250 2.0.0 Kept"

    def keep(self, envelope: Envelope) -> Path:
        """Write one message and return its file."""
        number = next(self._counter)
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        head = [f"X-Envelope-From: {envelope.mail_from or ''}"]
        head += [f"X-Envelope-To: {address}" for address in envelope.rcpt_tos]
        place = self._folder / f"{time.time_ns()}-{number:06d}.eml"
        aside = self._folder / f".{place.name}.part"
        aside.write_bytes("".join(f"{line}\r\n" for line in head).encode("utf-8") + raw)
        aside.replace(place)
        if number % PRUNED_EVERY == 1:
            self.prune()
        return place

    def prune(self) -> None:
        """Remove the oldest messages beyond ``MOST_KEPT``."""
        for place in sorted(self._folder.glob("*.eml"))[:-MOST_KEPT]:
            place.unlink(missing_ok=True)


def come_back(settings: Settings) -> ComeBack:
    """Return what takes mail to the return address; the database is opened once there is some."""
    taking: list[Callable[[bytes, list[str]], object]] = []

    def taker() -> Callable[[bytes, list[str]], object]:
        from functools import partial

        from foundation.db import Database
        from portal.mailin.taking import returns_of, take_message

        return partial(take_message, Database(settings.database), returns_of(settings))

    def look(envelope: Envelope) -> None:
        tag = settings.returns_to.rpartition("@")[0] + "+"
        if not any(address.lower().startswith(tag.lower()) for address in envelope.rcpt_tos):
            return
        if not taking:
            taking.append(taker())
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        taking[0](raw, list(envelope.rcpt_tos))

    return look


async def serve(
    folder: Path,
    port: int,
    *,
    ready: Callable[[], None],
    come_back: ComeBack | None = None,
    largest: int | None = None,
) -> None:
    """Take mail on this port of this machine until told to stop (SIGTERM or SIGINT).

    ``ready`` is called once connections are taken. Messages of more than ``largest`` bytes are
    refused. Raises OSError when the port is in use.
    """
    largest = largest or LARGEST
    loop, keeper, stop = asyncio.get_running_loop(), Keeper(folder, come_back), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def conversation() -> SMTP:
        return Conversation(
            keeper, data_size_limit=largest, enable_SMTPUTF8=True, loop=loop, ident=IDENT
        )

    server = await loop.create_server(conversation, HOST, port)
    ready()
    await stop.wait()
    server.close()


def main() -> None:
    """Run the sink as a process of its own."""
    child.begin()
    settings = read_settings()
    asyncio.run(
        serve(
            settings.sink,
            settings.sink_listens,
            ready=child.tell_ready,
            come_back=come_back(settings),
            largest=settings.gateway_limit,
        )
    )


if __name__ == "__main__":
    main()
