"""Judging a document as the gate would: its track, its schools, what the checks find, its burden.

Pages, submitting and ``portal gate check`` all ask here, so they cannot differ. It changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from directory.audience import LeftOut, count_schools, left_out
from foundation import clock
from gatekeeping.afterwards.emergency_route import why_closed
from gatekeeping.alike import precedents, rolling
from gatekeeping.asked import Asked, AttachedText
from gatekeeping.attached import attachment_words
from gatekeeping.burden import Burden, burden
from gatekeeping.checks import run_checks
from gatekeeping.claims import claim_spans
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.facts import chosen, days, family, quoted_numbers, school_types
from gatekeeping.findings import Context, Finding
from gatekeeping.holdings.reading import facts as held_facts
from gatekeeping.law.facts import facts as law_facts
from gatekeeping.law.said import NO_LAW, LawFacts
from gatekeeping.models import Severity, Track
from gatekeeping.protocol import DEFAULT, Protocol
from gatekeeping.tracks import track_of

FACTS: Mapping[str, Callable[[Session, Asked], Any]] = MappingProxyType(
    {
        "categories": chosen.leads_to,
        "unset": chosen.schools_unset,
        "suggested": chosen.suggested,
        "earlier": precedents.facts,
        "days": days.facts,
        "law": law_facts,
        "types": school_types.facts,
        "catalogue": held_facts,
        "numbers": quoted_numbers.facts,
        "family": family.facts,
        "rolling": rolling.facts,
        "attachments": attachment_words.facts,
    }
)
"""Which function reads which field of ``Context``: a new fact is one line here and there.

Each is bounded, changes nothing, and sends no statement when the document gives it no reason to.
"""


@dataclass(frozen=True)
class Assessment:
    """What the gate thinks of a document, on one day."""

    track: Track
    schools: int
    findings: tuple[Finding, ...]
    burden: Burden
    left_out: LeftOut
    protocol: Protocol = DEFAULT
    law: LawFacts = NO_LAW

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
    attached: tuple[AttachedText, ...] = (),
) -> Assessment:
    """Judge a document as at that moment, in a bounded number of statements whatever the sizes.

    ``protocol`` is the authority's own at that moment, read here when it is not given.
    ``submission_id`` is the submission that the document belongs to, if any: it is not an earlier
    one of itself. ``attached`` are the words of its attachments when it belongs to none.
    """
    protocol = protocol or protocol_of(session, authority_id, at=at)
    audience = document.audience.as_audience()
    schools = count_schools(session, authority_id, audience)
    cost = burden(document, schools, protocol)
    closed = why_closed(
        session, authority_id, document, protocol, submission_id=submission_id, at=at
    )
    asked = Asked(
        authority_id=authority_id,
        document=document,
        audience=audience,
        at=at,
        today=clock.local_date(at),
        protocol=protocol,
        schools=schools,
        submission_id=submission_id,
        route_closed=closed,
        attached=attached,
    )
    listed = left_out(session, authority_id, audience)
    context = context_of(session, asked, cost, listed)
    findings = run_checks(document, context)
    return Assessment(context.track, schools, findings, cost, listed, protocol, context.law)


def context_of(session: Session, asked: Asked, cost: Burden, listed: LeftOut) -> Context:
    """Read everything that the checks may know beside the document, and choose the track.

    What is split into small lists is treated as one, for the track as well (K21).
    """
    known = {name: read(session, asked) for name, read in FACTS.items()}
    track = track_of(
        asked.document,
        schools=max(asked.schools, known["rolling"].schools),
        burden=cost,
        claims=bool(claim_spans(asked.document)),
        protocol=asked.protocol,
        route_closed=bool(asked.route_closed),
    )
    return Context(
        today=asked.today,
        schools=asked.schools,
        track=track,
        closed=listed.closed,
        unknown=listed.unknown,
        protocol=asked.protocol,
        route_closed=asked.route_closed,
        **known,
    )
