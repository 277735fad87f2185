"""The search index: the only module that knows Whoosh.

The index lies in generations, each a folder of its own under one root; the file ``current`` names
the one in use. A rebuild writes a new generation beside it and swaps the name, so that searching
goes on meanwhile. The index holds no texts, only words and ids, and may be thrown away at any
time: the database is the truth, also about who may see what.
"""

import contextlib
import fcntl
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from whoosh import fields, index, query, scoring
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter
from whoosh.searching import Searcher
from whoosh.writing import SegmentWriter

from foundation import clock

FORMAT = "1"
"""Changes with the schema: an index of another format counts as missing and is rebuilt."""
MOST_TEXT = 200
MOST_WORDS = 12
POLL = 0.05
MEMORY_MB = 64
BREAK = "\nxqfieldbreakqx\n"
"""Stands between fields that are searched as one text, so that no phrase runs across them."""
COMMON = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "how", "i"}
    | {"in", "is", "it", "of", "on", "or", "our", "that", "the", "their", "they", "this", "to"}
    | {"was", "we", "what", "when", "where", "which", "who", "will", "with", "you", "your"}
)
SUSPECTED = timedelta(minutes=10)
"""How old an index must be before a failed search has it built anew: a new one that fails too
would otherwise be rebuilt for ever."""

Term = tuple[str, ...]
"""Words in their stems; several are a phrase."""

_analyzer = RegexTokenizer(r"\w+") | LowercaseFilter() | StemFilter(cachesize=20_000)
_schema = fields.Schema(
    notice=fields.ID(unique=True, stored=True),
    authority=fields.ID(),
    audience=fields.KEYWORD(),
    title=fields.TEXT(analyzer=_analyzer, phrase=False),
    text=fields.TEXT(analyzer=_analyzer, phrase=True),
)


class IndexAwayError(Exception):
    """There is no index that can be read: it is missing, of an earlier format, or broken."""


@dataclass(frozen=True)
class Document:
    """What the index learns of a notice. ``schools`` None: it went to very many schools."""

    notice_id: int
    authority_id: int
    title: str
    texts: tuple[str, ...]
    schools: frozenset[int] | None


