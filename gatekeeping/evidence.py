"""Showing the words of a document that a finding is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from foundation.dates import day
from gatekeeping.documents import SubmissionDocument
from gatekeeping.wording import KINDS, ORIGINS, PERSONAL_DATA, REPLIES, SIGNATURES, field_name

CHOICES = {
    "kind": KINDS,
    "origin": ORIGINS,
    "signature": SIGNATURES,
    "reply_by": REPLIES,
    "personal_data": PERSONAL_DATA,
}
"""Fields that are shown in the words of the form."""
DATES = frozenset({"send_on", "due_on", "as_at"})
AROUND = 80
LONGEST_MARK = 300


@dataclass(frozen=True)
class Excerpt:
    """A piece of evidence with what stands around it, and what people call its field."""

    field: str
    before: str
    marked: str
    after: str


def text_of(document: Mapping[str, Any], field: str) -> str:
    """Return the text of a field that evidence names (``body``, ``items.0.name``), else nothing."""
    value: Any = document
    for part in field.split("."):
        try:
            value = value[int(part)] if part.isdigit() else value[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return str(value)


def in_words(field: str, text: str) -> str:
    """Return a choice in the words of the form and a date as people write it; else the text."""
    if field in DATES and text:
        return day(date.fromisoformat(text))
    return CHOICES.get(field, {}).get(text, text)


def excerpt(document: Mapping[str, Any], span: Mapping[str, Any], around: int = AROUND) -> Excerpt:
    """Cut a span (with ``field``, ``start``, ``end``) out of a document, with its surroundings."""
    name, start, end = span["field"], span["start"], span["end"]
    text = text_of(document, name)
    if name in CHOICES or name in DATES:
        return Excerpt(field_name(name), "", in_words(name, text), "")
    if end - start > LONGEST_MARK:
        return Excerpt(field_name(name), "", text[start : start + around].rstrip() + " …", "")
    before = text[max(0, start - around) : start]
    after = text[end : end + around]
    return Excerpt(
        field_name(name),
        ("… " if start > around else "") + before.lstrip(),
        text[start:end],
        after.rstrip() + (" …" if end + around < len(text) else ""),
    )


def excerpts(
    document: SubmissionDocument | Mapping[str, Any], spans: Iterable[Mapping[str, Any]]
) -> list[Excerpt]:
    """Cut several spans out."""
    values = document.as_json() if isinstance(document, SubmissionDocument) else document
    return [excerpt(values, span) for span in spans]


def marked(text: str, spans: Iterable[tuple[int, int, str]]) -> Markup:
    """Return the text, escaped, with each span in ``mark.portal-evidence`` and its rule beside it.

    A span is start, end and the rule's id, which links to ``#finding-<id>``. Of spans that
    overlap, the earlier one stays.
    """
    pieces: list[str] = []
    last = 0
    for start, end, rule in sorted(spans):
        if start < last or end > len(text):
            continue
        link = (
            f'<a class="govuk-link portal-evidence__rule" href="#finding-{escape(rule)}">'
            f'<span class="govuk-visually-hidden">finding </span>{escape(rule)}</a>'
        )
        mark = f'<mark class="portal-evidence">{escape(text[start:end])}</mark>'
        pieces += [str(escape(text[last:start])), mark, link]
        last = end
    pieces.append(str(escape(text[last:])))
    return Markup("".join(pieces))  # noqa: S704 - every piece was escaped above
