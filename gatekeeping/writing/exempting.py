"""What need not pass the gate, logged by its type and nothing else (gatekeeping 4.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership
from foundation import audit, clock
from foundation.errors import Refusal
from gatekeeping.models import Exempt, ExemptKind

TWICE = timedelta(seconds=5)
MONTHS = 12
EXEMPT_KINDS: Final[Mapping[ExemptKind, tuple[str, str]]] = {
    ExemptKind.CASEWORK: (
        "Casework about one named child or employee",
        "To the one school that is concerned. A list of children is not casework.",
    ),
    ExemptKind.COURT_ORDER: ("A court order", "Serving it, or asking what a court orders you to."),
    ExemptKind.REPLY: ("A reply to a school’s own question", "To that school only."),
    ExemptKind.INVOICE: ("An invoice", "Or a reminder of one. An advert is not an invoice."),
    ExemptKind.FOI_REPLY: (
        "A reply to a freedom of information request",
        "The reply itself. Collecting the facts from schools is not exempt.",
    ),
    ExemptKind.ELECTION: ("An election held by others", "Such as for a parent governor."),
}
"""What is exempt: its name, and where it ends."""


class NotAnOfficerError(Refusal):
    """Only somebody who sends on behalf of an organisation logs what is exempt."""

    sentence = "Only officers of the authority or of a partner log exempt messages."


@dataclass(frozen=True)
class Counts:
    """How many of each kind in each month, the oldest month first."""

    months: Sequence[date]
    rows: Mapping[ExemptKind, Sequence[int]]

    @property
    def total(self) -> int:
        """Return all of them together."""
        return sum(sum(row) for row in self.rows.values())


def log_exempt(session: Session, kind: ExemptKind, *, by: Membership, at: datetime) -> Exempt:
    """Count one exempt message of this kind; the same within five seconds counts once."""
    if by.organisation_id is None:
        raise NotAnOfficerError
    session.execute(  # of two that come together the second waits and sees what the first did
        sa.select(Membership.id).where(Membership.id == by.id).with_for_update()
    )
    same = session.scalars(
        sa.select(Exempt)
        .where(
            Exempt.authority_id == by.authority_id,
            Exempt.by_id == by.person_id,
            Exempt.kind == kind,
            Exempt.at.between(at - TWICE, at),
        )
        .order_by(Exempt.id)
        .limit(1)
    ).first()
    if same is not None:
        return same
    made = Exempt(
        authority_id=by.authority_id,
        kind=kind,
        organisation_id=by.organisation_id,
        team_id=by.team_id,
        by_id=by.person_id,
        at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        authority_id=by.authority_id,
        action="exempt.logged",
        subject="exempt",
        subject_id=made.id,
        by=by.person_id,
        at=at,
        detail={"kind": kind.value},
    )
    return made


def counts(
    session: Session, authority_id: int, *, team_id: int | None = None, at: datetime
) -> Counts:
    """Return the counts of this month and the eleven before, of a team or of all: one statement."""
    months = _months(clock.local_date(at))
    starts = [
        datetime.combine(month, time(), tzinfo=clock.LOCAL)
        for month in [*months, _next(months[-1])]
    ]
    conditions = [Exempt.authority_id == authority_id, Exempt.at >= starts[0]]
    if team_id is not None:
        conditions.append(Exempt.team_id == team_id)
    sums = [
        sa.func.sum(sa.case((sa.and_(Exempt.at >= start, Exempt.at < end), 1), else_=0))
        for start, end in pairwise(starts)
    ]
    found = session.execute(
        sa.select(Exempt.kind, *sums).where(*conditions).group_by(Exempt.kind).order_by(Exempt.kind)
    )
    known = {row[0]: [int(number) for number in row[1:]] for row in found}
    return Counts(months, {kind: known.get(kind, [0] * MONTHS) for kind in EXEMPT_KINDS})


def _months(today: date) -> list[date]:
    first = today.replace(day=1)
    found = [first]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
