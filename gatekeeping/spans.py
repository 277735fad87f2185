"""Pieces of a document's own text, on which findings rest."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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


def whole(field_name: str, text: str) -> Span:
    """Return the span that is all of a field."""
    return Span(field_name, 0, len(text), text)


def named_files(attachments: Sequence[str], names: Iterable[str]) -> tuple[Span, ...]:
    """Return the spans of attachments with these names: what stands in a file is shown by it."""
    places = {name: place for place, name in reversed(list(enumerate(attachments)))}
    return tuple(
        whole(f"attachments.{places[name]}", name)
        for name in dict.fromkeys(names)
        if name in places
    )


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
