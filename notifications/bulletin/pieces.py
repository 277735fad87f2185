"""What a bulletin is made of: plain values, the same for its page, its mail and its PDF."""

import hashlib
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime

from directory.key_dates import KeyDate
from directory.models import Role
from notifications.bulletin.week import Week


@dataclass(frozen=True)
class File:
    """A file that goes with an item and may be fetched."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class Piece:
    """An item as a bulletin shows it: one for each notice, however often the school got it."""

    delivery_id: int
    notice_id: int
    title: str
    reference: str
    sender: str
    heading: str
    """Of its category; empty when it names none."""
    lines: str
    delivered_at: datetime
    due_on: date | None
    mark: str
    """What its reader should know: that it was withdrawn, replaced or corrected; or nothing."""
    files: tuple[File, ...]
    people: tuple[str, ...]
    """To whom it went at the school, for its head; empty for anybody else."""
    unread: bool
    """Whether it is the reader's own and they have not opened it."""


@dataclass(frozen=True)
class Group:
    """Items of one group of categories."""

    heading: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class DueDate:
    """A day by which something of the reader's is to be done."""

    delivery_id: int
    title: str
    due_on: date


@dataclass(frozen=True)
class Contents:
    """A bulletin as one reader sees it."""

    week: Week
    groups: tuple[Group, ...]
    due: tuple[DueDate, ...]
    key_dates: tuple[KeyDate, ...]
    dates_from: date
    dates_to: date
    is_whole: bool = True
    """False when there were more items than one bulletin shows."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All items, in the order of the page."""
        return tuple(piece for group in self.groups for piece in group.pieces)

    @property
    def fingerprint(self) -> str:
        """Return what is the same for two bulletins that show the same, and different otherwise."""
        # Whether it was read is the reader's own affair and not on paper.
        groups = [
            (group.heading, *(_shown(piece) for piece in group.pieces)) for group in self.groups
        ]
        shown = (self.week, groups, self.due, self.key_dates, self.is_whole)
        return hashlib.sha256(repr(shown).encode()).hexdigest()


@dataclass(frozen=True)
class Narrowed:
    """To whose items a head narrows the school's bulletin: one person's, or those of a role."""

    person_id: int | None = None
    role: Role | None = None


EVERYBODY = Narrowed()


def _shown(piece: Piece) -> tuple[object, ...]:
    return astuple(replace(piece, unread=False))
