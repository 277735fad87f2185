"""Earlier submissions that are alike, with the schools that would get both (K10, K62)."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import school_ids
from foundation import clock
from foundation.dates import day
from gatekeeping.alike.comparing import Label
from gatekeeping.asked import Asked
from gatekeeping.asked_before import Earlier
from gatekeeping.likeness import Alike, earlier_alike
from gatekeeping.models import Kind

MOST_EARLIER = 5
"""How many the checks are told; a sixth would say nothing new."""


def facts(session: Session, asked: Asked) -> tuple[Earlier, ...]:
    """Return the likest earlier submissions, in about five statements."""
    alike = earlier_alike(session, asked)[:MOST_EARLIER]
    shared = _shared_schools(session, asked, alike)
    return tuple(_earlier(asked, other, count) for other, count in zip(alike, shared, strict=True))


def _earlier(asked: Asked, other: Alike, shared: int | None) -> Earlier:
    """Put together what the checks are told; near-identical text makes it as sure as it is."""
    compared, near, document = other.comparison, other.near, other.document
    score, label = compared.score, compared.label
    if _is_near_text(asked, other):
        score = max(score, other.text)
        label = Label.DUPLICATE if label is not Label.RENEWAL else label
    return Earlier(
        near.submission_id,
        near.number,
        near.title,
        score,
        shared,
        label.value,
        {**compared.parts, "letters": other.text},
        compared.shared_items,
        compared.says,
        other.text,
        _share(asked, other),
        document.period or day(document.as_at or clock.local_date(near.submitted_at)),
        label is Label.RENEWAL and _is_earlier(asked, other),
        other.is_recent,
    )


def _is_near_text(asked: Asked, other: Alike) -> bool:
    """Tell whether the letters alone make it the same.

    Two requests with the same text but for what they ask ("Year 6", "Year 11") are not.
    """
    if other.text < asked.protocol.alike_from or other.comparison.label is Label.RENEWAL:
        return False
    if asked.document.kind is Kind.COMMUNICATION or other.text == 1:
        return True
    return other.comparison.label is not Label.DIFFERENT or not other.near.meaning.things


def _share(asked: Asked, other: Alike) -> float:
    """Return the part of this document's items that the earlier one asks too."""
    every = max(len(asked.document.items), len(other.comparison.shared_items))
    return round(len(other.comparison.shared_items) / every, 4) if every else 0.0


def _is_earlier(asked: Asked, other: Alike) -> bool:
    """Tell whether the other was for an earlier time; where nothing tells, it was."""
    ours, theirs = asked.document, other.document
    now = ours.as_at or ours.send_on
    before = theirs.as_at or theirs.send_on
    return now is None or before is None or before <= now


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