@dataclass(frozen=True)
class Asked:
    """What was typed, understood: every term must be there."""

    terms: tuple[Term, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was left to look for."""
        return not self.terms


def understand(typed: str) -> Asked:
    """Read what a person typed: words, and phrases in double quotes. Never raises.

    A word with marks inside (a number such as 888-2627-C-00417-X, term-time) counts as a phrase.
    Very common words are left out unless they stand in a phrase or nothing else is there.
    """
    pieces = re.findall(r'"([^"]*)"?|(\S+)', re.sub("[“”„«»]", '"', typed[:MOST_TEXT]))
    terms: list[Term] = []
    common: list[Term] = []
    for quoted, word in pieces:
        term = tuple(stem for stem, _, _ in stems(quoted or word))
        if not term:
            continue
        is_common = not quoted and word.casefold() in COMMON
        (common if is_common else terms).append(term)
    return Asked(tuple(dict.fromkeys(terms or common))[:MOST_WORDS])


def stems(text: str) -> Iterator[tuple[str, int, int]]:
    """Return each word of a text in its stem, and where it stands."""
    for token in _analyzer(text, positions=True, chars=True):
        yield token.text, token.startchar, token.endchar


class SearchIndex:
    """The index under one folder."""

    # One reader per process and generation, used by one thread at a time.
    _open: dict[Path, Searcher] = {}
    _turn = threading.RLock()

    def __init__(self, root: Path) -> None:
        """Use the index under ``root``; nothing is made before something is written."""
        self._root = root

    @property
    def is_ready(self) -> bool:
        """Tell whether there is an index that opens."""
        try:
            with self._turn:
                self._searcher_again()
        except IndexAwayError:
            return False
        return True

    def find(self, asked: Asked, *, authority_id: int, school_id: int, most: int) -> list[int]:
        """Return ids of notices that hold every term, best first, at most ``most``.

        They are candidates: all that reached the school are among them, and some that did not.
        Raises IndexAwayError.
        """
        if asked.is_empty:
            return []
        audience = query.Or(
            [query.Term("audience", "many"), query.Term("audience", f"s{school_id}")]
        )
        allowed = query.And([query.Term("authority", str(authority_id)), audience])
        with self._reading() as searcher:
            hits = searcher.search(_query(asked), limit=most, filter=allowed)
            return [int(hit["notice"]) for hit in hits]

    @contextlib.contextmanager
    def held(self, *, wait: float) -> Iterator[bool]:
        """Hold the right to write; False when another holds it for longer than ``wait`` seconds.

        The system lets go of it when the holder dies.
        """
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._root / "lock").open("w") as handle:
            end = time.monotonic() + wait
            while not _locked(handle.fileno()):
                if time.monotonic() >= end:
                    yield False
                    return
                time.sleep(POLL)
            yield True  # closing the file lets go

    def update(self, documents: Iterable[Document]) -> None:
        """Put notices into the index, in place of what it held of them. Hold the right to write.

        Raises IndexAwayError. Killed half-way, the index stays as it was.
        """
        try:
            opened = index.open_dir(str(self._current()))
            writer = opened.writer(timeout=1.0, limitmb=MEMORY_MB)
            try:
                for document in documents:
                    writer.update_document(**_fields(document))
                writer.commit()
            except BaseException:
                with contextlib.suppress(Exception):
                    writer.cancel()
                raise
        except (OSError, index.IndexError, EOFError, AssertionError, ValueError, KeyError) as fault:
            raise IndexAwayError from fault

    def replace(self, documents: Iterable[Document]) -> int:
        """Write a new index of all these notices and swap it in. Hold the right to write."""
        begun = int(clock.now().timestamp())
        folder = Path(tempfile.mkdtemp(prefix=f"{FORMAT}-{begun}-", dir=self._root))
        count = 0
        try:
            writer: SegmentWriter = index.create_in(str(folder), _schema).writer(limitmb=MEMORY_MB)
            for document in documents:
                writer.add_document(**_fields(document))
                count += 1
            writer.commit()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        pointer = self._root / "current.new"
        pointer.write_text(folder.name)
        pointer.replace(self._root / "current")
        for old in self._root.iterdir():
            if old.is_dir() and old != folder:
                shutil.rmtree(old, ignore_errors=True)
        return count

    def suspect(self) -> None:
        """Say that a search failed: unless it is quite new, the next worker builds it anew."""
        with contextlib.suppress(IndexAwayError):
            begun = int(self._current().name.split("-")[1])
            if clock.now().timestamp() - begun > SUSPECTED.total_seconds():
                (self._root / "current").unlink(missing_ok=True)

    def _current(self) -> Path:
        try:
            name = (self._root / "current").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise IndexAwayError from fault
        if not re.fullmatch(rf"{FORMAT}-\d+-\w+", name):
            raise IndexAwayError
        return self._root / name

    def _searcher(self) -> Searcher:
        folder = self._current()
        try:
            known = self._open.pop(folder, None)
            searcher = known.refresh() if known else _opened(folder)
        except Exception as fault:  # whatever a damaged file makes Whoosh raise
            raise IndexAwayError from fault
        for other in [place for place in self._open if place.parent == self._root]:
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
                raise IndexAwayError from fault

    def _searcher_again(self) -> Searcher:
        # A rebuild or a merge may take the files away between reading their names and opening.
        try:
            return self._searcher()
        except IndexAwayError:
            return self._searcher()


def _opened(folder: Path) -> Searcher:
    return index.open_dir(str(folder)).searcher(weighting=scoring.BM25F())


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fields(document: Document) -> dict[str, str]:
    schools = "many"
    if document.schools is not None:
        schools = " ".join(f"s{school_id}" for school_id in sorted(document.schools))
    return {
        "notice": str(document.notice_id),
        "authority": str(document.authority_id),
        "audience": schools,
        "title": document.title,
        "text": BREAK.join((document.title, *document.texts)),
    }


def _query(asked: Asked) -> query.Query:
    needed = query.And([_term("text", term) for term in asked.terms])
    words = {word for term in asked.terms for word in term}
    lifted = query.Or([query.Term("title", word, boost=3.0) for word in sorted(words)])
    return query.AndMaybe(needed, lifted)


def _term(field: str, term: Term) -> query.Query:
    if len(term) == 1:
        return query.Term(field, term[0])
    return query.Phrase(field, list(term))
