"""Earlier submissions that are alike, with the schools that would get both (K10, K62)."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audience import school_ids
from foundation import clock
from foundation.dates import day
from gatekeeping.alike.asked_before import Earlier
from gatekeeping.alike.comparing import Label
from gatekeeping.alike.likeness import Alike, earlier_alike, meaning_asked
from gatekeeping.alike.sharing import Shared, shared_things
from gatekeeping.asked import Asked
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind
from gatekeeping.registry.masking import masked, title_outside, withheld_because

MOST_EARLIER = 5
"""How many the checks are told; a sixth would say nothing new."""


def facts(session: Session, asked: Asked) -> tuple[Earlier, ...]:
    """Return the likest earlier submissions, in about five statements."""
    alike = earlier_alike(session, asked)[:MOST_EARLIER]
    if not alike:
        return ()
    counts = _shared_schools(session, asked, alike)
    ours = meaning_asked(session, asked)
    return tuple(
        _earlier(asked, other, count, shared_things(ours, other.near.meaning))
        for other, count in zip(alike, counts, strict=True)
    )


def _earlier(
    asked: Asked, other: Alike, schools: int | None, shared: tuple[Shared, ...]
) -> Earlier:
    """Put together what the checks are told; near-identical text makes it as sure as it is."""
    compared, near, document = other.comparison, other.near, other.document
    score, label = compared.score, compared.label
    if _is_near_text(asked, other):
        score = max(score, other.text)
        label = Label.DUPLICATE if label is not Label.RENEWAL else label
    if _is_elsewhere(asked.document, document):
        shared = tuple(_as_outside(each, document) for each in shared)
        title = title_outside(near.title, document, near.state)
    else:
        title = near.title
    return Earlier(
        near.submission_id,
        near.number,
        title,
        score,
        schools,
        label.value,
        {**compared.parts, "letters": other.text},
        compared.shared_items,
        compared.says,
        other.text,
        _share(asked, other),
        document.period or day(document.as_at or clock.local_date(near.submitted_at)),
        label is Label.RENEWAL and _is_earlier(asked, other),
        other.is_recent,
        shared,
        document.send_on,
        document.due_on,
    )


def _is_elsewhere(ours: SubmissionDocument, theirs: SubmissionDocument) -> bool:
    """Tell whether the two are of different teams, as far as they say."""
    asker, other = ((one.author.casefold(), one.team.casefold()) for one in (ours, theirs))
    return any(asker) and not any(
        one and one == their for one, their in zip(asker, other, strict=True)
    )


def _as_outside(shared: Shared, theirs: SubmissionDocument) -> Shared:
    """Return what both ask without what the other team's words keep back."""
    said = "" if withheld_because(theirs) == "safeguarding" else masked(shared.theirs)
    return replace(shared, theirs=said or shared.ours)


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
