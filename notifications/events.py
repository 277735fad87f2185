"""What this package tells those above it."""

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class NoticeSent(Event):
    """A notice and all its deliveries have been written; its mail waits to be sent."""

    notice_id: int
