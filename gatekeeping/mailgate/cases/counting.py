"""How much mail went round the gate, by team and month; what the gateway looked at.

Counted from the cases as they are stored, so that nothing is kept beside them. A case counts in the
month in which it came, under where it stands now.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Membership, Role
from foundation import clock
from gatekeeping.mailgate.policy import Why
from gatekeeping.models.mailgate import BypassCase, CaseKind, CaseState, MailTally
from gatekeeping.registry.figures import months_up_to, next_month

MONTHS: Final = 12
MOST_GROUPS: Final = 20_000
MOST_TEAMS: Final = 100
MOST_CASES: Final = 200
A_YEAR: Final = timedelta(days=365)
NO_TEAM: Final = "No team known"

COUNTED: Final[Mapping[str, str]] = {
    "held": "Held",
    "seen": "Seen",
    "reported": "Reported",
    "run": "One by one",
    "released": "Released once",
    "routed": "Through the portal",
    "withdrawn": "Withdrawn",
    "refused": "Returned or refused",
}
"""What is counted: the first four are how a case came, the rest what became of it."""
_ENDS: Final[Mapping[CaseState, str]] = {
    CaseState.RELEASING: "released",
    CaseState.RELEASED: "released",
    CaseState.DRAFTED: "routed",
    CaseState.ROUTED: "routed",
    CaseState.WITHDRAWN: "withdrawn",
    CaseState.RETURNED: "refused",
    CaseState.REFUSED: "refused",
}
LOOKED: Final[Sequence[tuple[str, frozenset[Why]]]] = (
    ("To one school or none: only counted, never read", frozenset({Why.ONE_SCHOOL})),
    ("To so few schools that it needs no gate", frozenset({Why.FEW})),
    ("Under a live number", frozenset({Why.NUMBER})),
    ("Held or seen: to too many schools", frozenset({Why.MANY, Why.BAD_NUMBER})),
    ("Held or seen: together with earlier mail to too many", frozenset({Why.SPLIT})),
    ("Exempt: about one child", frozenset({Why.CASEWORK})),
    ("Exempt: a reply to a school", frozenset({Why.REPLY})),
    ("Exempt: an automatic reply", frozenset({Why.AUTOMATIC})),
    ("Exempt: mail that came back", frozenset({Why.BOUNCE})),
    ("Exempt: an answer to an invitation", frozenset({Why.CALENDAR})),
    ("Exempt: the portal’s own mail", frozenset({Why.OURS})),
)
"""What the gateway saw, in words, and the reasons that count there."""

Counts = Mapping[str, int]


@dataclass(frozen=True)
class ByTeam:
    """The counts of twelve months, the oldest first, and of each team, the most first.

    ``cut_off`` is how many teams are not shown.
    """

    months: Sequence[tuple[date, Counts]]
    teams: Sequence[tuple[str, Counts]]
    rows: Sequence[tuple[date, str, Counts]]
    cut_off: int = 0

    @property
    def total(self) -> int:
        """Return how many cases there were."""
        return sum(came(counts) for _, counts in self.months)


@dataclass(frozen=True)
class Looked:
    """How many messages the gateway saw in this month and the one before, by what they were."""

    months: tuple[date, date]
    rows: Sequence[tuple[str, int, int]]


@dataclass(frozen=True)
class OneCase:
    """A case as the head of its team sees it: nothing that the message said, and not who sent it.

    ``is_repeat`` tells that the team had so many within the year before.
    """

    at: datetime
    team: str
    kind: CaseKind
    state: CaseState
    schools: int
    is_repeat: bool


@dataclass(frozen=True)
class Led:
    """The teams in which people report to somebody: by id, with their names."""

    teams: Mapping[int, str]

    def __bool__(self) -> bool:
        """Tell whether anybody reports to them."""
        return bool(self.teams)


def came(counts: Counts) -> int:
    """Return how many cases these counts stand for."""
    return counts["held"] + counts["seen"] + counts["reported"] + counts["run"]


def led_by(session: Session, authority_id: int, person_id: int) -> Led:
    """Return the teams of the officers who report to this person: one statement."""
    rows = session.scalars(
        sa.select(Membership)
        .where(
            Membership.authority_id == authority_id,
            Membership.manager_id == person_id,
            Membership.role == Role.OFFICER,
            Membership.ended_at.is_(None),
            Membership.team_id.is_not(None),
        )
        .options(joinedload(Membership.team))
        .order_by(Membership.id)
        .limit(MOST_TEAMS)
    )
    return Led({row.team.id: row.team.name for row in rows if row.team is not None})


def by_team(
    session: Session, authority_id: int, *, at: datetime, teams: Led | None = None
) -> ByTeam:
    """Count twelve months by team and month: one statement. ``teams`` narrows it to those."""
    firsts = months_up_to(clock.local_date(at), MONTHS)[::-1]
    starts = [_midnight(first) for first in [*firsts, next_month(firsts[-1])]]
    month = sa.case(
        *(
            (sa.and_(BypassCase.received_at >= begin, BypassCase.received_at < end), place)
            for place, (begin, end) in enumerate(pairwise(starts))
        )
    ).label("month")
    conditions = [
        BypassCase.authority_id == authority_id,
        BypassCase.received_at >= starts[0],
        BypassCase.received_at < starts[-1],
    ]
    if teams is not None:
        conditions.append(BypassCase.team_id.in_(sorted(teams.teams)))
    is_run = (BypassCase.why == Why.RUN.value).label("is_run")
    inner = (
        sa.select(BypassCase.team, BypassCase.kind, BypassCase.state, month, is_run)
        .where(*conditions)
        .subquery()
    )
    groups = (inner.c.month, inner.c.team, inner.c.kind, inner.c.state, inner.c.is_run)
    rows = session.execute(
        sa.select(*groups, sa.func.count()).group_by(*groups).order_by(*groups).limit(MOST_GROUPS)
    ).all()
    found: dict[tuple[int, str], Counter[str]] = {}
    for place, team, kind, state, one_by_one, count in rows:
        counts = found.setdefault((place, team or NO_TEAM), Counter())
        counts["run" if one_by_one else kind.value] += count
        if state in _ENDS:
            counts[_ENDS[state]] += count
    return _arranged(firsts, found)


def _arranged(firsts: Sequence[date], found: Mapping[tuple[int, str], Counter[str]]) -> ByTeam:
    months = [Counter[str]() for _ in firsts]
    teams: dict[str, Counter[str]] = {}
    for (place, team), counts in found.items():
        months[place] += counts
        teams[team] = teams.get(team, Counter()) + counts
    ranked = sorted(teams.items(), key=lambda one: (-came(one[1]), one[0].casefold()))
    return ByTeam(
        months=list(zip(firsts, months, strict=True)),
        teams=ranked[:MOST_TEAMS],
        rows=[(firsts[place], team, counts) for (place, team), counts in sorted(found.items())],
        cut_off=max(len(ranked) - MOST_TEAMS, 0),
    )


def looked_at(session: Session, authority_id: int, *, at: datetime) -> Looked:
    """Return what the gateway saw in this month and the last: one statement."""
    this, last = months_up_to(clock.local_date(at), 2)
    sums = [
        sa.func.sum(sa.case((condition, MailTally.messages), else_=0))
        for condition in (MailTally.on >= this, MailTally.on < this)
    ]
    rows = session.execute(
        sa.select(MailTally.what, *sums)
        .where(
            MailTally.authority_id == authority_id,
            MailTally.on >= last,
            MailTally.on < next_month(this),
        )
        .group_by(MailTally.what)
        .order_by(MailTally.what)
    ).all()
    known = {what: (int(now or 0), int(before or 0)) for what, now, before in rows}
    lines = []
    for words, reasons in LOOKED:
        pairs = [known.get(reason.value, (0, 0)) for reason in reasons]
        lines.append((words, sum(now for now, _ in pairs), sum(before for _, before in pairs)))
    return Looked((this, last), lines)


def cases_of(
    session: Session, authority_id: int, led: Led, *, at: datetime, repeats: int
) -> list[OneCase]:
    """Return the newest cases of these teams within a year, two hundred at most: one statement.

    From the ``repeats``-th held or seen message of a team within a year on it is a repeat; what
    went to one school after the other is none, because it may be casework.
    """
    rows = session.execute(
        sa.select(
            BypassCase.received_at,
            BypassCase.team_id,
            BypassCase.kind,
            BypassCase.state,
            BypassCase.schools,
            BypassCase.why,
        )
        .where(
            BypassCase.authority_id == authority_id,
            BypassCase.team_id.in_(sorted(led.teams)),
            BypassCase.received_at > at - A_YEAR,
        )
        .order_by(BypassCase.received_at.desc(), BypassCase.id.desc())
        .limit(MOST_CASES)
    ).all()
    so_far: Counter[int] = Counter()
    found = []
    for row in reversed(rows):
        is_counted = row.kind is not CaseKind.REPORTED and row.why != Why.RUN.value
        so_far[row.team_id] += is_counted
        is_repeat = is_counted and so_far[row.team_id] >= repeats
        team = led.teams[row.team_id]
        found.append(OneCase(row.received_at, team, row.kind, row.state, row.schools, is_repeat))
    return found[::-1]


def _midnight(first: date) -> datetime:
    return datetime.combine(first, time(), clock.LOCAL)
