"""How much of an inbox stands where: for its parts, and under each heading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from notifications.models import Delivery, DeliveryState, Notice
from notifications.reading.filters import Chosen, Show
from notifications.reading.inbox import WAITING, Reader
from notifications.reading.listing import (
    AWAKE,
    SHOWN,
    Section,
    filter_values,
    narrowed,
    own_inbox,
    own_values,
    section_at,
)

_delivery, _notice = Delivery.__table__, Notice.__table__
_joined = _delivery.join(_notice, _notice.c.id == _delivery.c.notice_id)

Sections = Mapping[Section, int]
"""How many items stand under each heading of a list; headings with none are left out."""


@dataclass(frozen=True)
class Counts:
    """How many of a person's items stand where, for each part of the inbox but what is done."""

    sections: Mapping[Show, Sections]

    @property
    def waiting(self) -> int:
        """How many wait, not put away."""
        return sum(self.sections[Show.WAITING].values())

    @property
    def unread(self) -> int:
        """How many of them are unread."""
        return sum(self.sections[Show.UNREAD].values())

    @property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return self.sections[Show.WAITING].get(Section.OVERDUE, 0)

    @property
    def today(self) -> int:
        """How many of them are for today."""
        return self.sections[Show.WAITING].get(Section.TODAY, 0)

    @property
    def snoozed(self) -> int:
        """How many are put away."""
        return sum(self.sections[Show.SNOOZED].values())


def counts(session: Session, reader: Reader, *, today: date) -> Counts:
    """Return how much waits in the person's own inbox at this school: one statement."""
    rows = session.execute(_counting(), own_values(reader, today)).all()
    parts = (Show.WAITING, Show.UNREAD, Show.SNOOZED)
    return Counts(
        {
            show: {Section(row[0]): row[place] for row in rows if row[place]}
            for place, show in enumerate(parts, start=1)
        }
    )


def sections_of(
    session: Session, reader: Reader, chosen: Chosen, known: Counts, *, today: date
) -> Sections:
    """Return how many items stand under each heading: one statement where filters narrow the list.

    What is done has no headings, and years of it are never counted.
    """
    if chosen.show is Show.DONE:
        return {}
    if not chosen.narrowed:
        return known.sections[chosen.show]
    query = (
        sa.select(section_at.label("section"), sa.func.count())
        .select_from(_joined)
        .where(*narrowed(chosen))
        .group_by(sa.literal_column("section"))
    )
    values = {**own_values(reader, today), **filter_values(chosen, today)}
    return {Section(section): count for section, count in session.execute(query, values)}


@cache
def _counting() -> sa.Select[Any]:
    def those(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((sa.and_(*conditions), 1)))

    return (
        sa.select(
            section_at.label("section"),
            those(AWAKE),
            those(AWAKE, _delivery.c.state == DeliveryState.UNREAD),
            those(*SHOWN[Show.SNOOZED]),
        )
        .select_from(_joined)
        .where(*own_inbox(), WAITING)
        .group_by(sa.literal_column("section"))
    )
