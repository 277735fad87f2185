"""The register of numbers: everything for the authority, and what the public may see of it."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Organisation, Team
from foundation import clock
from gatekeeping.masking import WITHHELD, is_withheld, masked, public_title
from gatekeeping.models import Decision, Kind, State, Submission, SubmissionVersion, Verb
from gatekeeping.moves import CURRENT
from gatekeeping.numbers import parse_number
from gatekeeping.paging import MOST_COUNTED
from gatekeeping.standings import LONGEST_QUERY, minutes_per_school
from gatekeeping.wording import DECIDED

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
INSIDE = frozenset({Verb.CHALLENGE, Verb.SUPPORT, Verb.ESCALATE, Verb.HAND_BACK, Verb.RETURN})
"""Decisions on the way; the register shows where the way led."""


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
class Spoken:
    """A decision as the register gives it: what, when and why, with nobody's name."""

    words: str
    on: date
    reason: str
    conditions: Sequence[str]


@dataclass(frozen=True)
class Entry:
    """One line of the register. Hours and money are of a year at all schools, in pence."""

    id: int
    number: str
    version: int
    title: str
    owner: str
    kind: Kind
    state: State
    track: str
    schools: int
    hours: float
    gross_pence: int
    minutes_per_school: int
    law: str
    expires_on: date | None
    submitted_on: date | None
    decision: Spoken | None


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
    query = _entries(conditions).limit(PAGE).offset((page - 1) * PAGE)
    return Listed(_read(session, authority_id, query, open_only=search.open_only), total or 0)


def every_entry(session: Session, authority_id: int, search: Search) -> Iterator[Entry]:
    """Return all entries that match, newest first, read in pieces; at most MOST_EXPORTED."""
    conditions = _conditions(authority_id, search)
    piece = 5_000
    for start in range(0, MOST_EXPORTED, piece):
        query = _entries(conditions).limit(piece).offset(start)
        found = _read(session, authority_id, query, open_only=search.open_only)
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
    row = session.execute(_entries(conditions).limit(1)).first()
    if row is None:
        return None
    submission, version = row
    spoken = _decisions(session, authority_id, [submission.id])[submission.id]
    hide = _names(submission, spoken)
    told = [_spoken(decision, submission, hide, open_only=open_only) for decision in spoken]
    return _entry(submission, version, spoken, open_only=open_only), told


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


def _entries(
    conditions: Sequence[sa.ColumnElement[bool]],
) -> sa.Select[tuple[Submission, SubmissionVersion]]:
    return (
        sa.select(Submission, SubmissionVersion)
        .join(
            SubmissionVersion,
            sa.and_(
                SubmissionVersion.submission_id == Submission.id,
                SubmissionVersion.version == Submission.version,
            ),
        )
        .where(*conditions)
        .options(
            joinedload(Submission.team),
            joinedload(Submission.organisation),
            joinedload(Submission.author),
        )
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
    )


def _read(
    session: Session,
    authority_id: int,
    query: sa.Select[tuple[Submission, SubmissionVersion]],
    *,
    open_only: bool,
) -> list[Entry]:
    rows = session.execute(query).all()
    decisions = _decisions(session, authority_id, [submission.id for submission, _ in rows])
    return [
        _entry(submission, version, decisions[submission.id], open_only=open_only)
        for submission, version in rows
    ]


def _decisions(
    session: Session, authority_id: int, ids: Sequence[int]
) -> dict[int, list[Decision]]:
    """Return the decisions of each submission, the newest first."""
    found: dict[int, list[Decision]] = {one: [] for one in ids}
    if not ids:
        return found
    rows = session.scalars(
        sa.select(Decision)
        .where(
            Decision.authority_id == authority_id,
            Decision.submission_id.in_(ids),
            Decision.verb.not_in(sorted(INSIDE)),
        )
        .options(joinedload(Decision.by), joinedload(Decision.terms))
        .order_by(Decision.at.desc(), Decision.id.desc())
    ).unique()
    for decision in rows:
        found[decision.submission_id].append(decision)
    return found


def _entry(
    submission: Submission,
    version: SubmissionVersion,
    decisions: Sequence[Decision],
    *,
    open_only: bool,
) -> Entry:
    hide = _names(submission, decisions)
    law = str(version.law.get("sentence", ""))
    organisation = submission.organisation.name
    decision = decisions[0] if decisions else None
    return Entry(
        id=submission.id,
        number=submission.number or "",
        version=submission.version,
        title=public_title(submission, hide) if open_only else submission.title,
        owner=f"{submission.team.name}, {organisation}" if submission.team else organisation,
        kind=submission.kind,
        state=submission.state,
        track=version.track.value,
        schools=version.schools,
        hours=sum(version.burden.get("hours", {}).values()),
        gross_pence=version.burden.get("gross_pence", 0),
        minutes_per_school=minutes_per_school(version),
        law=masked(law, hide) if open_only else law,
        expires_on=submission.expires_on,
        submitted_on=submission.submitted_at.date() if submission.submitted_at else None,
        decision=_spoken(decision, submission, hide, open_only=open_only) if decision else None,
    )


def _spoken(
    decision: Decision, submission: Submission, hide: Sequence[str], *, open_only: bool
) -> Spoken:
    reason = decision.reason
    terms = [term.text for term in decision.terms]
    if not terms and decision.conditions:
        terms = [decision.conditions]
    if open_only:
        if is_withheld(submission):
            reason, terms = WITHHELD[submission.withheld], []
        reason, terms = masked(reason, hide), [masked(term, hide) for term in terms]
    return Spoken(DECIDED[decision.verb], decision.at.date(), reason, terms)


def _names(submission: Submission, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Return everybody whose part in it the public need not know by name."""
    return submission.author.name, *(decision.by.name for decision in decisions)


def _september(year: int) -> datetime:
    return datetime(year, 9, 1, tzinfo=clock.LOCAL)
