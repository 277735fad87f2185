"""A bare relay in the gateway's place: aiosmtpd takes a message, smtplib hands it on.

python -m benchmarks.mailgate_relay PORT NEXT_PORT
"""

import asyncio
import smtplib
import sys

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 60_000_000


class Relay:
    """Hands on each message by a connection of its own, and answers as that went."""

    def __init__(self, next_port: int) -> None:
        """Hand on to this port of this machine."""
        self._next = next_port

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Hand on one message."""
        try:
            await asyncio.to_thread(self._hand_on, envelope)
        except (OSError, smtplib.SMTPException):
            return "451 4.3.0 Try again later"
        return "250 2.0.0 Passed on"

    def _hand_on(self, envelope: Envelope) -> None:
        with smtplib.SMTP("127.0.0.1", self._next, local_hostname="relay") as client:
            client.sendmail(
                envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b""
            )


async def serve(port: int, next_port: int) -> None:
    """Relay until killed."""
    loop, relay = asyncio.get_running_loop(), Relay(next_port)

    def conversation() -> SMTP:
        return SMTP(relay, data_size_limit=LARGEST, loop=loop, ident="relay", hostname="relay")

    server = await loop.create_server(conversation, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
