"""What attached files ask: their questions in prose, and the cells and lines left to fill in.

A form names what it wants without asking in sentences: a column with nothing below it, a line with
nothing behind it. A table that is filled in, and a guide, ask nothing by their words alone.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gatekeeping.asked import AttachedText
from gatekeeping.documents import SubmissionDocument
from gatekeeping.reading.plain import plain
from gatekeeping.requested import Requested, Wording, requested
from gatekeeping.spans import Span

ENTRY: Final = "entry"
"""The field of a span that is a cell or line to fill in; a sentence of the file is ``body``."""
MOST_CHARACTERS: Final = 60_000
MOST_ENTRIES: Final = 200
MOST_FILES: Final = 10
_LEAST_COLUMNS: Final = 3
_HEADING: Final = 600
_MOST_SAID: Final = 3
_MOST_KEPT: Final = 20
_MOST_WORDS: Final = 16
_LONGEST: Final = 160

_FIELD: Final = re.compile(
    r"\b(?:how (?:many|much|often)|numbers?|no\.? of|totals?|count|percentage|per ?cent|proportion"
    r"|rates?|names?|lists?|dates?|details|amount|costs?|spend|value|budget|hours|days|year groups?"
    r"|capacity|vacanc\w+|headcount|size|type of|reasons? for|status|yes ?/ ?no|y ?/ ?n)\b|%|£"
    r"|nifer|faint",
    re.IGNORECASE,
)
"""Words by which a line of a form says that it wants something; the last two are Welsh."""
_ASKS: Final = re.compile(r"\b(?:please|kindly|tell us|let us|send us|grateful)\b", re.IGNORECASE)
"""A sentence of a letter, though it stands on a line of its own."""
_MARK: Final = re.compile(
    r"^\W*(?:q(?:uestion)?\s*)?(?:\(?[0-9a-z]{1,3}(?:\.\d{1,2})*[.):]|[-*•·▪◦☐□])?\s*",
    re.IGNORECASE,
)
_BLANK: Final = re.compile(r"_{3,}|\.{5,}|…{2,}|☐|□|\[\s*\]")
_FORM: Final = re.compile(
    r"\b(?:form|return|survey|questionnaire|template|audit|census|pro-?forma|data collection"
    r"|collection|response|workbook|monitoring|please complete|to be completed|holiadur"
    r"|ffurflen)\b",
    re.IGNORECASE,
)
_ADMIN: Final = re.compile(
    r"(?:name|address|postcode) of (?:the )?(?:school|setting|academy|person)|school(?:'s)? name"
    r"|school|setting|academy|name|urn|laestab|dfe (?:no|number|code)|(?:form )?completed by"
    r"|signed|signature|date|date (?:of )?complet\w+|(?:your |job |contact )?(?:name|role|title"
    r"|job title|position|e-?mail(?: address)?|telephone(?: number)?|phone)"
    r"|(?:any )?(?:other |further )?(?:comments?|information|notes)"
    r"|head ?teacher(?:'s)?(?: name| signature)?",
    re.IGNORECASE,
)
"""What every form has at its head and foot: who filled it in, and for which school."""
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")
_HEADS: Final = frozenset({"question", "questions", "answer", "answers", "response", "your answer"})


@dataclass(frozen=True)
class InFile:
    """Where an attachment asks for something: its name, the row or page in words, the words."""

    name: str
    place: str
    text: str


def asked_in_files(files: Sequence[InFile], *, also: bool = False) -> str:
    """Return the sentence that says in which attachments it is asked, and where; else nothing."""
    if not files:
        return ""
    said = [
        f"{one.name}{f' ({one.place})' if one.place else ''}: “{one.text}”"
        for one in files[:_MOST_SAID]
    ]
    more = f"; and {len(files) - _MOST_SAID:,} more" if len(files) > _MOST_SAID else ""
    return f"It is {'also ' if also else ''}asked in {'; '.join(said)}{more}. "


def files_as_json(files: Sequence[InFile]) -> list[dict[str, str]]:
    """Return the same for a finding's detail."""
    return [{"name": one.name, "place": one.place, "text": one.text} for one in files[:_MOST_KEPT]]


