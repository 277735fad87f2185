"""What searching is compared with: raw Whoosh, SQLite FTS5 and tantivy over the same texts.

Each answers with the twenty best that a school has, out of an index in files that grows.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy
from whoosh import fields, index, query
from whoosh.analysis import StemmingAnalyzer

BEST = 20
MANY = 50
"""What went to more schools than this is marked as gone to many."""
HEAP = 256_000_000
MEMORY_MB = 64
FTS5 = """
SELECT rowid FROM words WHERE words MATCH ? AND rowid IN (SELECT id FROM at WHERE school = ?)
ORDER BY bm25(words, 3.0, 1.0) LIMIT 20
"""


@dataclass(frozen=True)
class Text:
    """A text and the schools that it went to."""

    id: int
    title: str
    body: str
    schools: Sequence[int]

    @property
    def audience(self) -> list[str]:
        """Return the schools as words, or one word for very many."""
        return ["many"] if len(self.schools) > MANY else [f"s{one}" for one in self.schools]


@dataclass
class Rival:
    """One of them. ``grow`` takes texts; ``ask`` takes words and a school and counts the best."""

    name: str
    grow: Callable[[Iterable[Text]], None]
    ask: Callable[[str, int], int]
    most: int = 10**9
    """More texts than these take it too long."""
    rate: float = 0.0

    def take(self, texts: Sequence[Text]) -> None:
        """Take texts in and note how many a second."""
        start = time.perf_counter()
        self.grow(texts)
        self.rate = len(texts) / (time.perf_counter() - start)


def rivals(folder: Path) -> list[Rival]:
    """Return all of them, empty."""
    return [_whoosh(folder), _fts5(folder), _tantivy(folder)]


def _whoosh(folder: Path) -> Rival:
    words = StemmingAnalyzer(stoplist=None, minsize=1)
    schema = fields.Schema(
        id=fields.ID(stored=True),
        audience=fields.KEYWORD(),
        title=fields.TEXT(analyzer=words, field_boost=3.0),
        body=fields.TEXT(analyzer=words),
    )
    place = folder / "whoosh"
    place.mkdir()
    made = index.create_in(str(place), schema)
    kept = {"searcher": made.searcher()}

    def grow(texts: Iterable[Text]) -> None:
        writer = made.writer(limitmb=MEMORY_MB)
        for text in texts:
            writer.add_document(
                id=str(text.id), title=text.title, body=text.body, audience=" ".join(text.audience)
            )
        writer.commit()
        kept["searcher"] = kept["searcher"].refresh()

    def ask(asked: str, school: int) -> int:
        stems = [token.text for token in words(asked.lower())]
        needed = query.And(
            [query.Or([query.Term("title", stem), query.Term("body", stem)]) for stem in stems]
        )
        allowed = query.Or([query.Term("audience", "many"), query.Term("audience", f"s{school}")])
        return len(list(kept["searcher"].search(needed, limit=BEST, filter=allowed)))

    return Rival("raw Whoosh", grow, ask, most=25_000)


def _fts5(folder: Path) -> Rival:
    store = sqlite3.connect(folder / "fts5.db", isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=NORMAL",
        "CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize='porter unicode61')",
        "CREATE TABLE at(school INTEGER, id INTEGER, PRIMARY KEY(school, id)) WITHOUT ROWID",
    ):
        store.execute(statement)

    def grow(texts: Iterable[Text]) -> None:
        store.execute("BEGIN")
        for text in texts:
            row = (text.id, text.title, text.body)
            store.execute("INSERT INTO words(rowid, title, body) VALUES (?, ?, ?)", row)
            places = [(school, text.id) for school in text.schools]
            store.executemany("INSERT OR IGNORE INTO at VALUES (?, ?)", places)
        store.execute("COMMIT")

    def ask(words: str, school: int) -> int:
        needed = " ".join(f'"{word}"' for word in words.split())
        return len(store.execute(FTS5, (needed, school)).fetchall())

    return Rival("SQLite FTS5", grow, ask)


def _tantivy(folder: Path) -> Rival:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True)
    for name, how in (("title", "en_stem"), ("body", "en_stem"), ("audience", "raw")):
        builder.add_text_field(name, tokenizer_name=how)
    place = folder / "tantivy"
    place.mkdir()
    made = tantivy.Index(builder.build(), path=str(place))
    writer = made.writer(heap_size=HEAP, num_threads=1)

    def grow(texts: Iterable[Text]) -> None:
        for text in texts:
            writer.add_document(
                tantivy.Document(
                    id=text.id, title=text.title, body=text.body, audience=text.audience
                )
            )
        writer.commit()
        made.reload()

    def ask(words: str, school: int) -> int:
        needed = " AND ".join(f"(title:{word}^3 OR body:{word})" for word in words.lower().split())
        asked = made.parse_query(f"({needed}) AND (audience:many OR audience:s{school})")
        return len(made.searcher().search(asked, BEST).hits)

    return Rival("tantivy", grow, ask)
