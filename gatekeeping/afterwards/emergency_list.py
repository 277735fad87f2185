"""Reading emergencies: the list with what each waits for, and one of them with its least facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.audience import school_ids
from directory.models import School
from foundation.errors import NotFoundError
from foundation.paging import MOST_COUNTED
from gatekeeping.afterwards.emergencies import RELEASED, WAITING
from gatekeeping.deciding.dossier import find_submission
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Decision, State, Submission, SubmissionVersion, Track, Verb

PAGE = 25
MOST_NAMED = 30
UNDER_REVIEW = frozenset({State.EMERGENCY_RELEASED, State.AFTER_REVIEW})
SHOWN: Mapping[str, frozenset[State]] = {
    "waiting": WAITING,
    "review": UNDER_REVIEW,
    "ended": (RELEASED - UNDER_REVIEW) | {State.EXPIRED},
}
"""Each part of the list: to release, to review, what was reviewed."""
IS_EMERGENCY = Submission.track == sa.literal_column(f"'{Track.EMERGENCY.value}'")
"""Written out, because the index of emergencies is only found by the very words."""


@dataclass(frozen=True)
class Listed:
    """One page of a part of the list, how many match, and how many each part has."""

    rows: Sequence[Submission]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Emergency:
    """An emergency with the least that releasing and reviewing it need."""

    submission: Submission
    version: SubmissionVersion
    document: SubmissionDocument
    schools: Sequence[str]
    """Names of the schools it asks, by name, ``MOST_NAMED`` at most."""


def list_emergencies(
    session: Session, authority_id: int, *, show: str = "waiting", page: int = 1
) -> Listed:
    """Return one page: those that wait oldest first, others newest first. Four statements."""
    oldest = show != "ended"
    order = Submission.submitted_at if oldest else Submission.submitted_at.desc()
    rows = session.scalars(
        sa.select(Submission)
        .where(*_conditions(authority_id, show))
        .options(joinedload(Submission.team), joinedload(Submission.organisation))
        .order_by(order, Submission.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    counts = {name: _count(session, authority_id, name) for name in SHOWN}
    return Listed(rows, counts[show], counts)


def find_emergency(session: Session, authority_id: int, submission_id: int) -> Emergency:
    """Return an emergency, also one that was judged as ordinary since: two statements.

    NotFoundError for anything else.
    """
    submission, version = find_submission(session, authority_id, submission_id)
    if Track.EMERGENCY not in {submission.track, version.track}:
        raise NotFoundError
    document = SubmissionDocument.read(version.document)
    names = session.scalars(
        sa.select(School.name)
        .where(
            School.authority_id == authority_id,
            School.id.in_(school_ids(authority_id, document.audience.as_audience())),
        )
        .order_by(School.name, School.id)
        .limit(MOST_NAMED)
    ).all()
    return Emergency(submission, version, document, names)


def steps_of(session: Session, submission: Submission) -> Sequence[Decision]:
    """Return what was decided about an emergency, in order, with who decided: one statement."""
    return session.scalars(
        sa.select(Decision)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
            Decision.verb != Verb.CHALLENGE,
        )
        .options(joinedload(Decision.by))
        .order_by(Decision.at, Decision.id)
        .limit(MOST_NAMED)
    ).all()


def _conditions(authority_id: int, show: str) -> list[sa.ColumnElement[bool]]:
    return [
        Submission.authority_id == authority_id,
        IS_EMERGENCY,
        Submission.state.in_(SHOWN[show]),
    ]


def _count(session: Session, authority_id: int, show: str) -> int:
    counted = (
        sa.select(Submission.id).where(*_conditions(authority_id, show)).limit(MOST_COUNTED + 1)
    ).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0