@lru_cache(maxsize=64)
def asked_in(attached: AttachedText) -> tuple[Requested, ...]:
    """Return everything that a file asks, in its order; the spans are places in its text.

    A span's field is ``body`` for a sentence and ``ENTRY`` for a cell or line to fill in. What is
    prose alone asks only what its sentences ask. Bounded whatever the file.
    """
    text = attached.text[:MOST_CHARACTERS]
    if not text.strip():
        return ()
    in_prose = requested(SubmissionDocument(body=text))
    if not (in_prose or _BLANK.search(text) or _is_form(attached.name, text)):
        return ()
    entries = []
    for start, end in _entries(text):
        entry = _as_requested(text, start, end)
        if not _ADMIN.fullmatch(entry.wordings[0].whole):
            entries.append(entry)
        if len(entries) >= MOST_ENTRIES:
            break
    taken = [(one.span.start, one.span.end) for one in entries]
    sentences = [one for one in in_prose if not _is_within(one.span, taken)]
    return tuple(sorted([*sentences, *entries], key=lambda one: one.span.start))


def _is_within(span: Span, taken: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a sentence is a line that was read as one to fill in; those are in order."""
    place = bisect_left(taken, span.end, key=lambda one: one[0])
    return place > 0 and span.start < taken[place - 1][1]


def place_in(attached: AttachedText, start: int) -> str:
    """Return where a place of a file's text is, in words: its row or page; else nothing.

    The readers put a form feed between the pages of a PDF and the sheets of a workbook.
    """
    before = attached.text[:start]
    part = before.count("\f") + 1
    kind = attached.name.casefold().rpartition(".")[2]
    if kind in {"xlsx", "xlsm"}:
        row = before.rpartition("\f")[2].count("\n") + 1
        return f"row {row}" if "\f" not in attached.text else f"sheet {part}, row {row}"
    if kind == "pdf":
        return f"page {part}"
    return ""


def _is_form(name: str, text: str) -> bool:
    """Tell whether it calls itself a form, or has columns with nothing below them."""
    spoken = re.sub(r"[^A-Za-z]+", " ", name)
    if _FORM.search(spoken) or "question" in spoken.casefold() or _FORM.search(text[:_HEADING]):
        return True
    heads = (cell[2].casefold() for start, line in _lines(text) for cell in _cells(start, line))
    return any(words in _HEADS for words in heads) or any(_empty_columns(text))


def _entries(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of cells and lines to fill in, in their order, each once."""
    columns = set(_empty_columns(text))
    yield from sorted(columns | set(_labels(text)))


def _empty_columns(text: str) -> Iterator[tuple[int, int]]:
    """Yield the heads of columns in which no row below says anything."""
    head: list[tuple[int, int, str]] = []
    filled: set[int] = set()
    for start, line in _lines(text):
        cells = _cells(start, line)
        named = [cell for cell in cells if cell[2]]
        if not named:
            continue
        if not head:
            if len(named) >= _LEAST_COLUMNS and all(_WORDS.search(cell[2]) for cell in named):
                head = cells
            continue
        filled |= {place for place, cell in enumerate(cells) if cell[2]}
    for place, (start, end, words) in enumerate(head):
        if words and place not in filled and words.casefold() not in _HEADS:
            yield start, end


def _labels(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines that name what is wanted and have nothing behind it; titles are none."""
    is_first = True
    for start, line in _lines(text):
        cells = [cell for cell in _cells(start, line) if cell[2]]
        if len(cells) != 1:
            is_first = is_first and not cells
            continue
        low, high, words = cells[0]
        was_first, is_first = is_first, False
        if was_first and not _BLANK.search(words):
            continue
        if high - low > _LONGEST or len(words.split()) > _MOST_WORDS or words.endswith((".", "!")):
            continue
        if (
            _WORDS.search(words)
            and not _ASKS.search(words)
            and (_FIELD.search(words) or _BLANK.search(words))
        ):
            yield low, high


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in re.split(r"[\n\f]", text):
        yield start, line
        start += len(line) + 1


def _cells(start: int, line: str) -> list[tuple[int, int, str]]:
    """Return the cells of a line: where each begins and ends, and its words."""
    found = []
    for piece in re.split(r"[\t|]", line):
        words = piece.strip()
        low = start + (piece.index(words) if words else 0)
        found.append((low, low + len(words), words))
        start += len(piece) + 1
    return found


def _as_requested(text: str, start: int, end: int) -> Requested:
    words = text[start:end]
    span = Span(ENTRY, start, end, words)
    said = _BLANK.sub(" ", _MARK.sub("", plain(words), count=1)).strip(" :?*")
    return Requested(span, (Wording(span, said or words, ()),), words)
