"""The search index in files: the only module that knows Whoosh.

It holds no texts, only stems and ids, and may be thrown away at any time: the database is the
truth, also about who may see what.
"""

import contextlib
import threading
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from whoosh import columns, fields, index, query, scoring
from whoosh.analysis import RegexTokenizer
from whoosh.searching import Searcher
from whoosh.writing import SegmentWriter

from portal.library.documents import Document
from portal.library.engine import MOST_RANKED, IndexAwayError, Match
from portal.library.generations import Generations
from portal.library.words import Asked, Term, stems_of

MEMORY_MB: Final = 64
BREAK: Final = " § "
"""Stands between texts that are searched as one, so that no phrase runs across them."""
HALF: Final = 8.0
"""The weight of a text that fits by half."""
FAULTS: Final = (OSError, index.IndexError, EOFError, AssertionError, ValueError, KeyError)
"""What Whoosh raises when its files are not what they should be."""

_stemmed = RegexTokenizer(r"\S+")
_schema = fields.Schema(
    notice=fields.ID(unique=True),
    number=fields.COLUMN(columns.NumericColumn("q")),
    title=fields.TEXT(analyzer=_stemmed, phrase=False),
    text=fields.TEXT(analyzer=_stemmed, phrase=True),
)


@dataclass(frozen=True)
class _Part:
    """One segment of an open index: its searcher, and which notice each of its rows is."""

    searcher: Any
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A notice that holds every term: its number, where it stands, how many words are titled."""

    number: int
    part: _Part
    row: int
    titled: int


class WhooshIndex(Generations):
    """The index under one folder."""

    # One reader per process and generation, used by one thread at a time.
    _open: dict[Path, Searcher] = {}
    _numbers: dict[str, Sequence[int]] = {}
    _turn = threading.RLock()

    @property
    def is_ready(self) -> bool:
        """Tell whether there is an index that opens."""
        try:
            with self._turn:
                self._searcher_again()
        except IndexAwayError:
            return False
        return True

    def find(self, asked: Asked, among: Collection[int], *, most: int) -> list[Match]:
        """Return up to ``most`` of these notices that hold every term, best first.

        Raises IndexAwayError.
        """
        if asked.is_empty or not among:
            return []
        allowed = frozenset(among)
        with self._reading() as searcher:
            parts = self._parts(searcher)
            found = [hit for part in parts for hit in _hits(part, asked, allowed)]
            found.sort(key=lambda hit: (-hit.titled, -hit.number))
            fits = _fits(found[:MOST_RANKED], asked)
        best = [Match(hit.number, hit.titled, fits.get(hit.number, 0.0)) for hit in found[:most]]
        return sorted(best, key=lambda match: (-match.titled, -match.fit, -match.notice_id))

    def update(self, documents: Iterable[Document], *, gone: Iterable[int] = ()) -> None:
        """Put notices into the index, in place of what it held of them. Hold the right to write.

        Raises IndexAwayError, and OSError when the disk is full: the index then stays as it was,
        as it does when the process is killed half-way.
        """
        _write(self.named("current"), documents, gone=gone, anew=False)

    # A generation that is being made

    @property
    def is_building(self) -> bool:
        """Tell whether a generation is being made."""
        try:
            return bool(index.exists_in(str(self.named("next"))))
        except IndexAwayError:
            return False

    def begin(self) -> None:
        """Begin a new generation, in place of one that was not finished."""
        folder = self.fresh()
        index.create_in(str(folder), _schema)
        self.name("next", folder)

    def built(self) -> tuple[int, int]:
        """Return how many notices the generation being made holds, and the highest id of them."""
        folder = self.named("next")
        try:
            with _opened(folder) as searcher:
                numbers = [part.numbers for part in self._parts(searcher)]
        except FAULTS as fault:
            raise IndexAwayError from fault
        return sum(map(len, numbers)), max((max(some) for some in numbers if some), default=0)

    def add(self, documents: Iterable[Document]) -> None:
        """Add notices that it does not hold, in the order of their ids."""
        _write(self.named("next"), documents, anew=True)

    def follow(self, documents: Iterable[Document], *, gone: Iterable[int] = ()) -> None:
        """Change what it holds already."""
        _write(self.named("next"), documents, gone=gone, anew=False)

    def _parts(self, searcher: Searcher) -> list[_Part]:
        parts = []
        for leaf, _ in searcher.leaf_searchers():
            reader = leaf.reader()
            if not reader.doc_count_all():
                continue
            place = reader.segment().segment_id()
            if place not in self._numbers:
                if len(self._numbers) > KNOWN:
                    self._numbers.clear()
                self._numbers[place] = array("q", reader.column_reader("number").load())
            parts.append(_Part(leaf, self._numbers[place]))
        return parts

    def _searcher(self) -> Searcher:
        folder = self.named("current")
        try:
            known = self._open.pop(folder, None)
            searcher = known.refresh() if known else _opened(folder)
        except Exception as fault:  # whatever a damaged file makes Whoosh raise
            raise IndexAwayError from fault
        for other in [place for place in self._open if place.parent == self.root]:
            self._open.pop(other).close()
        self._open[folder] = searcher
        return searcher

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Searcher]:
        with self._turn:
            searcher = self._searcher_again()
            try:
                yield searcher
            except Exception as fault:  # the same
                self._open.clear()
                self._numbers.clear()
                raise IndexAwayError from fault

    def _searcher_again(self) -> Searcher:
        # A rebuild or a merge may take the files away between reading their names and opening.
        try:
            return self._searcher()
        except IndexAwayError:
            return self._searcher()


KNOWN: Final = 200


def _opened(folder: Path) -> Searcher:
    return index.open_dir(str(folder)).searcher(weighting=scoring.BM25F())


# Writing


def _write(
    folder: Path, documents: Iterable[Document], *, gone: Iterable[int] = (), anew: bool
) -> None:
    try:
        writer: SegmentWriter = index.open_dir(str(folder)).writer(timeout=1.0, limitmb=MEMORY_MB)
        try:
            for notice_id in gone:
                writer.delete_by_term("notice", str(notice_id))
            put = writer.add_document if anew else writer.update_document
            for document in documents:
                put(**_fields(document))
            writer.commit()
        except BaseException:
            with contextlib.suppress(Exception):
                writer.cancel()
            raise
    except FAULTS as fault:
        if isinstance(fault, OSError) and fault.errno in NO_ROOM:
            raise
        raise IndexAwayError from fault


NO_ROOM: Final = frozenset({28, 122, 27})
"""The system's numbers for a full disk, a full share of it, and a file that grew too large."""


