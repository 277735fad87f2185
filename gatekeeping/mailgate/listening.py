"""Running the gateway's door: listening, and stopping without leaving a message half taken."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from typing import Any, Final

from gatekeeping.mailgate.door.serving import Door
from gatekeeping.mailgate.server import Conversation
from gatekeeping.mailgate.smtp.next_hop import AwayError

log = logging.getLogger(__name__)

GRACE: Final = 20.0
"""Seconds that messages under way get when the gateway is told to stop."""
PATIENCE: Final = 3.0
"""Seconds that the next server gets to say what it offers before mail is taken."""


async def serve(
    door: Door, host: str, port: int, *, ready: Callable[[], None], grace: float = GRACE
) -> None:
    """Take mail until told to stop (SIGTERM or SIGINT).

    Several processes may listen on one port. ``ready`` is called once connections are taken. Raises
    OSError when the port is somebody else's.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    # They tell of every command, and so of addresses.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    loop.set_exception_handler(_note)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await asyncio.to_thread(_ask_what_is_offered, door)
    server = await loop.create_server(lambda: Conversation(door), sock=_listening(host, port))
    ready()
    await stop.wait()
    server.close()
    await door.stop(grace)
    door.pool.shutdown(wait=False, cancel_futures=False)


def _ask_what_is_offered(door: Door) -> None:
    try:
        line = door.hop.connect(patience=PATIENCE)
    except AwayError as fault:
        log.warning("the next mail server is away", extra={"fault": str(fault)})
        return
    door.learnt(line)
    line.close()


def _listening(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(address)
        made.listen(128)
        made.settimeout(0)
    except OSError:
        made.close()
        raise
    return made


def _note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    fault = context.get("exception")
    if not isinstance(fault, ConnectionError):
        log.warning("the gateway's loop", extra={"fault": type(fault).__name__})
