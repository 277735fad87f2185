"""How long requests of the same kind and category usually take at a school (K60)."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from gatekeeping.asked import Asked
from gatekeeping.burden import at_the_busiest
from gatekeeping.documents import Effort
from gatekeeping.models import Kind, State, Submission, SubmissionVersion

YEAR = timedelta(days=365)
SAMPLE = 300
"""The newest of the past year stand for all of them."""
FEWEST = 5
"""Fewer than this are no family."""
_NOT_LIKE_OTHERS = (State.DRAFT, State.RETURNED, State.WITHDRAWN, State.REFUSED)


@dataclass(frozen=True)
class Family:
    """How many there were, and the median of their minutes at one school in one round."""

    size: int = 0
    median_minutes: Fraction = Fraction(0)


NO_FAMILY = Family()


def facts(session: Session, asked: Asked) -> Family:
    """Return the family of a data request with a category and minutes: one statement, or none."""
    document = asked.document
    if document.kind is not Kind.DATA_REQUEST or not document.categories:
        return NO_FAMILY
    if not any(effort.minutes.total for effort in document.effort):
        return NO_FAMILY
    chosen = set(document.categories)
    rows = session.execute(
        sa.select(
            SubmissionVersion.document["categories"].label("categories"),
            SubmissionVersion.document["effort"].label("effort"),
        )
        .join(
            Submission,
            sa.and_(
                Submission.id == SubmissionVersion.submission_id,
                Submission.version == SubmissionVersion.version,
            ),
        )
        .where(
            Submission.authority_id == asked.authority_id,
            Submission.kind == Kind.DATA_REQUEST,
            Submission.submitted_at > asked.at - YEAR,
            Submission.submitted_at <= asked.at,
            Submission.state.not_in(_NOT_LIKE_OTHERS),
            Submission.id != (asked.submission_id or 0),
        )
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
        .limit(SAMPLE)
    )
    minutes = [
        total for row in rows if chosen & set(row.categories) if (total := _minutes(row.effort))
    ]
    return Family(len(minutes), Fraction(median(minutes))) if minutes else NO_FAMILY


def _minutes(stored: list[dict[str, Any]]) -> int:
    efforts = [Effort.model_validate(each) for each in stored]
    return sum(effort.people * effort.minutes.total for effort in at_the_busiest(efforts))
