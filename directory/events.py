"""What this package tells those above it: people who come, go, or turn out to be one person."""

from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class SchoolSucceeded(Event):
    """A school closed and another goes on in its place; their people have places there already.

    ``gone_ids`` are all schools that end in the same successor with this change, the largest first.
    """

    gone_id: int
    successor_id: int
    gone_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class SchoolClosed(Event):
    """A school closed, no other follows it, and every place there ended."""

    school_id: int


@dataclass(frozen=True)
class SchoolReopened(Event):
    """A school that had closed is open after all; nobody has a place there until one is given."""

    school_id: int


@dataclass(frozen=True)
class TrustChanged(Event):
    """A school joined, left or changed its trust; None is no trust."""

    school_id: int
    before_id: int | None
    after_id: int | None
