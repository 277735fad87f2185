"""K92: two things that have nothing to do with each other are asked in one submission.

It is careful: it speaks only when the text itself changes the subject, or when items and purpose
fall into topics that share nothing.
"""

import re

from gatekeeping.attached.sources import Mark, Source, evidence
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context, Finding, Span, whole
from gatekeeping.models import Kind, Severity
from gatekeeping.reading.asks import asking, asks
from gatekeeping.reading.plain import plain, sentence_at, sentences
from gatekeeping.reading.topics import topics

RULE = "K92"
VERSION = 1
TITLE = "Two purposes"

SAYS = (
    "This seems to ask two things that have nothing to do with each other{topics}. Do different "
    "people at a school answer them? Then send two: each reaches the person who knows, and one "
    "need not wait for the other. If they do belong together, say in the purpose how."
)

_CHANGES_SUBJECT = re.compile(
    r"\b(?:on\s+an?\s+(?:(?:entirely|completely|totally|quite)\s+)?(?:separate|unrelated"
    r"|different|another|other)\s+"
    r"(?:note|matter|subject|topic|issue)|(?:while|whilst)\s+(?:we\s+are\s+writing|writing"
    r"|we\s+have\s+your\s+attention"
    r"|you\s+are\s+(?:at\s+it|there|filling))|unrelated\s+to\s+(?:this|the\s+above)"
    r"|as\s+a\s+separate\s+(?:matter|request"
    r"|issue|item)|a\s+second,?\s+(?:unrelated|separate)|two\s+(?:unrelated|separate"
    r"|different)\s+(?:matters|requests"
    r"|things|purposes|issues)|taking\s+(?:the|this)\s+opportunity"
    r"|at\s+the\s+same\s+time,?\s+(?:could|please|we\s+"
    r"(?:also|would))|separately,|not\s+connected\s+(?:to|with)\s+(?:this|the\s+above))",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:ask\w*|please|tell|send|let\s+us|return|complete)\b|\?", re.IGNORECASE)
_JOINED = re.compile(
    r"\s*(?:[.;]\s+(?:also\b)?|,?\s+and\s+also\b|,?\s+as\s+well\s+as\b|,?\s+and\s+to\b|\balso,?\b"
    r"|\n)\s*",
    re.IGNORECASE,
)


def check(document: SubmissionDocument, context: Context) -> list[Finding]:  # noqa: ARG001 - every check is asked alike
    """Find a text that changes the subject between two asks, and items of unrelated topics."""
    found = _changes_subject(document) or _unrelated_items(document) or _two_purposes(document)
    if found is None:
        return []
    spans, named = found
    listed = f" ({' and '.join(f'“{one}”' for one in sorted(named))})" if named else ""
    detail = {"topics": sorted(named)}
    says = SAYS.format(topics=listed)
    return [Finding(RULE, VERSION, Severity.WARN, TITLE, says, spans, detail)]


Found = tuple[tuple[Span, ...], set[str]] | None


def _changes_subject(document: SubmissionDocument) -> Found:
    """Look for "on a separate note" with an ask on either side and no topic in common."""
    source = Source("body", document.body)
    shown = plain(document.body)
    asked = asks(document.body)
    pieces = sentences(document.body)
    for match in _CHANGES_SUBJECT.finditer(shown):
        index = sentence_at(pieces, match.start())
        start = pieces[index].start if index is not None else match.start()
        before = [ask for ask in asked if ask.end <= start]
        if not before or not _ASKS.search(shown, match.end()):
            continue
        one, other = topics(shown[:start]), topics(shown[start:])
        if not one or not other or not one & other:
            return evidence([Mark(source, *match.span())]), set(one ^ other)
    return None


def _unrelated_items(document: SubmissionDocument) -> Found:
    """Look for items whose topics share nothing with the others, nor with title and purpose."""
    known = [
        (place, item.name, found)
        for place, item in enumerate(document.items)
        if (found := topics(f"{item.name} {item.definition}"))
    ]
    aim = topics(f"{document.title} {document.purpose}")
    mine = [row for row in known if row[2] & aim]
    odd = [row for row in known if not row[2] & aim]
    if not mine or not odd or any(one[2] & other[2] for one in mine for other in odd):
        return None
    spans = tuple(whole(f"items.{place}.name", name) for place, name, _ in odd)
    return spans, {topic for _, _, found in odd for topic in found} | set(aim)


def _two_purposes(document: SubmissionDocument) -> Found:
    """Look for a purpose of two parts, each with its own topic and its own items or asks."""
    if document.kind is not Kind.DATA_REQUEST:
        return None
    parts = [found for part in _JOINED.split(document.purpose) if (found := topics(part))]
    asked = [topics(item.name) for item in document.items]
    asked += [topics(said) for said in _asking(document.body)]
    for place, one in enumerate(parts):
        for other in parts[place + 1 :]:
            apart = not one & other
            if (
                apart
                and any(t and t <= one for t in asked)
                and any(t and t <= other for t in asked)
            ):
                return (whole("purpose", document.purpose),), set(one | other)
    return None


def _asking(body: str) -> list[str]:
    """Return the sentences of a text that ask."""
    pieces = sentences(body)
    return [pieces[place].text for place in sorted(asking(body))]
