"""Reading schools' challenges: the gate's list, one of them, those of a school about an item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from foundation.errors import NotFoundError
from foundation.paging import MOST_COUNTED
from gatekeeping.editions import protocol_of
from gatekeeping.models import SchoolChallenge, Submission, SubmissionVersion

PAGE = 25
SHOWN = ("open", "raised", "answered")


@dataclass(frozen=True)
class Listed:
    """One page of challenges, how many match, and how many each part of the list has."""

    rows: Sequence[SchoolChallenge]
    total: int
    counts: Mapping[str, int]
    raised: frozenset[int]
    """The submissions that enough schools challenge to raise it to the executive."""


def of_school(
    session: Session, authority_id: int, version_id: int, school_id: int
) -> Sequence[SchoolChallenge]:
    """Return what a school said about a version and what was answered, newest first."""
    return session.scalars(
        sa.select(SchoolChallenge)
        .join(
            SubmissionVersion,
            sa.and_(
                SubmissionVersion.submission_id == SchoolChallenge.submission_id,
                SubmissionVersion.version == SchoolChallenge.version,
            ),
        )
        .where(
            SchoolChallenge.authority_id == authority_id,
            SubmissionVersion.id == version_id,
            SchoolChallenge.school_id == school_id,
        )
        .options(joinedload(SchoolChallenge.by))
        .order_by(SchoolChallenge.at.desc(), SchoolChallenge.id.desc())
        .limit(PAGE)
    ).all()


def find_challenge(session: Session, authority_id: int, challenge_id: int) -> SchoolChallenge:
    """Return a challenge with its submission, school and people; NotFoundError when none."""
    found = session.scalars(
        sa.select(SchoolChallenge)
        .where(SchoolChallenge.authority_id == authority_id, SchoolChallenge.id == challenge_id)
        .options(
            joinedload(SchoolChallenge.submission).options(
                joinedload(Submission.author),
                joinedload(Submission.team),
                joinedload(Submission.organisation),
            ),
            joinedload(SchoolChallenge.school),
            joinedload(SchoolChallenge.by),
            joinedload(SchoolChallenge.answered_by),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_challenges(
    session: Session, authority_id: int, *, show: str = "open", page: int = 1
) -> Listed:
    """Return one page of challenges: open and raised ones oldest first, answered newest first.

    Six statements whatever the length.
    """
    least = protocol_of(session, authority_id).challenges_raised
    conditions = _conditions(authority_id, show, least)
    newest = show == "answered"
    order = (
        (SchoolChallenge.answered_at.desc(), SchoolChallenge.id.desc())
        if newest
        else (SchoolChallenge.at, SchoolChallenge.id)
    )
    rows = session.scalars(
        sa.select(SchoolChallenge)
        .where(*conditions)
        .options(joinedload(SchoolChallenge.submission), joinedload(SchoolChallenge.school))
        .order_by(*order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    counts = {name: _count(session, _conditions(authority_id, name, least)) for name in SHOWN}
    raised = session.scalars(_raised(authority_id, least)).all()
    return Listed(rows, counts[show], counts, frozenset(raised))


def _conditions(authority_id: int, show: str, least: int = 0) -> list[sa.ColumnElement[bool]]:
    answered = SchoolChallenge.answered_at
    conditions = [SchoolChallenge.authority_id == authority_id]
    conditions.append(answered.is_not(None) if show == "answered" else answered.is_(None))
    if show == "raised":
        conditions.append(SchoolChallenge.submission_id.in_(_raised(authority_id, least)))
    return conditions


def _raised(authority_id: int, least: int) -> sa.Select[tuple[int]]:
    return (
        sa.select(SchoolChallenge.submission_id)
        .where(SchoolChallenge.authority_id == authority_id, SchoolChallenge.answered_at.is_(None))
        .group_by(SchoolChallenge.submission_id)
        .having(sa.func.count(SchoolChallenge.school_id.distinct()) >= least)
        .order_by(SchoolChallenge.submission_id)
        .limit(MOST_COUNTED)
    )


def _count(session: Session, conditions: Sequence[sa.ColumnElement[bool]]) -> int:
    counted = sa.select(SchoolChallenge.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0
