"""What the SMTP door and the gate say to each other: plain values."""

import enum
import traceback
from dataclasses import dataclass
from typing import Protocol

from gatekeeping.mailgate.gate.spool import Spool
from gatekeeping.mailgate.policy import Sent


class Action(enum.Enum):
    """What the door does with a message."""

    HAND_ON = "hand_on"
    KEPT = "kept"
    SWALLOW = "swallow"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Looked:
    """What the gate says of a message."""

    action: Action
    case_id: int | None = None
    says: str = ""
    """Why it is refused, in ASCII."""


class NotNowError(Exception):
    """The gate cannot tell now; the message must come again. The text is for the log."""


class Looking(Protocol):
    """What the door asks of the gate."""

    @property
    def is_ready(self) -> bool:
        """Tell whether it can look at all."""

    def refusal(self, sender: str, recipient: str) -> str:
        """Return why an address of the gateway's own takes nothing of this sender; else nothing."""

    def look(self, sent: Sent, spool: Spool) -> Looked:
        """Say what becomes of a message; called in a thread. Raises NotNowError."""


def place_of(fault: BaseException) -> str:
    """Return where a fault arose, as file and line: its own words may hold an address."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
