"""The two sides of a comparison, the stored schools and the file's, and what it proposes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from directory.kinds import TYPES
from directory.models import OPEN_STATUSES
from directory.models_updates import ChangeKind
from directory.updates.naming import full_name, is_same

Values = dict[str, Any]

LIFE = ("status", "opened_on", "closed_on")
HEAD = ("head_title", "head_first_name", "head_last_name")
OPEN = frozenset(OPEN_STATUSES)
TURNS = {kind: turn for turn, kind in enumerate(ChangeKind)}


@dataclass(frozen=True)
class Proposed:
    """One change as the file proposes it; see ``SchoolChange`` for what the fields hold."""

    kind: ChangeKind
    urn: int
    name: str
    before: dict[str, Values | None]
    after: dict[str, Values]
    gone: Sequence[int] = ()
    successor_urn: int | None = None
    due_on: date | None = None
    said: str = ""

    @property
    def turn(self) -> int:
        """Return the place of its kind in the order of showing and applying."""
        return TURNS[self.kind]


@dataclass(frozen=True)
class Comparison:
    """Everything that the file proposes, and what it leaves alone."""

    changes: list[Proposed]
    unchanged: int
    missing: list[int]
    """URNs of open schools that the file does not name."""
    left_out: int
    """Closed schools that were never here."""


@dataclass
class Work:
    """The two sides by URN: values of schools as they are stored, and as the file has them."""

    stored: Mapping[int, Values]
    given: Mapping[int, Values]
    successors: Mapping[int, Sequence[int]]
    heads: Mapping[int, str]
    changes: list[Proposed] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    """URNs whose opening and closing is part of a change already."""
    followed: dict[int, int] = field(default_factory=dict)
    """The largest school that ends in each successor: whose head goes on there if it has none."""

    def name(self, urn: int) -> str:
        values = self.given.get(urn) or self.stored.get(urn) or {}
        return str(values.get("name") or f"URN {urn}")

    def pupils(self, urn: int) -> int:
        """Return how many pupils a school had, however it stands in the file now."""
        values = self.stored.get(urn) or self.given.get(urn) or {}
        return int(values.get("pupils") or 0)


def born(work: Work, urn: int) -> tuple[Values | None, Values]:
    """Return what changes of a school that begins or goes on: all of it when it is new."""
    if urn in work.stored:
        return differing(work, urn, LIFE)
    given = work.given[urn]
    kept = HEAD if not is_same(full_name(given), head_there(work, urn)) else ()
    return None, {name: value for name, value in given.items() if name not in kept}


def is_fresh(work: Work, urn: int) -> bool:
    """Tell whether a school begins with this file: it did not take part before."""
    return urn not in work.stored or work.stored[urn]["status"] not in OPEN


def is_academy(work: Work, urn: int) -> bool:
    """Tell whether a school is an academy, or is one when the file is applied."""
    values = work.given.get(urn) or work.stored[urn]
    return values["type_code"] in TYPES["academy"]


def head_there(work: Work, urn: int) -> str:
    """Return who is head in the portal, or will be: a new school's comes from the one before."""
    if urn in work.heads or urn not in work.followed:
        return work.heads.get(urn, "")
    return work.heads.get(work.followed[urn], "")


def differing(work: Work, urn: int, fields: Iterable[str]) -> tuple[Values, Values]:
    """Return the stored and the given values of those fields that differ."""
    given, stored = work.given[urn], work.stored.get(urn, {})
    names = [
        name
        for name in fields
        if name in given and not _equal(stored.get(name), given[name], known=urn in work.stored)
    ]
    return {name: stored.get(name) for name in names}, {name: given[name] for name in names}


def _equal(old: Any, new: Any, *, known: bool) -> bool:
    return bool(old == new) or (not known and new in ("", None) and old in ("", None))
