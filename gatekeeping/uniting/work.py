"""What staff do at schools for a whole: once for what all ask, and only where it is asked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gatekeeping.burden import count_words, reading_minutes
from gatekeeping.documents import Effort, Minutes, SubmissionDocument
from gatekeeping.models import Kind
from gatekeeping.protocol import Protocol
from gatekeeping.uniting.reaching import Cells

MOST_ROWS = 50
ONCE = ("read", "check", "send")
"""What a school does once for the whole form; the rest grows with what is asked."""


@dataclass(frozen=True)
class Part:
    """One of the submissions in a whole: its number, what it said by itself, what of it is asked.

    ``asks`` are the places of its items among the items of the whole.
    """

    number: str
    document: SubmissionDocument
    asks: frozenset[int] = frozenset()


def whole_effort(
    kind: Kind, parts: Sequence[Part], cells: Cells, protocol: Protocol
) -> list[Effort]:
    """Return the rows of a whole, the parent's part first in ``parts``.

    At each school: the parent's work as it was, and of each other part the share of gathering and
    filling in that falls on what is not asked already, rounded up. A school of fewer parts does
    less, and then has rows of its own. What is only told is read by everybody, as one text.
    """
    if kind is Kind.COMMUNICATION:
        return _told([part.document.effort for part in parts])
    rows: list[tuple[str, int, list[Effort]]] = [
        (
            ", ".join(parts[place].number for place in sorted(cell)),
            count,
            _at_a_school([parts[place] for place in sorted(cell)], protocol),
        )
        for cell, count in sorted(cells.items(), key=lambda pair: sorted(pair[0]))
        if count
    ]
    if not rows:
        return list(parts[0].document.effort)
    if all(efforts == rows[0][2] for _, _, efforts in rows):
        return rows[0][2]
    listed = [
        effort.model_copy(update={"asked_by": numbers, "schools": count})
        for numbers, count, efforts in rows
        for effort in efforts
    ]
    if len(listed) > MOST_ROWS:  # too many kinds of schools: as if all were asked everything
        return _at_a_school(parts, protocol)
    return listed


def _at_a_school(parts: Sequence[Part], protocol: Protocol) -> list[Effort]:
    """Return the rows of a school that is in all of these parts."""
    rows: list[Effort] = []
    asked: set[int] = set()
    for place, part in enumerate(parts):
        share, before = _share(part, asked), tuple(rows)
        for effort in _rows_of(part, protocol):
            added = _beside(before, effort, part, share) if place else effort
            if added.minutes.total:
                rows = _put(rows, added)
        asked |= part.asks
    return rows


def _rows_of(part: Part, protocol: Protocol) -> list[Effort]:
    """Return the rows of a part; of what is only told, the minutes of reading it."""
    document = part.document
    rows = [row.model_copy(update={"asked_by": "", "schools": None}) for row in document.effort]
    if document.kind is not Kind.COMMUNICATION:
        return rows
    reading = math.ceil(reading_minutes(count_words(document.body), protocol))
    told = Minutes(read=reading)
    if not rows:
        return [Effort(role="unknown", people=1, minutes=told)]
    return [row if row.minutes.total else row.model_copy(update={"minutes": told}) for row in rows]


def _share(part: Part, asked: set[int]) -> Fraction:
    """Return the share of a part's items that nobody before it asks; all of it without items."""
    if not part.document.items:
        return Fraction(1)
    return Fraction(len(part.asks - asked), len(part.document.items))


def _beside(rows: Sequence[Effort], effort: Effort, part: Part, share: Fraction) -> Effort:
    """Return what a row adds to the rows before it."""
    minutes: Mapping[str, int] = effort.minutes.model_dump()
    if not part.document.items:
        return effort
    if not share:
        return effort.model_copy(update={"minutes": Minutes()})
    known = [row for row in rows if row.role == effort.role]
    once = {
        stage: max(
            minutes[stage] - max((getattr(row.minutes, stage) for row in known), default=0), 0
        )
        for stage in ONCE
    }
    grows = {stage: math.ceil(minutes[stage] * share) for stage in minutes if stage not in ONCE}
    return effort.model_copy(update={"minutes": Minutes(**once, **grows)})


def _put(rows: Sequence[Effort], added: Effort) -> list[Effort]:
    """Add a row to one of the same people, or put it below."""
    for place, row in enumerate(rows):
        if (row.role, row.people) == (added.role, added.people):
            mine, more = row.minutes.model_dump(), added.minutes.model_dump()
            both = Minutes(**{stage: mine[stage] + more[stage] for stage in mine})
            return [*rows[:place], row.model_copy(update={"minutes": both}), *rows[place + 1 :]]
    return [*rows, added]


def _told(efforts: Sequence[Sequence[Effort]]) -> list[Effort]:
    """Return who reads what is only told: of each role as many as either names."""
    if any(not each for each in efforts):
        return list(efforts[0])
    found: dict[str, Effort] = {}
    for row in (row for each in efforts for row in each):
        known = found.get(row.role)
        if known is None or row.people > known.people:
            found[row.role] = row
    return list(found.values())
