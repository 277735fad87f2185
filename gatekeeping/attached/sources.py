"""The texts that a check reads, its document's own and those of its attachments, as one list.

Evidence must point into the document. What stands in an attachment is therefore shown by the
attachment's name, and its words go into the finding's detail.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Span, fields_of, tidy, whole

LONGEST_QUOTE = 160
MOST_QUOTES = 10


@dataclass(frozen=True)
class Source:
    """A text with the field in which it stands; ``name`` is the attachment's, if it is one."""

    field: str
    text: str
    name: str = ""

    def span(self, start: int, end: int) -> Span:
        """Return the evidence for a place: the words, or the name of the attachment."""
        if self.name:
            return whole(self.field, self.name)
        return Span(self.field, start, end, self.text[start:end])


@dataclass(frozen=True)
class Mark:
    """A place in a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """Return the words there."""
        return self.source.text[self.start : self.end]


def sources(document: SubmissionDocument, context: Context, *fields: str) -> list[Source]:
    """Return the texts of these fields, then those of the attachments that the document names."""
    found = [Source(name, text) for name, text in fields_of(document, *fields)]
    places = {name: place for place, name in reversed(list(enumerate(document.attachments)))}
    for attached in context.attachments:
        if attached.text and attached.name in places:
            place = places[attached.name]
            found.append(Source(f"attachments.{place}", attached.text, attached.name))
    return found


def evidence(marks: Iterable[Mark], *more: Span) -> tuple[Span, ...]:
    """Return the spans of marks, in order and not too many."""
    return tidy([*(mark.source.span(mark.start, mark.end) for mark in marks), *more])


def in_attachments(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """Return what was found in attachments, for a finding's detail: name and words."""
    quoted = [
        {"name": mark.source.name, "text": " ".join(mark.text.split())[:LONGEST_QUOTE]}
        for mark in marks
        if mark.source.name
    ]
    return quoted[:MOST_QUOTES]
