"""A school's categories as its people look at them: who gets what is sent today, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy.orm import Session

from categories.owning.showing import Ownership, owners_of_school
from foundation.errors import NotFoundError

NOBODY_SET = "nobody"


@dataclass(frozen=True)
class Line:
    """One category: its owner and cover, and whether the cover stands in today or later."""

    at: Ownership
    covered_today: bool
    covered_later: bool

    @property
    def is_set(self) -> bool:
        """Tell whether somebody who can receive is the owner."""
        return self.at.owner_id is not None and self.at.owner_active


Groups = list[tuple[str, list[Line]]]


def overview(session: Session, authority_id: int, school_id: int, *, today: date) -> list[Line]:
    """Return every category in use at a school, in the order of their numbers: one statement."""
    return [
        Line(
            row,
            covered_today=_covers(row, today),
            covered_later=row.cover_from is not None and row.cover_from > today,
        )
        for row in owners_of_school(session, authority_id, school_id, on=today)
    ]


def line_of(lines: Iterable[Line], slug: str) -> Line:
    """Return the line of one category; NotFoundError when there is no such category in use."""
    for line in lines:
        if line.at.slug == slug:
            return line
    raise NotFoundError


def in_groups(lines: Iterable[Line]) -> Groups:
    """Return the lines under their groups' headings; the numbers keep each group together."""
    return [
        (heading, list(members))
        for heading, members in groupby(lines, key=lambda line: line.at.group_heading)
    ]


def narrowed(lines: Iterable[Line], *, group: str, who: str) -> list[Line]:
    """Return the lines of a group (its slug) and of an owner (an id, or ``NOBODY_SET``)."""
    return [line for line in lines if _fits(line, group, who)]


def _covers(row: Ownership, today: date) -> bool:
    if row.cover_from is None or row.cover_to is None or not row.cover_active:
        return False
    return row.cover_from <= today <= row.cover_to


def _fits(line: Line, group: str, who: str) -> bool:
    if group and line.at.group != group:
        return False
    if who == NOBODY_SET:
        return not line.is_set
    return not who or str(line.at.owner_id) == who
