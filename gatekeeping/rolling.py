"""Small lists that together reach many schools: what is split is treated as one (K21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import Audience, school_ids
from directory.models import Person, Team
from gatekeeping.asked import Asked
from gatekeeping.documents import AudienceWords, SubmissionDocument
from gatekeeping.likeness import earlier_alike
from gatekeeping.models import IS_NEWEST, State, Submission, SubmissionVersion

MOST_LISTS = 40
"""So many small lists are added up, the newest first; forty make any union large."""
NEVER_SENT = (
    State.DRAFT,
    State.RETURNED,
    State.WITHDRAWN,
    State.REFUSED,
    State.LAPSED,
    State.REDIRECTED,
    State.MERGED,
)


@dataclass(frozen=True)
class SmallList:
    """Another submission to few schools within the window, and why it is counted."""

    submission_id: int
    number: str
    schools: int
    sent: date
    why: str


@dataclass(frozen=True)
class Rolling:
    """The union of this submission's schools with those of the others, each counted once."""

    schools: int = 0
    others: tuple[SmallList, ...] = ()


NO_ROLLING = Rolling()


def facts(session: Session, asked: Asked) -> Rolling:
    """Return the union over the days up to and including the send date, in three statements.

    Only a small list is asked about, and only small ones are added: a large one has had the full
    track. Counted are those of the same team or author, and those with near-identical text.
    """
    limit = asked.protocol.most_schools_without_gate
    if not 0 < asked.schools <= limit:
        return NO_ROLLING
    last = asked.document.send_on or asked.today
    rows = _small_lists(session, asked, last, limit)
    if not rows:
        return NO_ROLLING
    chosen = [asked.audience, *(_audience(row.audience) for row in rows)]
    union = sa.union(*(school_ids(asked.authority_id, audience) for audience in chosen))
    count = session.scalar(sa.select(sa.func.count()).select_from(union.subquery()))
    return Rolling(count or 0, tuple(_as_list(row) for row in rows))


def _small_lists(
    session: Session, asked: Asked, last: date, limit: int
) -> Sequence[sa.Row[tuple[Any, ...]]]:
    first = last - timedelta(days=max(0, asked.protocol.rolling_days - 1))
    same = _same_people(asked.authority_id, asked.document)
    near = _near_identical(session, asked)
    if near:
        same.append(Submission.id.in_(near))
    if not same:
        return []
    chosen = (  # first few, then their documents: reading all of them is what would cost
        sa.select(Submission.id)
        .where(
            Submission.authority_id == asked.authority_id,
            Submission.send_on.between(first, last),
            Submission.submitted_at <= asked.at,
            Submission.schools.between(1, limit),
            Submission.state.not_in(NEVER_SENT),
            Submission.id != (asked.submission_id or 0),
            sa.or_(*same),
        )
        .order_by(Submission.send_on.desc(), Submission.id.desc())
        .limit(MOST_LISTS)
        .subquery()
    )
    return session.execute(
        sa.select(
            Submission.id,
            Submission.number,
            Submission.schools,
            Submission.send_on,
            SubmissionVersion.document["audience"].label("audience"),
            Submission.id.in_(near).label("is_near"),
        )
        .join(chosen, chosen.c.id == Submission.id)
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .where(Submission.authority_id == asked.authority_id)
        .order_by(Submission.send_on.desc(), Submission.id.desc())
    ).all()


def _same_people(authority_id: int, document: SubmissionDocument) -> list[sa.ColumnElement[bool]]:
    """Return the conditions by which a submission is of the same team or author."""
    found: list[sa.ColumnElement[bool]] = []
    if document.team.strip():
        teams = sa.select(Team.id).where(
            Team.authority_id == authority_id,
            sa.func.lower(Team.name) == document.team.strip().lower(),
        )
        found.append(Submission.team_id.in_(teams))
    if document.author.strip():
        authors = sa.select(Person.id).where(
            Person.authority_id == authority_id,
            Person.email == document.author.strip().lower(),
        )
        found.append(Submission.author_id.in_(authors))
    return found


def _near_identical(session: Session, asked: Asked) -> list[int]:
    alike = earlier_alike(
        session,
        asked.authority_id,
        asked.document,
        at=asked.at,
        besides=asked.submission_id,
        protocol=asked.protocol,
    )
    return [other.submission_id for other in alike if other.text >= asked.protocol.alike_from]


def _audience(stored: dict[str, Any]) -> Audience:
    return AudienceWords.model_validate(stored).as_audience()


def _as_list(row: sa.Row[tuple[Any, ...]]) -> SmallList:
    why = "the same text" if row.is_near else "the same team or author"
    return SmallList(row.id, row.number or "", row.schools, row.send_on, why)
