"""Naming what a letter and its files ask, as items of a form: "Number of classrooms"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gatekeeping.asked import AttachedText
from gatekeeping.attached.attached_asks import asked_in
from gatekeeping.documents import SubmissionDocument
from gatekeeping.reading.plain import Sentence, plain, sentences
from gatekeeping.reading.requests import asked_sentences
from gatekeeping.reading.tables import ADMIN
from gatekeeping.requested import requested

LONGEST: Final = 200
MOST: Final = 60
_LOOKED_FOR: Final = 160
_FEWEST_WORDS: Final = 2

_OPENS: Final = re.compile(
    r"\b(?:how\s+(?:many|much|often|long|old|far)|whether|if\s+you\s+(?:have|are|had)"
    r"|(?:the|your|a|an|any)\s+(?:[\w-]+\s+){0,2}?(?:numbers?|names?|dates?|totals?|percentage"
    r"|proportion|amount|cost|lists?|cop(?:y|ies)|details|breakdown|value)\s+(?:of|for|and)\b"
    r"|(?:number|percentage|proportion)\s+of)\b",
    re.IGNORECASE,
)
_AFTER_ASKING: Final = re.compile(
    r"\b(?:know|tell\s+us|tell\s+me|say|state|confirm|advise|ask|let\s+(?:us|me)\s+know|indicate)"
    r"\s+(?=(?:what|which|who|when|where|why)\b)",
    re.IGNORECASE,
)
_LEADS_IN: Final = re.compile(
    r"^\W*(?:(?:please|kindly|also|could|can|would|will|may|might|you|we|us|me|i|to|let|have|send"
    r"|give|provide|supply|tell|need|list|return|state|confirm|complete|fill\s+in|back|grateful"
    r"|for|be|like|know|and|interested\s+(?:to|in)|hear)\s+)+",
    re.IGNORECASE,
)
_MUST: Final = re.compile(
    r"\b(?:schools?|academies|heads?|headteachers?|governors|you)\s+(?:\w+\s+)?(?:must|should|shall"
    r"|need\s+to|have\s+to|are\s+(?:\w+\s+)?(?:required|asked|obliged)\s+to)\s+(?:also\s+)?"
    r"(?:provide|send|return|supply|give|submit|report|tell|complete|state|record|share)\s+",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(
    r"\s*(?:[,;]\s+(?:and\s+|or\s+|plus\s+)?|\b(?:and|or|plus|as\s+well\s+as)\s+)"
    r"(?=(?:how\s+(?:many|much|often|long)|what|which|who|when|where|whether"
    r"|the\s+(?:number|names?|dates?|percentage|list|total|amount|cost))\b)",
    re.IGNORECASE,
)
"""Where another question of the same sentence begins."""
_BY: Final = (
    r"(?:by|before|no\s+later\s+than|not\s+later\s+than|until)\s+"
    r"(?:(?:noon|the|end|of|on|close|business|play|mon|tues?|wed(?:nes)?|thurs?|fri)\w*\s+){0,4}"
)
"""What stands before a day by which something is wanted."""
_UNTIL: Final = re.compile(
    rf"[\s,]+{_BY}"
    r"(?:\d|mon|tues|wednes|thurs|fri).*$"
    r"|[\s,]+(?:to|at)\s+\S+@\S+.*$",
    re.IGNORECASE | re.DOTALL,
)
_BY_THEN: Final = re.compile(
    rf"\b{_BY}"
    r"(?:\d[\d./]*(?:st|nd|rd|th)?(?:\s+(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*)?"
    r"(?:\s+\d{4})?|(?:mon|tues|wednes|thurs|fri)day)\s+"
    r"(?=(?:how|what|which|who|whom|when|where|whether|your|any|all|each|every|the(?!\s+latest))\b)",
    re.IGNORECASE,
)
"""A day that is said before what is asked by then."""
_AND_RETURN: Final = re.compile(
    r"(?:[,;]\s*(?:and\s+)?|\s+and\s+)(?:then\s+)?(?:please\s+|kindly\s+)?"
    r"(?:return|send|e-?mail|complete|fill\s+in|sign|post|forward)\s+(?:back\s+)?"
    r"(?:it|them|this|(?:the|this|your)\s+(?:[\w-]+\s+){0,2}"
    r"(?:form|survey|sheet|table|spreadsheet|template|questionnaire|reply))\b"
    r"(?!.*\b(?:number|how|whether)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
"""What is only said of the form behind what is asked."""
_ROOM: Final = re.compile(
    r"_{2,}|\.{4,}|…+|☐|□|\[\s*\]|\(?\by(?:es)?\s*/\s*no?\b\)?", re.IGNORECASE
)
_NOTHING: Final = re.compile(
    r"^(?:it|them|this|these|that|replies|reply|responses?|(?:the|this|your|our)\s+(?:[\w-]+\s+)?"
    r"(?:form|survey|return|reply|replies|response|questionnaire|spreadsheet|template)|copy|back"
    r"|in\s+touch|contact|questions?|for\s+each|for\s+every)\b(?![^.]{0,80}\b(?:number|how|whether)\b)",
    re.IGNORECASE,
)
_HELD: Final = re.compile(
    r"\b(?:already|we)\s+(?:hold|have|held|know)\b|\bno\s+need\b", re.IGNORECASE
)
_MARK: Final = re.compile(
    r"^\s*(?:q(?:uestion)?\s*\d{1,3}[.):]?\s+|\(?[0-9a-z]{1,3}[.)]\s+|[-*•]\s*)", re.IGNORECASE
)
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_LOOSE: Final = " \t-–—:;,.?("


@dataclass(frozen=True)
class Ask:
    """One thing asked: its name as an item, and the file that asks it; empty for the letter."""

    name: str
    file: str = ""


def named_asks(document: SubmissionDocument, attached: Sequence[AttachedText]) -> list[Ask]:
    """Return what a request and its files ask, in their order, each once, sixty at most.

    ``document`` is a data request, or its prose is not read as one.
    """
    found: dict[str, Ask] = {}
    asked = ((file, part) for file, words in _asked(document, attached) for part in _parts(words))
    for file, words in asked:
        name = name_of(words)
        key = re.sub(r"\W+", " ", name).casefold().strip()
        if key and key not in found:
            found[key] = Ask(name, file)
        if len(found) >= MOST:
            break
    return list(found.values())


def name_of(words: str) -> str:
    """Return the name of what these words ask, without those of asking; empty where none is."""
    text = " ".join(plain(words).replace("\\", "").split())
    is_opening = text.rstrip().endswith(":") and not _ROOM.search(text)
    text = _BY_THEN.sub("", _ROOM.sub(" ", _MARK.sub("", text)))
    text = _AND_RETURN.sub("", _UNTIL.sub("", text))
    opens = _OPENS.search(text[:_LOOKED_FOR])
    after = _AFTER_ASKING.search(text[:_LOOKED_FOR])
    if opens:
        text = text[opens.start() :]
    elif after:
        text = text[after.end() :]
    elif must := _MUST.search(text[:_LOOKED_FOR]):
        text = text[must.end() :]
    elif is_opening and _LEADS_IN.match(text):
        return ""
    else:
        text = _LEADS_IN.sub("", text)
    text = " ".join(text.split()).strip(_LOOSE)
    if len(_LETTERS.findall(text)) < _FEWEST_WORDS or _NOTHING.match(text) or ADMIN.fullmatch(text):
        return ""
    if text.count("(") > text.count(")"):
        text += ")"
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0] + " …"
    return text[:1].upper() + text[1:]


def _parts(words: str) -> list[str]:
    """Return the questions of one sentence: "how many ..., and whether ..." are two."""
    parts = _PARTS.split(" ".join(words.split()))
    return parts if all(len(part.split()) > _FEWEST_WORDS for part in parts) else [words]


def _asked(
    document: SubmissionDocument, attached: Sequence[AttachedText]
) -> Iterator[tuple[str, str]]:
    """Yield the words of everything asked with its file: the letter's in order, then the files'."""
    known = [(one.span.start, one.words) for one in requested(document) if one.span.field == "body"]
    pieces, taken = sentences(document.body), {start for start, _ in known}
    for place in asked_sentences(document.body):
        piece = pieces[place]
        if not any(piece.start <= start < piece.end for start in taken):
            words = document.body[piece.start : piece.end]
            if not _HELD.search(words):
                known.append((piece.start, words))
        elif piece.start not in taken and (first := _first_clause(document.body, piece, taken)):
            known.append((piece.start, first))
    yield from (("", words) for _, words in sorted(known))
    for one in attached:
        yield from ((one.name, asked.words) for asked in asked_in(one))


def _first_clause(body: str, piece: Sentence, taken: set[int]) -> str:
    """Return what a sentence asks before the first of its questions that was read, if it does."""
    first = min(start for start in taken if piece.start <= start < piece.end)
    words = body[piece.start : first]
    return words if _OPENS.search(words) and not _HELD.search(words) else ""