def _fields(document: Document) -> dict[str, object]:
    title = " ".join(stems_of(document.title))
    return {
        "notice": str(document.notice_id),
        "number": document.notice_id,
        "title": title,
        "text": BREAK.join((title, *(" ".join(stems_of(text)) for text in document.texts))),
    }


# Finding


def _hits(part: _Part, asked: Asked, allowed: frozenset[int]) -> list[_Hit]:
    """Return the notices of one segment that hold every term."""
    rows: set[int] | None = None
    for word in asked.words:
        holding = _rows(part, "text", word)
        if rows is None:
            numbers = part.numbers
            rows = {row for row in holding if numbers[row] in allowed}
        else:
            rows.intersection_update(holding)
        if not rows:
            return []
    found = sorted(rows or ())
    for term in asked.phrases:
        found = _in_order(part, term, found)
    titles = [frozenset(_rows(part, "title", word)) for word in asked.words]
    return [
        _Hit(part.numbers[row], part, row, sum(row in title for title in titles)) for row in found
    ]


def _rows(part: _Part, field: str, word: str) -> Iterator[int]:
    if (field, word) not in part.searcher.reader():
        return iter(())
    rows: Iterator[int] = part.searcher.reader().postings(field, word).all_ids()
    return rows


def _in_order(part: _Part, term: Term, rows: list[int]) -> list[int]:
    matcher = query.Phrase("text", list(term)).matcher(part.searcher)
    return [row for row in rows if _comes_to(matcher, row)]


def _fits(hits: list[_Hit], asked: Asked) -> dict[int, float]:
    """Return how well the texts of some notices fit, from 0 to 1."""
    weights = {hit.number: 0.0 for hit in hits}
    by_part: dict[int, list[_Hit]] = {}
    for hit in hits:
        by_part.setdefault(id(hit.part), []).append(hit)
    for some in by_part.values():
        some.sort(key=lambda hit: hit.row)
        for word in asked.words:
            matcher = some[0].part.searcher.postings("text", word)
            for hit in some:
                if _comes_to(matcher, hit.row):
                    weights[hit.number] += matcher.score()
    return {number: weight / (weight + HALF) for number, weight in weights.items()}


def _comes_to(matcher: Any, row: int) -> bool:
    """Move a matcher on to a row; tell whether it holds it."""
    if matcher.is_active() and matcher.id() < row:
        matcher.skip_to(row)
    return bool(matcher.is_active() and matcher.id() == row)
