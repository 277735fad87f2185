"""What this package tells those above it."""

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class OwnersChanged(Event):
    """Somebody else may receive what is sent for these categories at a school from now on.

    Published in the transaction of the change, once for everything that one act changed.
    """

    school_id: int
    category_ids: list[int]
