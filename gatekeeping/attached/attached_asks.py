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
from gatekeeping.models import Kind
from gatekeeping.reading.plain import plain
from gatekeeping.reading.tables import ADMIN, HEADS, WORDS, cells, empty_columns, lines_of
from gatekeeping.requested import Requested, Wording, requested
from gatekeeping.spans import Span

ENTRY: Final = "entry"
"""The field of a span that is a cell or line to fill in; a sentence of the file is ``body``."""
MOST_CHARACTERS: Final = 60_000
MOST_ENTRIES: Final = 200
MOST_FILES: Final = 10
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
    is_form = _is_form(attached.name, text)
    kind = Kind.DATA_REQUEST if is_form else Kind.COMMUNICATION
    in_prose = requested(SubmissionDocument(body=text, kind=kind))
    if not (in_prose or _BLANK.search(text) or is_form):
        return ()
    entries, taken = [], []
    for start, end in _entries(text):
        taken.append((start, end))
        entry = _as_requested(text, start, end)
        if not ADMIN.fullmatch(entry.wordings[0].whole):
            entries.append(entry)
        if len(entries) >= MOST_ENTRIES:
            break
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
    heads = (cell[2].casefold() for start, line in lines_of(text) for cell in cells(start, line))
    return any(words in HEADS for words in heads) or any(empty_columns(text))


def _entries(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of cells and lines to fill in, in their order, each once."""
    columns = set(empty_columns(text))
    yield from sorted(columns | set(_labels(text)))


def _labels(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines that name what is wanted and have nothing behind it; titles are none."""
    is_first = True
    for start, line in lines_of(text):
        named = [cell for cell in cells(start, line) if cell[2]]
        if len(named) != 1:
            is_first = is_first and not named
            continue
        low, high, words = named[0]
        was_first, is_first = is_first, False
        if was_first and not _BLANK.search(words):
            continue
        if high - low > _LONGEST or len(words.split()) > _MOST_WORDS or words.endswith((".", "!")):
            continue
        if (
            WORDS.search(words)
            and not _ASKS.search(words)
            and (_FIELD.search(words) or _BLANK.search(words))
        ):
            yield low, high


def _as_requested(text: str, start: int, end: int) -> Requested:
    words = text[start:end]
    span = Span(ENTRY, start, end, words)
    said = _BLANK.sub(" ", _MARK.sub("", plain(words), count=1)).strip(" :?*")
    return Requested(span, (Wording(span, said or words, ()),), words)
