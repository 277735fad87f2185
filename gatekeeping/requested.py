"""What a document asks for, piece by piece: its items, and what only the prose of its text asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeping.documents import SubmissionDocument
from gatekeeping.reading.asks import asks
from gatekeeping.reading.plain import Sentence, plain, sentence_at, sentences
from gatekeeping.spans import Span, whole

MOST_PIECES = 400
"""Of a text that asks a thousand things the first are enough to say so."""
LONGEST_PIECE = 600
LONGEST_ENTRY = 9
_SHORT_LINE = 14

_PURPOSE = re.compile(
    r"\b(?:so that|so we|so as|because|in order to|to help us|to enable|to allow|as we|since we"
    r"|which (?:we|will)|for the purposes? of|no later than|by (?:the )?\d"
    r"|by (?:mon|tues|wednes|thurs|fri)day|using the|if you"
    r"|on the (?:form|portal|spreadsheet))\b.*",
    re.IGNORECASE | re.DOTALL,
)
_ASKING = re.compile(
    r"\b(?:please|kindly|grateful|(?:we|you|i|schools)\s+(?:\w+\s+)?(?:needs?|requires?|wants?|asks?"
    r"|asked|receive|know|must|should)(?:\s+to)?(?:\s+(?:know|have|see))?|e-?mail|upload|inform|advise"
    r"|(?:supply|state|list(?!\s+of\b)|record(?!s?\s+of\b)|add|return|send|give|tell|let|collect)(?:\s+(?:us|me|back))?"
    r"(?:\s+know)?(?=\s)|headteachers?\s+(?:must|should))\b|^\W*(?:\(?\w{1,3}[.)]\s+|[-*•·]\s*)",
    re.IGNORECASE,
)
_CUTS = re.compile(r"[,;:\n|\t/]| (?:and|or|as well as|plus|together with) ", re.IGNORECASE)
_LIST_MARK = re.compile(r"\W*(?:\(?\w{1,3}[.)]\s|[-*•·▪◦]\s*)\w|\W*[-*•·▪◦o]\s")
_BLANK = re.compile(r"_{3,}|\.{5,}|…{2,}|:\s*$")
_ELSEWHERE = re.compile(
    r"\b(?:not|beyond|other than|except|excluding|in addition to|since|after|from|using)\b"
    r"[^.]{0,40}\b(?:census|we (?:already )?hold|already held|our records|data team|returns? you)\b"
    r"|\b(?:already|we) (?:hold|have|know|held)\b|\bpre-?(?:filled|populated)\b|\bno need to\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wording:
    """Where something is asked, its words without those of asking, and the pieces of a list.

    ``is_sentence`` tells a sentence that asks from the name of an item and the entry of a list.
    """

    span: Span
    whole: str
    pieces: tuple[str, ...]
    is_sentence: bool = False


@dataclass(frozen=True)
class Requested:
    """One thing asked: its wordings, to be tried in turn until one is known.

    ``words`` are all its words, for what narrows it ("each pupil", "every week"); ``code`` is its
    national code, if it has one; ``span`` is where it stands.
    """

    span: Span
    wordings: tuple[Wording, ...]
    words: str
    code: str = ""


def requested(document: SubmissionDocument) -> list[Requested]:
    """Return everything that a document asks, items first, then what its text asks in prose."""
    found = list(_items(document))
    for piece in _asked_in(document.body):
        if len(found) >= MOST_PIECES:
            break
        text = document.body[piece.start : piece.end]
        wording = _wording(Span("body", piece.start, piece.end, text))
        if wording.whole.strip() and not _ELSEWHERE.search(text):
            found.append(Requested(wording.span, (wording,), text))
    return found


def _items(document: SubmissionDocument) -> Iterator[Requested]:
    for place, item in enumerate(document.items):
        words = f"{item.name}\n{item.definition[:LONGEST_PIECE]}"
        parts = [
            whole(f"items.{place}.{part}", text)
            for part in ("name", "definition", "code")
            if (text := getattr(item, part)).strip()
        ]
        if parts and not _ELSEWHERE.search(words):
            wordings = tuple(_wording(span) for span in parts if not span.field.endswith("code"))
            yield Requested(parts[0], wordings, words, item.code)


def _wording(span: Span) -> Wording:
    shown = _ASKING.sub(" ", _PURPOSE.sub("", plain(span.text[:LONGEST_PIECE])))
    pieces = tuple(piece for piece in _CUTS.split(shown) if piece and piece.strip())
    is_sentence = span.field == "body" and not _LIST_MARK.match(span.text)
    is_list = len(pieces) > 1 and (not is_sentence or _reads_as_list(pieces))
    return Wording(span, shown, pieces if is_list else (), is_sentence)


def _reads_as_list(pieces: tuple[str, ...]) -> bool:
    """Tell whether pieces of a sentence are entries of a list, and not its clauses."""
    short = sum(len(piece.split()) <= LONGEST_ENTRY for piece in pieces)
    return short == len(pieces) or short >= 3  # noqa: PLR2004 - "a, b, c, which ..."


def _asked_in(body: str) -> Iterator[Sentence]:
    """Yield the sentences of a text that ask, and the lines of a list that an ask opens."""
    pieces = sentences(body)
    asking = {
        sentence_at(pieces, ask.start) for ask in asks(body) if ask.kind in {"question", "words"}
    }
    in_list, last_line = False, -1
    for place, piece in enumerate(pieces):
        if place in asking:
            in_list, last_line = piece.text.rstrip().endswith(":"), piece.line
            yield piece
        elif in_list and _is_entry(piece, last_line):
            last_line = piece.line
            yield piece
        else:
            in_list = False
            if asking and piece.alone and piece.words < _SHORT_LINE and _BLANK.search(piece.text):
                yield piece


def _is_entry(piece: Sentence, last_line: int) -> bool:
    """Tell whether a line belongs to the list above it: marked, or short and right below."""
    if _LIST_MARK.match(piece.text):
        return piece.line <= last_line + 2
    return piece.line == last_line + 1 and piece.alone and piece.words < _SHORT_LINE
