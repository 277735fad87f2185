"""Earlier submissions that are alike, with the schools that would get both (K10, K62)."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import school_ids
from gatekeeping.asked import Asked
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Earlier
from gatekeeping.likeness import Alike, earlier_alike

MOST_EARLIER = 3
"""How many near-identical submissions are named; a fourth would say nothing new."""


def facts(session: Session, asked: Asked) -> tuple[Earlier, ...]:
    """Return the likest earlier submissions, in two statements."""
    alike = earlier_alike(
        session,
        asked.authority_id,
        asked.document,
        at=asked.at,
        besides=asked.submission_id,
        protocol=asked.protocol,
    )
    return _with_shared_schools(session, asked, alike[:MOST_EARLIER])


def _with_shared_schools(
    session: Session, asked: Asked, alike: Sequence[Alike]
) -> tuple[Earlier, ...]:
    """Count, in one statement, the schools that would get both."""
    if not alike:
        return ()
    ours = school_ids(asked.authority_id, asked.audience)
    counts = [
        sa.select(sa.func.count())
        .select_from(
            sa.intersect(
                ours,
                school_ids(
                    asked.authority_id,
                    SubmissionDocument.read(other.document).audience.as_audience(),
                ),
            ).subquery()
        )
        .scalar_subquery()
        for other in alike
    ]
    shared = session.execute(sa.select(*counts)).one()
    return tuple(
        Earlier(other.submission_id, other.number, other.title, other.score, count)
        for other, count in zip(alike, shared, strict=True)
    )
