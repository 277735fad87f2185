"""What checks are told and what they answer: plain values, no database."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from gatekeeping.asked import AttachedText
from gatekeeping.days import NO_DAYS, Days
from gatekeeping.documents import SubmissionDocument
from gatekeeping.family import NO_FAMILY, Family
from gatekeeping.holdings.catalogue import Catalogue, shipped
from gatekeeping.law.said import NO_LAW, LawFacts
from gatekeeping.models import Severity, Track
from gatekeeping.protocol import DEFAULT, Protocol
from gatekeeping.quoted_numbers import Registered
from gatekeeping.rolling import NO_ROLLING, Rolling
from gatekeeping.school_types import NO_TYPES, OfTypes

MOST_EVIDENCE = 20
"""A text that says the same word a thousand times needs no thousand marks."""


@dataclass(frozen=True, order=True)
class Span:
    """A piece of the document's own text: ``text`` stands in ``field`` from start to end."""

    field: str
    start: int
    end: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the span as ``design.md`` writes evidence."""
        return {"field": self.field, "start": self.start, "end": self.end, "text": self.text}


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
class Earlier:
    """An earlier submission with much the same text or items.

    ``shared_schools`` is None when its register does not tell its schools. ``parts`` are what the
    score was made of. ``is_round`` tells that it is an earlier round of the same, for an earlier
    time; ``is_recent`` that it is waiting, live, planned, or of the past twelve months.
    """

    submission_id: int
    number: str
    title: str
    score: float
    shared_schools: int | None
    parts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    shared_items: tuple[str, ...] = ()
    period: str = ""
    is_round: bool = False
    is_recent: bool = True


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
    categories: frozenset[str] = frozenset()
    unset: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
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


def whole(field_name: str, text: str) -> Span:
    """Return the span that is all of a field."""
    return Span(field_name, 0, len(text), text)


def spans(field_name: str, matches: Iterable[re.Match[str]]) -> list[Span]:
    """Return the spans of these matches in a field."""
    return [Span(field_name, match.start(), match.end(), match.group()) for match in matches]


def tidy(found: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, none inside another, not too many."""
    kept: list[Span] = []
    for span in sorted(set(found), key=lambda span: (span.field, span.start, -span.end)):
        last = kept[-1] if kept else None
        if last is None or last.field != span.field or span.start >= last.end:
            kept.append(span)
    return tuple(kept[:MOST_EVIDENCE])
