"""What checks are told and what they answer: plain values, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from gatekeeping.alike.asked_before import NO_ROLLING, Earlier, Rolling
from gatekeeping.asked import AttachedText
from gatekeeping.documents import SubmissionDocument
from gatekeeping.facts.days import NO_DAYS, Days
from gatekeeping.facts.family import NO_FAMILY, Family
from gatekeeping.facts.quoted_numbers import Registered
from gatekeeping.facts.school_types import NO_TYPES, OfTypes
from gatekeeping.holdings.catalogue import Catalogue, shipped
from gatekeeping.law.said import NO_LAW, LawFacts
from gatekeeping.models import Severity, Track
from gatekeeping.protocol import DEFAULT, Protocol
from gatekeeping.spans import Span as Span  # noqa: PLC0414 - checks take it from here
from gatekeeping.spans import spans as spans  # noqa: PLC0414 - checks take it from here
from gatekeeping.spans import tidy as tidy  # noqa: PLC0414 - checks take it from here
from gatekeeping.spans import whole as whole  # noqa: PLC0414 - checks take it from here


@dataclass(frozen=True)
class Finding:
    """What one rule says about one document.

    ``says`` is plain advice: it asks, does not accuse, and tells how to mend it.
    """

    rule: str
    rule_version: int
    severity: Severity
    title: str
    says: str
    evidence: tuple[Span, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    fix: str = ""
    """How to mend it in one sentence, where ``says`` does not tell already."""

    def as_json(self) -> dict[str, Any]:
        """Return the finding as ``design.md`` writes it."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "title": self.title,
            "says": self.says,
            "evidence": [span.as_json() for span in self.evidence],
            "detail": dict(self.detail),
        }


@dataclass(frozen=True)
class Context:
    """Everything a check may know beside the document, prepared beforehand.

    ``unset`` tells for each category of the document at how many of the asked schools nobody is
    set for it. ``closed`` and ``unknown`` are listed URNs that will get nothing.
    ``types`` are the asked schools by GIAS type code.
    """

    today: date
    schools: int = 0
    track: Track = Track.STANDARD
    closed: tuple[tuple[int, str, date | None], ...] = ()
    unknown: tuple[int, ...] = ()
    categories: Mapping[str, tuple[tuple[str, str], ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Slug and heading of the categories in use to which each known slug leads: to itself, or to
    what followed a category that has ended, which may be none (K81)."""
    unset: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    suggested: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Slug, heading and words of the likeliest categories where none was chosen (K81)."""
    earlier: tuple[Earlier, ...] = ()
    attachments: tuple[AttachedText, ...] = ()
    days: Days = NO_DAYS
    law: LawFacts = NO_LAW
    family: Family = NO_FAMILY
    rolling: Rolling = NO_ROLLING
    decider_conflict: str = ""
    """Why whoever is to decide may not, in a sentence; empty where nobody decides (K90)."""
    numbers: Mapping[str, Registered] = field(default_factory=lambda: MappingProxyType({}))
    types: OfTypes = NO_TYPES
    catalogue: Catalogue = field(default_factory=shipped)
    """What the authority holds already (K11, K12)."""
    route_closed: str = ""
    """Why it may not be an emergency whatever its grounds, in a sentence; as a rule empty."""
    protocol: Protocol = DEFAULT


def fields_of(document: SubmissionDocument, *names: str) -> list[tuple[str, str]]:
    """Return the named texts of a document with their field names; ``items`` gives every item's.

    An item's texts are ``items.0.name`` and so on, as evidence names them.
    """
    found: list[tuple[str, str]] = []
    for name in names:
        if name == "items":
            for place, item in enumerate(document.items):
                found += [
                    (f"items.{place}.{part}", getattr(item, part))
                    for part in ("name", "definition", "why")
                ]
        else:
            found.append((name, str(getattr(document, name))))
    return [(name, text) for name, text in found if text]
