"""How the queue may be narrowed, and how many entries each choice would show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Organisation, Team
from gatekeeping.models import (
    IS_NEWEST,
    Condition,
    Decision,
    SchoolChallenge,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)

S = State
IS_EMERGENCY = Submission.track == Track.EMERGENCY
FREE = (S.TRIAGE, S.IN_REVIEW)
OPEN = (*FREE, S.CHALLENGED, S.ESCALATED, S.APPROVED_COND, S.EMERGENCY_RELEASED, S.AFTER_REVIEW)
"""States in which somebody of the gate, or an officer, has something to do."""

SHOWS: Mapping[str, str] = {
    "waiting": "To decide",
    "mine": "Mine",
    "second": "Second look needed",
    "overdue": "Overdue",
    "asked": "Questions asked",
    "conditions": "Conditions to confirm",
    "escalated": "With the executive",
}
"""The views of the queue, in their order, for gatekeepers."""

EXECUTIVE_SHOWS: Mapping[str, str] = {
    "executive": "For you to decide",
    "overdue": "Overdue",
    "waiting": "With the gatekeepers",
    "asked": "Questions asked",
}
"""The same for the senior executive and the deputy."""

EACH = sa.func.count()
KEY = 60  # longer keys name nothing
Conditions = list[sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Filters:
    """What was chosen; empty words narrow nothing. ``who`` is a team ("t7") or a partner ("o3")."""

    show: str = "waiting"
    track: str = ""
    rule: str = ""
    who: str = ""
    category: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str], shows: Mapping[str, str]) -> "Filters":
        """Read the query string of the page; what makes no sense narrows nothing."""
        show = args.get("show", "")
        track = args.get("track", "")
        who = args.get("who", "")[:KEY]
        return cls(
            show=show if show in shows else next(iter(shows)),
            track=track if track in set(Track) else "",
            rule=args.get("rule", "")[:4],
            who=who if who[:1] in {"t", "o"} and who[1:].isdecimal() and len(who) < 19 else "",  # noqa: PLR2004
            category=args.get("category", "")[:KEY],
        )

    @property
    def narrows(self) -> bool:
        """Tell whether anything beside the view was chosen."""
        return bool(self.track or self.rule or self.who or self.category)


@dataclass(frozen=True)
class Choice:
    """One value of a filter with its words and how many entries it would show."""

    key: str
    words: str
    count: int


@dataclass(frozen=True)
class Facets:
    """Every filter with its choices; ``links`` counts what has a page of its own."""

    shows: Mapping[str, int]
    links: Mapping[str, int]
    choices: Mapping[str, Sequence[Choice]]


def shown(authority_id: int, show: str, *, by: int, at: datetime) -> Conditions:
    """Return the conditions of a view of the queue for this person."""
    return [Submission.authority_id == authority_id, *_views(by, at)[show]]


def narrowed(session: Session, filters: Filters) -> Conditions:
    """Return the conditions of everything that was chosen beside the view."""
    conditions: Conditions = []
    if filters.track:
        conditions.append(Submission.track == Track(filters.track))
    if filters.rule:
        conditions.append(_found_by(filters.rule))
    if filters.who:
        key = int(filters.who[1:])
        if filters.who[0] == "t":
            conditions.append(Submission.team_id == key)
        else:
            conditions += [Submission.organisation_id == key, Submission.team_id.is_(None)]
    if filters.category:
        slugs = _slugs(session)
        conditions.append(
            sa.exists(sa.select(1).select_from(slugs)).where(slugs.c.value == filters.category)
        )
    return conditions


def facets(
    session: Session, authority_id: int, filters: Filters, *, by: int, at: datetime
) -> Facets:
    """Count every choice: two statements, over what is open alone."""
    counts = session.execute(_counts(session, authority_id, by, at)).one()._asdict()
    links = {name: int(counts.pop(name) or 0) for name in ("emergencies", "challenges")}
    conditions = shown(authority_id, filters.show, by=by, at=at)
    choices: dict[str, list[Choice]] = {}
    for kind, key, words, count in session.execute(_choices(session, conditions)):
        choices.setdefault(kind, []).append(Choice(str(key), words, count))
    return Facets({name: int(count or 0) for name, count in counts.items()}, links, choices)


def _views(by: int, at: datetime) -> dict[str, Conditions]:
    state = Submission.state
    return {
        "waiting": [state.in_(FREE)],
        "mine": [state.in_([S.IN_REVIEW, S.CHALLENGED]), Submission.claimed_by_id == by],
        "second": [state.in_(FREE), Submission.track == Track.HIGH, _supported()],
        "overdue": [state.in_([*FREE, S.ESCALATED]), Submission.state_due_at < at],
        "asked": [state == S.CHALLENGED],
        "conditions": [state == S.APPROVED_COND, _to_confirm()],
        "escalated": [state == S.ESCALATED],
        "executive": [
            state.in_([*FREE, S.ESCALATED]),
            sa.or_(state == S.ESCALATED, IS_EMERGENCY),
        ],
    }


def _counts(session: Session, authority_id: int, by: int, at: datetime) -> sa.Select[Any]:
    challenges = sa.select(sa.func.count()).where(
        SchoolChallenge.authority_id == authority_id, SchoolChallenge.answered_at.is_(None)
    )
    emergency = sa.and_(IS_EMERGENCY, Submission.state != S.APPROVED_COND)
    views = {name: sa.and_(*conditions) for name, conditions in _views(by, at).items()}
    is_open: sa.ColumnElement[bool] = Submission.state.in_(OPEN)
    if session.get_bind().dialect.name == "sqlite":
        # It takes all states for equally frequent and would read the whole register.
        is_open = sa.func.unlikely(is_open)
    return sa.select(
        *(_number(condition).label(name) for name, condition in views.items()),
        _number(emergency).label("emergencies"),
        challenges.scalar_subquery().label("challenges"),
    ).where(Submission.authority_id == authority_id, is_open)


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _choices(session: Session, conditions: Conditions) -> sa.CompoundSelect[Any]:
    def each(kind: str, key: Any, words: Any, count: Any = EACH) -> sa.Select[Any]:
        columns = (sa.literal(kind).label("kind"), key.label("key"), words.label("words"))
        return sa.select(*columns, count.label("count")).select_from(Submission)

    slugs = _slugs(session)
    team = sa.literal("t").concat(sa.cast(Submission.team_id, sa.String))
    partner = sa.literal("o").concat(sa.cast(Submission.organisation_id, sa.String))
    found = sa.func.count(sa.distinct(Submission.id))
    title = sa.func.min(StoredFinding.title)
    return sa.union_all(
        each("track", sa.cast(Submission.track, sa.String), sa.literal(""))
        .where(*conditions)
        .group_by(Submission.track),
        each("who", team, Team.name)
        .join(Team, Team.id == Submission.team_id)
        .where(*conditions)
        .group_by(Submission.team_id, Team.name),
        each("who", partner, Organisation.name)
        .join(Organisation, Organisation.id == Submission.organisation_id)
        .where(*conditions, Submission.team_id.is_(None))
        .group_by(Submission.organisation_id, Organisation.name),
        each("rule", StoredFinding.rule, title, found)
        .join(SubmissionVersion, IS_NEWEST)
        .join(StoredFinding, StoredFinding.version_id == SubmissionVersion.id)
        .where(*conditions)
        .group_by(StoredFinding.rule),
        each("category", slugs.c.value, sa.literal(""), found)
        .join(slugs, sa.true())
        .where(*conditions)
        .group_by(slugs.c.value),
    ).order_by("kind", "words", "key")


def _slugs(session: Session) -> Any:
    """Return the categories of a submission as rows of one column, ``value``."""
    if session.get_bind().dialect.name == "postgresql":
        listed = Submission.document["categories"]
        return sa.func.jsonb_array_elements_text(listed).table_valued("value").lateral()
    return sa.func.json_each(Submission.document, "$.categories").table_valued("value")


def _found_by(rule: str) -> sa.Exists:
    return (
        sa.exists()
        .where(StoredFinding.version_id == SubmissionVersion.id, StoredFinding.rule == rule)
        .where(IS_NEWEST)
        .correlate(Submission)
    )


def _supported() -> sa.Exists:
    return (
        sa.exists()
        .where(
            Decision.submission_id == Submission.id,
            Decision.version_id == SubmissionVersion.id,
            Decision.verb == Verb.SUPPORT,
            IS_NEWEST,
        )
        .correlate(Submission)
    )


def _to_confirm() -> sa.ColumnElement[bool]:
    """Tell whether one is said to be met, or all are confirmed and it waits for a yes."""
    unmet = sa.exists().where(Condition.submission_id == Submission.id, Condition.met_at.is_(None))
    return sa.or_(
        unmet.where(Condition.done_at.is_not(None)),
        ~unmet.where(Condition.before_sending.is_(True)),
    )
