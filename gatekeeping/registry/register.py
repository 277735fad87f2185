"""The register of numbers: everything for the authority, and what the public may see of it."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Organisation, Team
from foundation import clock
from foundation.paging import MOST_COUNTED
from gatekeeping.models import Kind, State, Submission
from gatekeeping.moves import CURRENT
from gatekeeping.registry.numbers import parse_number
from gatekeeping.registry.register_entries import (
    Entry,
    Spoken,
    decisions_of,
    entries_where,
    entry_of,
    read_entries,
    spoken_of,
)
from gatekeeping.registry.standings import LONGEST_QUERY

PAGE = 25
MOST_EXPORTED = 50_000
OPEN_BOOK = CURRENT | {
    State.APPROVED_COND,
    State.EXPIRED,
    State.SUSPENDED,
    State.NOT_RATIFIED,
    State.REFUSED,
    State.REDIRECTED,
    State.MERGED,
    State.APPEAL,
}
"""What has been decided: the public sees it."""


class Status(enum.StrEnum):
    """How the register groups states for those who look something up."""

    WAITING = "waiting"
    GOOD = "good"
    STOPPED = "stopped"
    OVER = "over"


STATUSES: Mapping[Status, frozenset[State]] = {
    Status.WAITING: frozenset(State) - OPEN_BOOK - {State.DRAFT, State.WITHDRAWN, State.LAPSED},
    Status.GOOD: CURRENT,
    Status.STOPPED: frozenset(
        {
            State.REFUSED,
            State.REDIRECTED,
            State.MERGED,
            State.SUSPENDED,
            State.NOT_RATIFIED,
            State.APPEAL,
            State.APPROVED_COND,
            State.WITHDRAWN,
            State.LAPSED,
        }
    ),
    Status.OVER: frozenset({State.EXPIRED}),
}
STATUS_NAMES: Mapping[Status, str] = {
    Status.WAITING: "Not decided yet",
    Status.GOOD: "Approved and current",
    Status.STOPPED: "Not sent, or stopped",
    Status.OVER: "Expired",
}


@dataclass(frozen=True)
class Search:
    """What somebody looks for. ``open_only`` is the public's view: only what was decided."""

    query: str = ""
    status: Status | None = None
    team_id: int | None = None
    kind: Kind | None = None
    year: int | None = None
    """The school year that begins in this calendar year, by the day of submission."""
    open_only: bool = True


@dataclass(frozen=True)
class Listed:
    """One page of the register and how many entries match (no further than MOST_COUNTED + 1)."""

    entries: Sequence[Entry]
    total: int


def list_register(session: Session, authority_id: int, search: Search, *, page: int = 1) -> Listed:
    """Return one page of the register, newest first: three statements whatever its length."""
    conditions = _conditions(authority_id, search)
    counted = sa.select(Submission.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(counted))
    query = entries_where(conditions).limit(PAGE).offset((page - 1) * PAGE)
    return Listed(
        read_entries(session, authority_id, query, open_only=search.open_only), total or 0
    )


def every_entry(session: Session, authority_id: int, search: Search) -> Iterator[Entry]:
    """Return all entries that match, newest first, read in pieces; at most MOST_EXPORTED."""
    conditions = _conditions(authority_id, search)
    piece = 5_000
    for start in range(0, MOST_EXPORTED, piece):
        query = entries_where(conditions).limit(piece).offset(start)
        found = read_entries(session, authority_id, query, open_only=search.open_only)
        yield from found
        session.expunge_all()
        if len(found) < piece:
            return


def find_entry(
    session: Session, authority_id: int, text: str, *, open_only: bool = True
) -> tuple[Entry, Sequence[Spoken]] | None:
    """Return the entry of a number as people type it, with all its decisions, or None."""
    number = parse_number(text[:LONGEST_QUERY])
    if number is None:
        return None
    conditions = [
        *_conditions(authority_id, Search(open_only=open_only)),
        Submission.number == str(number),
    ]
    row = session.execute(entries_where(conditions).limit(1)).first()
    if row is None:
        return None
    submission, version = row
    made = decisions_of(session, authority_id, [submission.id])[submission.id]
    return (
        entry_of(submission, version, made, open_only=open_only),
        spoken_of(submission, made, open_only=open_only),
    )


def teams(session: Session, authority_id: int) -> list[tuple[int, str]]:
    """Return the teams that may have submissions, by name: id and name with its organisation."""
    rows = session.execute(
        sa.select(Team.id, Team.name, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Team.authority_id == authority_id)
        .order_by(Team.name, Organisation.name, Team.id)
        .limit(500)
    ).all()
    return [(row.id, f"{row.name}, {row.organisation}") for row in rows]


def _conditions(authority_id: int, search: Search) -> list[sa.ColumnElement[bool]]:
    conditions = [Submission.authority_id == authority_id, Submission.number.is_not(None)]
    states = STATUSES[search.status] if search.status else frozenset(State) - {State.DRAFT}
    if search.open_only:
        states &= OPEN_BOOK
    conditions.append(Submission.state.in_(sorted(states)))
    if search.team_id is not None:
        conditions.append(Submission.team_id == search.team_id)
    if search.kind is not None:
        conditions.append(Submission.kind == search.kind)
    if search.year is not None:
        conditions += [
            Submission.submitted_at >= _september(search.year),
            Submission.submitted_at < _september(search.year + 1),
        ]
    query = " ".join(search.query.split())[:LONGEST_QUERY]
    number = parse_number(query)
    if number is not None:
        conditions.append(Submission.number == str(number))
    elif query:
        words = query.split()[:10]
        conditions += [
            sa.or_(
                Submission.title.icontains(word, autoescape=True),
                Submission.number.icontains(word, autoescape=True),
            )
            for word in words
        ]
        if search.open_only:  # what may not be read may not be guessed either
            conditions.append(Submission.withheld == "")
    return conditions


def _september(year: int) -> datetime:
    return datetime(year, 9, 1, tzinfo=clock.LOCAL)
