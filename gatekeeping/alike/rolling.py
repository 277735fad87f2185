"""Small lists that together reach many schools: what is split is treated as one (K21)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import Audience, school_ids
from directory.models import Person, Team
from gatekeeping.alike.asked_before import NO_ROLLING, Rolling, SmallList
from gatekeeping.alike.index import nearest_sent
from gatekeeping.alike.likeness import WORDS_FROM, meaning_asked, read_in_full
from gatekeeping.asked import Asked
from gatekeeping.documents import AudienceWords, SubmissionDocument
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


def facts(session: Session, asked: Asked) -> Rolling:
    """Return the largest union over so many days that hold the send date, in about six statements.

    Only a small list is asked about, and only small ones are added: a large one has had the full
    track. Counted are those of the same team or author, and those with near-identical text,
    whoever sends them. The days end with the send date; when that is no large union, later lists
    that are in the register already are looked at too.
    """
    limit = asked.protocol.most_schools_without_gate
    if not 0 < asked.schools <= limit:
        return NO_ROLLING
    sent = asked.document.send_on or asked.today
    days = timedelta(days=max(0, asked.protocol.rolling_days - 1))
    rows = _small_lists(session, asked, sent - days, sent + days, limit)
    found = _united(session, asked, [row for row in rows if row.send_on <= sent], None)
    if found.schools > limit:
        return found
    later = max(
        {row.send_on for row in rows if row.send_on > sent},
        key=lambda last: sum(row.schools for row in rows if last - days <= row.send_on <= last),
        default=None,
    )
    if later is None:
        return found
    within = [row for row in rows if later - days <= row.send_on <= later]
    return _united(session, asked, within[:MOST_LISTS], later)


def _united(
    session: Session, asked: Asked, rows: Sequence[sa.Row[Any]], last: date | None
) -> Rolling:
    if not rows:
        return NO_ROLLING
    chosen = [asked.audience, *(_audience(row.audience) for row in rows)]
    union = sa.union(*(school_ids(asked.authority_id, audience) for audience in chosen))
    count = session.scalar(sa.select(sa.func.count()).select_from(union.subquery()))
    return Rolling(count or 0, tuple(_as_list(row) for row in rows), last)


def _small_lists(
    session: Session, asked: Asked, first: date, last: date, limit: int
) -> Sequence[sa.Row[tuple[Any, ...]]]:
    same = _same_people(asked.authority_id, asked.document)
    near = _near_identical(session, asked, first, last)
    if near:
        same.append(Submission.id.in_(near))
    if not same:
        return []
    within = (
        Submission.authority_id == asked.authority_id,
        Submission.submitted_at <= asked.at,
        Submission.schools.between(1, limit),
        Submission.state.not_in(NEVER_SENT),
        Submission.id != (asked.submission_id or 0),
        sa.or_(*same),
    )
    # First few, then their documents: reading all of them is what would cost.
    sent = asked.document.send_on or asked.today
    chosen = sa.union_all(
        *(
            sa.select(Submission.id)
            .where(*within, Submission.send_on.between(start, end))
            .order_by(Submission.send_on.desc(), Submission.id.desc())
            .limit(MOST_LISTS)
            .subquery()
            .select()
            for start, end in ((first, sent), (sent + timedelta(days=1), last))
        )
    ).subquery()
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


def _near_identical(session: Session, asked: Asked, first: date, last: date) -> list[int]:
    """Return the submissions of these days whose text is the same letter by letter, or nearly."""
    near = nearest_sent(
        session,
        asked.authority_id,
        meaning_asked(session, asked),
        first=first,
        last=last,
        at=asked.at,
        besides=asked.submission_id,
    )
    worth = [one for one in near if (one.comparison.parts.get("text") or 0.0) >= WORDS_FROM]
    worth.sort(key=lambda one: -(one.comparison.parts.get("text") or 0.0))
    return [
        one.near.submission_id
        for one in read_in_full(session, asked, worth[:MOST_LISTS])
        if one.text >= asked.protocol.alike_from
    ]


def _audience(stored: dict[str, Any]) -> Audience:
    return AudienceWords.model_validate(stored).as_audience()


def _as_list(row: sa.Row[tuple[Any, ...]]) -> SmallList:
    why = "the same text" if row.is_near else "the same team or author"
    return SmallList(row.id, row.number or "", row.schools, row.send_on, why)
