"""Judging a document as the gate would: its track, its schools, what the checks find, its burden.

Pages, submitting and ``portal gate check`` all ask here, so they cannot differ. It changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.models import Category, Owner
from directory.audience import Audience, LeftOut, count_schools, left_out, school_ids
from foundation import clock
from gatekeeping.burden import Burden, burden
from gatekeeping.checks import run_checks
from gatekeeping.claims import claim_spans
from gatekeeping.days import days_of
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.findings import Context, Earlier, Finding
from gatekeeping.likeness import Alike, earlier_alike
from gatekeeping.models import Severity, Track
from gatekeeping.protocol import DEFAULT, Protocol
from gatekeeping.tracks import track_of

MOST_EARLIER = 3
"""How many near-identical submissions are named; a fourth would say nothing new."""


@dataclass(frozen=True)
class Assessment:
    """What the gate thinks of a document, on one day."""

    track: Track
    schools: int
    findings: tuple[Finding, ...]
    burden: Burden
    left_out: LeftOut
    protocol: Protocol = DEFAULT

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """Return the findings that keep it from being submitted."""
        return tuple(found for found in self.findings if found.severity is Severity.BLOCK)

    def as_json(self) -> dict[str, Any]:
        """Return it as ``design.md`` writes the answer of ``portal gate check``."""
        return {
            "track": self.track.value,
            "schools": self.schools,
            "findings": [finding.as_json() for finding in self.findings],
            "burden": self.burden.as_json(),
        }


def assess(
    session: Session,
    authority_id: int,
    document: SubmissionDocument,
    *,
    at: datetime,
    submission_id: int | None = None,
    protocol: Protocol | None = None,
) -> Assessment:
    """Judge a document as at that moment, in a fixed number of statements whatever the sizes.

    ``protocol`` is the authority's own, read here when it is not given.
    ``submission_id`` is the submission that the document belongs to, if any: it is not an earlier
    one of itself.
    """
    protocol = protocol or protocol_of(session, authority_id)
    audience = document.audience.as_audience()
    schools = count_schools(session, authority_id, audience)
    listed = left_out(session, authority_id, audience)
    cost = burden(document, schools, protocol)
    track = track_of(
        document,
        schools=schools,
        burden=cost,
        claims=bool(claim_spans(document)),
        protocol=protocol,
    )
    slugs, unset = _categories(session, authority_id, document.categories, audience, schools)
    alike = earlier_alike(
        session, authority_id, document, at=at, besides=submission_id, protocol=protocol
    )
    context = Context(
        today=clock.local_date(at),
        schools=schools,
        track=track,
        closed=listed.closed,
        unknown=listed.unknown,
        categories=slugs,
        unset=unset,
        earlier=_with_shared_schools(session, authority_id, audience, alike[:MOST_EARLIER]),
        days=days_of(
            session, authority_id, document, submission_id=submission_id, protocol=protocol
        ),
        protocol=protocol,
    )
    return Assessment(track, schools, run_checks(document, context), cost, listed, protocol)


def _categories(
    session: Session, authority_id: int, chosen: Sequence[str], audience: Audience, schools: int
) -> tuple[frozenset[str], dict[str, int]]:
    """Return the slugs in use, and for each chosen one the asked schools with nobody set."""
    owned = (
        sa.select(sa.func.count())
        .where(
            Owner.authority_id == authority_id,
            Owner.category_id == Category.id,
            Owner.ended_at.is_(None),
            Owner.school_id.in_(school_ids(authority_id, audience)),
        )
        .correlate(Category)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Category.slug, sa.case((Category.slug.in_(chosen), owned)).label("owned"))
        .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
        .order_by(Category.number, Category.id)
    ).all()
    unset = {row.slug: max(0, schools - row.owned) for row in rows if row.owned is not None}
    return frozenset(row.slug for row in rows), unset


def _with_shared_schools(
    session: Session, authority_id: int, audience: Audience, alike: Sequence[Alike]
) -> tuple[Earlier, ...]:
    """Count, in one statement, the schools that would get both."""
    if not alike:
        return ()
    ours = school_ids(authority_id, audience)
    counts = [
        sa.select(sa.func.count())
        .select_from(
            sa.intersect(
                ours,
                school_ids(
                    authority_id,
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
