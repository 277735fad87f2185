"""Lists of cases: those that a gatekeeper looks through, and those of one sender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, undefer

from directory.models import Membership, Person, PersonState
from foundation.paging import MOST_COUNTED
from gatekeeping.mailgate.cases.moves import OPEN, TO_DECIDE
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState

PAGE: Final = 25
FIRST: Final = 3
MOST_TEAMS: Final = 200
LONGEST_TEAM: Final = 120
A_YEAR: Final = timedelta(days=365)

SHOWN: Final[Mapping[str, str]] = {
    "open": "All open",
    "waiting": "Held",
    "explained": "Said to need no gate",
    "drafted": "Made into a submission",
    "seen": "Seen only",
    "reported": "Reported by schools",
    "review": "Emergencies to review",
    "closed": "Closed",
}
"""What the list may show, in its order."""

_IS: Final[Mapping[str, sa.ColumnElement[bool]]] = {
    "open": BypassCase.state.in_(OPEN),
    "waiting": sa.and_(BypassCase.state == CaseState.WAITING, BypassCase.kind == CaseKind.HELD),
    "explained": BypassCase.state == CaseState.EXPLAINED,
    "drafted": BypassCase.state == CaseState.DRAFTED,
    "seen": sa.and_(BypassCase.state.in_(OPEN), BypassCase.kind == CaseKind.SEEN),
    "reported": sa.and_(BypassCase.state.in_(OPEN), BypassCase.kind == CaseKind.REPORTED),
    "review": sa.and_(
        BypassCase.state == CaseState.RELEASED,
        BypassCase.is_emergency.is_(True),
        BypassCase.reviewed_at.is_(None),
    ),
    "closed": BypassCase.state.not_in(OPEN),
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to: what ``show`` names, and one team by its name."""

    show: str = "open"
    team: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Self:
        """Read them from a query string; what makes no sense is left out."""
        show = args.get("show", "")
        return cls(show if show in SHOWN else "open", args.get("team", "")[:LONGEST_TEAM])


@dataclass(frozen=True)
class Cases:
    """One page of cases, how many match, how many there are of each kind, and the teams."""

    rows: Sequence[BypassCase]
    total: int
    counts: Mapping[str, int]
    teams: Sequence[str]


@dataclass(frozen=True)
class Panel:
    """What stands on top of the queue: how many wait, how many are overdue, the first due."""

    waiting: int
    overdue: int
    to_review: int
    first: Sequence[BypassCase]


def list_cases(
    session: Session, authority_id: int, filters: Filters, *, at: datetime, page: int = 1
) -> Cases:
    """Return one page of cases, what is due first on top: four statements whatever their number.

    Closed ones are counted no further than ``MOST_COUNTED``; the newest of them come first.
    """
    conditions = [BypassCase.authority_id == authority_id, _IS[filters.show]]
    if filters.team:
        conditions.append(BypassCase.team == filters.team)
    some = sa.select(BypassCase.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    order = _NEWEST if filters.show in {"closed", "review"} else _FIRST_DUE
    rows = session.scalars(
        sa.select(BypassCase)
        .where(*conditions)
        .options(joinedload(BypassCase.person))
        .order_by(*order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return Cases(rows, total, _counts(session, authority_id), _teams(session, authority_id, at))


def panel_of(session: Session, authority_id: int, *, at: datetime) -> Panel:
    """Return what the queue says of held mail: two statements, one when nothing waits."""
    mine = BypassCase.authority_id == authority_id
    waits = BypassCase.state.in_(TO_DECIDE)
    waiting, overdue, to_review = session.execute(
        sa.select(
            _how_many(waits),
            _how_many(sa.and_(waits, BypassCase.due_at < at)),
            _how_many(_IS["review"]),
        ).where(mine, sa.or_(waits, _IS["review"]))
    ).one()
    first: Sequence[BypassCase] = ()
    if waiting:
        first = session.scalars(
            sa.select(BypassCase)
            .where(mine, waits)
            .options(joinedload(BypassCase.person))
            .order_by(*_FIRST_DUE)
            .limit(FIRST)
        ).all()
    return Panel(waiting, overdue, to_review, first)


def of_sender(person: Person) -> sa.ColumnElement[bool]:
    """Return the condition that a case is about mail which this person sent."""
    unknown = sa.and_(BypassCase.sender_id.is_(None), BypassCase.sender == person.email.lower())
    return sa.and_(
        BypassCase.authority_id == person.authority_id,
        BypassCase.kind != CaseKind.REPORTED,
        sa.or_(BypassCase.sender_id == person.id, unknown),
    )


def may_sign_in(session: Session, case: BypassCase) -> bool:
    """Tell whether the sender is somebody who can sign in and open the case's own page."""
    whose = Person.id == case.sender_id if case.sender_id else Person.email == case.sender
    found = session.scalar(
        sa.select(
            sa.exists()
            .where(whose, Person.authority_id == case.authority_id)
            .where(Person.state == PersonState.ACTIVE, Membership.person_id == Person.id)
            .where(Membership.ended_at.is_(None))
        )
    )
    return bool(found)


def list_own(
    session: Session, person: Person, *, page: int = 1
) -> tuple[Sequence[BypassCase], int]:
    """Return one page of a sender's cases, open ones first, and how many there are.

    What each said comes with it, still sealed: it is their own.
    """
    mine = of_sender(person)
    some = sa.select(BypassCase.id).where(mine).limit(MOST_COUNTED + 1).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    rows = session.scalars(
        sa.select(BypassCase)
        .where(mine)
        .options(undefer(BypassCase.sealed))
        .order_by(sa.case((_IS["open"], 0), else_=1), BypassCase.received_at.desc(), BypassCase.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return rows, total


def count_own_waiting(session: Session, person: Person) -> int:
    """Return how many messages of a sender are held and wait for a choice: one statement."""
    mine = sa.select(sa.func.count()).where(of_sender(person), _IS["waiting"])
    return session.scalar(mine) or 0


_FIRST_DUE: Final = (
    BypassCase.due_at.asc().nulls_last(),
    BypassCase.received_at,
    BypassCase.id,
)
_NEWEST: Final = (BypassCase.received_at.desc(), BypassCase.id.desc())


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _counts(session: Session, authority_id: int) -> Mapping[str, int]:
    """Return how many there are of each; closed ones grow without end and are not counted."""
    counted = [key for key in SHOWN if key != "closed"]
    found = session.execute(
        sa.select(*(_how_many(_IS[key]) for key in counted)).where(
            BypassCase.authority_id == authority_id, sa.or_(_IS["open"], _IS["review"])
        )
    ).one()
    return dict(zip(counted, found, strict=True))


def _teams(session: Session, authority_id: int, at: datetime) -> Sequence[str]:
    """Return the teams that had a case within 12 months."""
    return session.scalars(
        sa.select(BypassCase.team)
        .where(
            BypassCase.authority_id == authority_id,
            BypassCase.received_at > at - A_YEAR,
            BypassCase.team != "",
        )
        .distinct()
        .order_by(BypassCase.team)
        .limit(MOST_TEAMS)
    ).all()
