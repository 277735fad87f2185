"""How far a school has come in saying who owns what: group by group, and what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Owner, Part
from categories.owning.overview import Line
from directory.models import Person
from directory.receiving import can_receive


@dataclass(frozen=True)
class GroupProgress:
    """One group of categories: how many there are, and how many have somebody who can receive."""

    slug: str
    heading: str
    done: int
    total: int

    @property
    def state(self) -> str:
        """Say in the words of a task list how far it is."""
        if self.done == self.total:
            return "Completed"
        return "In progress" if self.done else "Not started"

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is open in it."""
        return self.done == self.total


def progress(lines: Iterable[Line]) -> list[GroupProgress]:
    """Return every group in the order of the categories' numbers."""
    found = []
    for (slug, heading), members in groupby(
        lines, key=lambda line: (line.at.group, line.at.group_heading)
    ):
        several = [line.is_set for line in members]
        found.append(GroupProgress(slug, heading, sum(several), len(several)))
    return found


def following(groups: Sequence[GroupProgress], after: str = "") -> GroupProgress | None:
    """Return the first group with something open after this one, then from the beginning."""
    slugs = [one.slug for one in groups]
    place = slugs.index(after) + 1 if after in slugs else 0
    open_ones = (one for one in (*groups[place:], *groups[:place]) if not one.is_complete)
    return next(open_ones, None)


def count_open(session: Session, authority_id: int, school_id: int) -> int:
    """Return in how many categories nobody is the owner who could receive: one statement."""
    owned = (
        sa.exists()
        .where(
            Owner.category_id == Category.id,
            Owner.school_id == school_id,
            Owner.part == Part.LEAD,
            Owner.ended_at.is_(None),
            Person.id == Owner.person_id,
            can_receive(Person, school_id),
        )
        .correlate(Category)
    )
    query = sa.select(sa.func.count()).where(
        Category.authority_id == authority_id, Category.retired_at.is_(None), ~owned
    )
    return session.scalar(query) or 0
