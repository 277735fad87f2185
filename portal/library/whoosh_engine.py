"""The search index in files: knows Whoosh, as ``whoosh_reading`` does and nothing else.

It holds no texts, only stems and ids, and may be thrown away at any time: the database is the
truth, also about who may see what.
"""

import contextlib
import threading
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from whoosh import columns, fields, index, scoring
from whoosh.analysis import RegexTokenizer
from whoosh.searching import Searcher
from whoosh.writing import SegmentWriter

from portal.library.documents import Document
from portal.library.engine import MOST_RANKED, IndexAwayError, Match
from portal.library.generations import Generations
from portal.library.whoosh_reading import Part, fits_of, forget, hits_in
from portal.library.words import Asked, stems_of

MEMORY_MB: Final = 64
BREAK: Final = " § "
"""Stands between texts that are searched as one, so that no phrase runs across them."""
FAULTS: Final = (OSError, index.IndexError, EOFError, AssertionError, ValueError, KeyError)
"""What Whoosh raises when its files are not what they should be."""

_stemmed = RegexTokenizer(r"\S+")
_schema = fields.Schema(
    notice=fields.ID(unique=True),
    number=fields.COLUMN(columns.NumericColumn("q")),
    title=fields.TEXT(analyzer=_stemmed, phrase=False),
    text=fields.TEXT(analyzer=_stemmed, phrase=True),
)


class WhooshIndex(Generations):
    """The index under one folder."""

    # One reader per process and generation, used by one thread at a time.
    _open: dict[Path, Searcher] = {}
    _numbers: dict[str, Sequence[int]] = {}
    _rows: dict[tuple[str, int], Mapping[int, int]] = {}
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
            found = [
                hit
                for number, part in enumerate(parts)
                for hit in hits_in(number, part, asked, allowed)
            ]
            found.sort(reverse=True)
            fits = fits_of(parts, found[:MOST_RANKED], asked)
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

    def _parts(self, searcher: Searcher) -> list[Part]:
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
            numbers = self._numbers[place]
            parts.append(Part(leaf, place, numbers, self._standing(reader, place, numbers)))
        return parts

    def _standing(self, reader: Any, place: str, numbers: Sequence[int]) -> Mapping[int, int]:
        # Rows of a segment are never added, only deleted: their number tells one state of it.
        state = (place, reader.doc_count())
        if state not in self._rows:
            if len(self._rows) > KNOWN:
                self._rows.clear()
            self._rows[state] = {numbers[row]: row for row in reader.all_doc_ids()}
        return self._rows[state]

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
                self._rows.clear()
                forget()
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
