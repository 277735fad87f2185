"""Answering the next hop at the end of a message, in Postfix's policy protocol.

Postfix asks (``smtpd_end_of_data_restrictions = check_policy_service inet:HOST:PORT``) when it has
all of a message and before it stores it. It names the port that the message came from: that is how
the journal knows which one is meant. While nobody answers, Postfix tells the gateway 451 and takes
nothing, so a message whose end was not noted here is not under way anywhere.
"""

import asyncio
import logging
from typing import Final

from gatekeeping.mailgate.door.journal import Journal, Permission

log = logging.getLogger(__name__)

ANSWERS: Final = {
    Permission.YES: b"action=DUNNO\n\n",
    Permission.GONE: b"action=451 4.3.0 Who brought this has gone\n\n",
    Permission.HAD: b"action=451 4.3.0 This was taken before\n\n",
}
LONGEST: Final = 8192
"""Bytes of one line of a question; the whole may have as many lines as Postfix has attributes."""
MOST_LINES: Final = 100
AT_END: Final = "END-OF-MESSAGE"


async def serve_confirming(journal: Journal, host: str, port: int) -> asyncio.Server:
    """Answer on this port, which all processes of the gateway share. Raises OSError."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _question(reader)) is not None:
                writer.write(_answer(journal, asked))
                await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError) as fault:
            log.info("the next hop's question broke off", extra={"fault": type(fault).__name__})
        finally:
            writer.close()

    return await asyncio.start_server(talk, host, port, reuse_port=True, limit=LONGEST)


async def _question(reader: asyncio.StreamReader) -> dict[str, str] | None:
    asked: dict[str, str] = {}
    for _ in range(MOST_LINES):
        line = await reader.readline()
        if not line:
            return None
        if line == b"\n":
            return asked
        name, _, value = line.decode("utf-8", "replace").rstrip("\n").partition("=")
        asked[name] = value
    raise ValueError("too many lines")


def _answer(journal: Journal, asked: dict[str, str]) -> bytes:
    if asked.get("protocol_state") != AT_END:
        return ANSWERS[Permission.YES]
    # The first part of the instance is the number of Postfix's process.
    who = asked.get("instance", "").partition(".")[0]
    port, recipients = (asked.get(name, "") for name in ("client_port", "recipient_count"))
    if not (port.isdecimal() and recipients.isdecimal()):
        return ANSWERS[Permission.YES]
    return ANSWERS[journal.confirm(port=int(port), recipients=int(recipients), who=who)]
