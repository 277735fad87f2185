"""A connection whose client may end its half early and still be answered.

Exim sends QUIT with the end of its last message, ends its half of the connection, and then waits
for the answers. aiosmtpd takes that for a client that is gone, and gives none: such a client would
bring the same message again and again.
"""

import asyncio
from asyncio import StreamReaderProtocol
from typing import Any

from aiosmtpd.smtp import SMTP


class HalfClosed(SMTP):
    """What aiosmtpd does, but that commands sent before the client's end are still answered.

    Under TLS nothing can be said any more once the client has ended, so nothing is.
    """

    is_half_closed = False
    """Whether the client will say nothing more; it may be gone altogether."""

    def eof_received(self) -> bool | None:
        """Go on with what was sent."""
        if self.session is not None and self.session.ssl is not None:
            return super().eof_received()
        self.is_half_closed = True
        return StreamReaderProtocol.eof_received(self)

    async def handle_exception(self, error: Exception) -> Any:
        """End the connection once all was read; answer whatever else went wrong."""
        if isinstance(error, asyncio.IncompleteReadError) and self.transport is not None:
            self.transport.close()
            return "421 4.4.2 Goodbye"
        return await super().handle_exception(error)
