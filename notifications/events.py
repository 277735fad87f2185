"""What this package tells those above it."""

import enum
from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class NoticeSent(Event):
    """A notice and all its deliveries have been written; its mail waits to be sent."""

    notice_id: int


class Changed(enum.StrEnum):
    """What became of a notice after it was sent."""

    CORRECTED = "corrected"  # its words
    DATE = "date"  # what is asked, or by when
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    FILE = "file"  # one of its files was taken back
    READ = "read"  # a worker has read the words of its files
    EXPUNGED = "expunged"


@dataclass(frozen=True)
class NoticeChanged(Event):
    """A notice that was sent is another now: search must follow, and perhaps its readers be told.

    ``kind`` is a value of ``Changed``.
    """

    notice_id: int
    kind: str
