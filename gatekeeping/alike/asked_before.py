"""What the checks are told of earlier submissions: plain values (K10, K21, K62)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from gatekeeping.alike.sharing import Shared


@dataclass(frozen=True)
class Earlier:
    """An earlier submission that asks much the same.

    ``label`` tells what the two are to each other (duplicate, overlap, renewal or different),
    ``score`` how surely they ask the same, ``parts`` what that rests on and ``says`` the same in
    sentences. ``text`` is how near the letters are to identical; ``share`` the part of this
    document's things that the earlier one asks too. ``shared_schools`` is None when its register
    does not tell its schools. ``is_round`` tells that it is an earlier round of the same, for an
    earlier time; ``is_recent`` that it is waiting, live, planned, or young enough (K10).
    ``shared`` is what both ask, in the words of either.
    """

    submission_id: int
    number: str
    title: str
    score: float
    shared_schools: int | None
    label: str = "duplicate"
    parts: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    shared_items: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    text: float = 0.0
    share: float = 0.0
    period: str = ""
    is_round: bool = False
    is_recent: bool = True
    shared: tuple[Shared, ...] = ()
    send_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class SmallList:
    """Another submission to few schools within the window, and why it is counted."""

    submission_id: int
    number: str
    schools: int
    sent: date
    why: str


@dataclass(frozen=True)
class Rolling:
    """The union of this submission's schools with those of the others, each counted once.

    ``last`` is the last day of the window, if it is not the day on which this one is sent.
    """

    schools: int = 0
    others: tuple[SmallList, ...] = ()
    last: date | None = None


NO_ROLLING = Rolling()
