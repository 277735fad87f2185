"""Earlier submissions that are alike, with the schools that would get both (K10, K62)."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import school_ids
from foundation.dates import day
from gatekeeping.alike_parts import period_likeness, together
from gatekeeping.asked import Asked
from gatekeeping.findings import Earlier
from gatekeeping.likeness import Alike, earlier_alike

MOST_EARLIER = 5
"""How many are looked at in full; a sixth would say nothing new."""


def facts(session: Session, asked: Asked) -> tuple[Earlier, ...]:
    """Return the likest earlier submissions, in two statements."""
    alike = earlier_alike(
        session,
        asked.authority_id,
        asked.document,
        at=asked.at,
        besides=asked.submission_id,
        protocol=asked.protocol,
    )[:MOST_EARLIER]
    shared = _shared_schools(session, asked, alike)
    return tuple(_earlier(asked, other, count) for other, count in zip(alike, shared, strict=True))


def _earlier(asked: Asked, other: Alike, shared: int | None) -> Earlier:
    """Put the parts together. Near-identical text is enough alone; else what is asked weighs."""
    parts = {
        "text": other.text,
        "items": round(other.items.share, 4),
        "schools": 0.5
        if shared is None
        else round(shared / asked.schools, 4)
        if asked.schools
        else 0.0,
        "period": period_likeness(asked.document, other.document),
    }
    near_text = other.text >= asked.protocol.alike_from
    document = other.document
    return Earlier(
        other.submission_id,
        other.number,
        other.title,
        other.text if near_text else together(parts),
        shared,
        parts,
        other.items.names,
        document.period or (day(document.as_at) if document.as_at else day(other.sent)),
        other.is_round,
        other.is_recent,
    )


def _shared_schools(session: Session, asked: Asked, alike: Sequence[Alike]) -> list[int | None]:
    """Count, in one statement, the schools that would get both; None where theirs are unknown."""
    theirs = [other.document.audience.as_audience() for other in alike]
    known = [audience for audience in theirs if not audience.is_empty]
    if not known or not asked.schools:
        return [None if audience.is_empty else 0 for audience in theirs]
    ours = school_ids(asked.authority_id, asked.audience)
    counts = [
        sa.select(sa.func.count())
        .select_from(sa.intersect(ours, school_ids(asked.authority_id, audience)).subquery())
        .scalar_subquery()
        for audience in known
    ]
    found = iter(session.execute(sa.select(*counts)).one())
    return [None if audience.is_empty else next(found) for audience in theirs]
