"""What this package tells those above it: people who come, go, or turn out to be one person."""

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class PersonLeft(Event):
    """A person cannot be reached at a school any more: their last place there ended.

    Also published when an administrator disabled them. What lies with them goes to ``to_id`` if
    that person can receive it there, else to whom each category leads.
    """

    school_id: int
    person_id: int
    to_id: int | None = None
    by_id: int | None = None


@dataclass(frozen=True)
class HeadChanged(Event):
    """A school has another headteacher: ``person_id`` is the new one."""

    school_id: int
    person_id: int
    by_id: int | None = None


@dataclass(frozen=True)
class PeopleMerged(Event):
    """Two entries were one person, who goes on as ``kept_id``; ``gone_id`` is disabled."""

    gone_id: int
    kept_id: int
    by_id: int | None = None
