"""What the mail directory answers: plain values, which rules may hold without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Correspondent:
    """Somebody who writes: their address, and person and team where those are known."""

    address: str
    person_id: int | None = None
    team_id: int | None = None
    team: str = ""


@dataclass(frozen=True)
class Reached:
    """Which schools a list of recipients comes to. Schools are URNs."""

    urns: frozenset[int] = frozenset()
    """Open schools, each once, however many mailboxes."""
    closed: frozenset[int] = frozenset()
    """Schools that are closed, or whose mailbox is: not counted, but reported."""
    by_address: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The open schools behind each recipient that stands for any, in order."""
    others: int = 0
    """How many recipients stand for no school."""
