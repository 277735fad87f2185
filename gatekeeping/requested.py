"""What a document asks for, piece by piece: its items, and what only the prose of its text asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind
from gatekeeping.reading.asks import asks
from gatekeeping.reading.lists import is_entry, lines_asked
from gatekeeping.reading.plain import Sentence, plain, sentence_at, sentences
from gatekeeping.reading.requests import asked_sentences
from gatekeeping.reading.tables import columns_to_fill_in
from gatekeeping.reading.welsh import in_english
from gatekeeping.spans import Span, whole

MOST_PIECES = 400
"""Of a text that asks a thousand things the first are enough to say so."""
LONGEST_PIECE = 600
LONGEST_ENTRY = 9

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
_AND_ASKS = re.compile(
    r"\s*(?:[,;]\s+(?:and\s+|or\s+|plus\s+)?|\b(?:and|or|plus|as\s+well\s+as)\s+)(?=(?:how\s+(?:many|much|often"
    r"|long)|what|which|who|when|where|whether|the\s+(?:number|names?|dates?|percentage|list|total"
    r"|amount|cost))\b)",
    re.IGNORECASE,
)
"""Where another question of the same sentence begins."""
_OWN_WORDS = 4
"""So many words a question of its own has at least."""
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
    """Return everything that a document asks, items first, then what its text asks in prose.

    Of a request it is known that it asks, so there every question, command and wish counts, and
    the tables that leave room; of information only what surely asks.
    """
    found = list(_items(document))
    read = _asked_of_request if document.kind is Kind.DATA_REQUEST else _asked_of_letter
    for asked in read(document.body):
        if len(found) >= MOST_PIECES:
            break
        if asked.wordings[0].whole.strip() and not _ELSEWHERE.search(asked.words):
            found.append(asked)
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


def _wording(span: Span, start: int = 0, *, is_sentence: bool = False) -> Wording:
    said = in_english(plain(span.text[start : start + LONGEST_PIECE]))
    shown = _ASKING.sub(" ", _PURPOSE.sub("", said))
    pieces = tuple(piece for piece in _CUTS.split(shown) if piece and piece.strip())
    is_list = len(pieces) > 1 and (not is_sentence or _reads_as_list(pieces))
    return Wording(span, shown, pieces if is_list else (), is_sentence)


def _reads_as_list(pieces: tuple[str, ...]) -> bool:
    """Tell whether pieces of a sentence are entries of a list, and not its clauses."""
    short = sum(len(piece.split()) <= LONGEST_ENTRY for piece in pieces)
    return short == len(pieces) or short >= 3  # noqa: PLR2004 - "a, b, c, which ..."


def _asked_of_letter(body: str) -> Iterator[Requested]:
    """Yield the sentences of a text that surely ask, and the lines of a list that they open."""
    pieces = sentences(body)
    asking = {
        sentence_at(pieces, ask.start) for ask in asks(body) if ask.kind in {"question", "words"}
    }
    for place in lines_asked(pieces, asking, of_request=False):
        yield _whole_sentence(body, pieces[place])


def _asked_of_request(body: str) -> Iterator[Requested]:
    """Yield the sentences of a request that ask, each question of them; lists; empty columns."""
    pieces = sentences(body)
    asking = asked_sentences(body)
    taken: set[int] = set()
    for place in lines_asked(pieces, set(asking), of_request=True):
        taken.add(pieces[place].start)
        if place in asking:
            yield from _clauses(body, pieces[place], asking[place])
        else:
            yield _whole_sentence(body, pieces[place])
    for start, end in columns_to_fill_in(body):
        if start in taken:
            continue
        words = body[start:end]
        span = Span("body", start, end, words)
        yield Requested(span, (Wording(span, in_english(plain(words)), ()),), words)


def _whole_sentence(body: str, piece: Sentence) -> Requested:
    text = body[piece.start : piece.end]
    span = Span("body", piece.start, piece.end, text)
    return Requested(span, (_wording(span, is_sentence=not is_entry(text)),), text)


def _clauses(body: str, piece: Sentence, start: int) -> Iterator[Requested]:
    """Yield the questions of one sentence: "How many ..., and what ...?" are two.

    What leads into it ("For each child in care, ...") is tried where the rest tells nothing.
    """
    text = body[piece.start : piece.end]
    cuts = [found.span() for found in _AND_ASKS.finditer(piece.text, start)]
    parts = list(
        zip([0, *(end for _, end in cuts)], [*(low for low, _ in cuts), len(text)], strict=True)
    )
    if any(len(text[max(low, start) : high].split()) < _OWN_WORDS for low, high in parts):
        parts = [(0, len(text))]
    for low, high in parts:
        words = text[low:high]
        span = Span("body", piece.start + low, piece.start + low + len(words), words)
        wordings = [_wording(span, max(0, start - low), is_sentence=True)]
        if low < start and not _PURPOSE.match(words.lstrip("-*• ")):
            wordings.append(_wording(span, is_sentence=True))
        yield Requested(span, tuple(wordings), words)
