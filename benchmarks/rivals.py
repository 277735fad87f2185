"""What the index is compared with: TF-IDF, rare words with RapidFuzz, MinHash; the same texts."""

import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from rapidfuzz import fuzz, process

TOP = 5
CANDIDATES = 20
RAREST = 8
MOST_HASHED = 45_000
"""MinHash in pure Python takes minutes for more."""
Ask = Callable[[str], Sequence[int]]


@dataclass(frozen=True)
class Result:
    """How long a question takes, how much memory the rival holds, and how often it finds."""

    name: str
    build_s: float
    p50_ms: float
    p95_ms: float
    memory_mb: float
    recall: dict[str, float]


def measure(texts: Sequence[str], questions: Sequence[tuple[str, str, int]]) -> list[Result]:
    """Measure each. A question is its part, its text and the place of the text that it seeks."""
    makers: dict[str, Callable[[Sequence[str]], Ask]] = {
        "TF-IDF brute force (scikit-learn)": _tf_idf,
        "rarest words (SQLite FTS5), then RapidFuzz": _rare_words,
        "MinHash LSH (rensa)": _rensa,
    }
    if len(texts) <= MOST_HASHED + len(questions):
        makers["MinHash LSH (datasketch)"] = _datasketch
    return [_measured(name, make, texts, questions) for name, make in makers.items()]


def _measured(
    name: str,
    make: Callable[[Sequence[str]], Ask],
    texts: Sequence[str],
    questions: Sequence[tuple[str, str, int]],
) -> Result:
    before, start = _memory(), time.perf_counter()
    ask = make(texts)
    built, memory = time.perf_counter() - start, _memory() - before
    spent: list[float] = []
    hits: dict[str, list[bool]] = {}
    for part, text, place in questions:
        start = time.perf_counter()
        found = ask(text)
        spent.append((time.perf_counter() - start) * 1000)
        hits.setdefault(part, []).append(place in list(found)[:TOP])
    recall = {part: sum(some) / len(some) for part, some in hits.items()}
    return Result(name, built, median(spent), quantiles(spent, n=20)[-1], memory, recall)


def _tf_idf(texts: Sequence[str]) -> Ask:
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(sublinear_tf=True)
    rows = made.fit_transform(texts)

    def ask(text: str) -> Sequence[int]:
        scores = (rows @ made.transform([text]).T).toarray().ravel()
        return [int(place) for place in scores.argsort()[: -TOP - 1 : -1]]

    return ask


def _rare_words(texts: Sequence[str]) -> Ask:
    store = sqlite3.connect(":memory:")
    store.execute("CREATE VIRTUAL TABLE texts USING fts5(words, tokenize='porter unicode61')")
    store.executemany("INSERT INTO texts(rowid, words) VALUES (?, ?)", enumerate(texts))
    store.execute("CREATE VIRTUAL TABLE known USING fts5vocab(texts, 'row')")
    store.execute("CREATE TABLE often AS SELECT term, doc FROM known")
    store.execute("CREATE UNIQUE INDEX by_term ON often(term)")
    stem = sqlite3.connect(":memory:")
    stem.execute("CREATE VIRTUAL TABLE one USING fts5(words, tokenize='porter unicode61')")
    stem.execute("CREATE VIRTUAL TABLE said USING fts5vocab(one, 'row')")

    def ask(text: str) -> Sequence[int]:
        stem.execute("DELETE FROM one")
        stem.execute("INSERT INTO one(words) VALUES (?)", (text,))
        terms = [row[0] for row in stem.execute("SELECT term FROM said")]
        marks = ",".join("?" * len(terms))
        rarest = store.execute(
            f"SELECT term FROM often WHERE term IN ({marks}) ORDER BY doc LIMIT {RAREST}",  # noqa: S608
            terms,
        )
        query = " OR ".join(f'"{row[0]}"' for row in rarest)
        if not query:
            return []
        found = store.execute(
            "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?", (query, CANDIDATES)
        )
        places = [row[0] for row in found]
        ranked = process.extract(
            text, [texts[place] for place in places], scorer=fuzz.token_set_ratio, limit=TOP
        )
        return [places[at] for _, _, at in ranked]

    return ask


def _datasketch(texts: Sequence[str]) -> Ask:
    from datasketch import MinHash, MinHashLSH

    def sketch(text: str) -> MinHash:
        made = MinHash(num_perm=128)
        made.update_batch([word.encode() for word in _words(text)])
        return made

    sketches = [sketch(text) for text in texts]
    index = MinHashLSH(threshold=0.3, num_perm=128)
    for place, one in enumerate(sketches):
        index.insert(place, one)

    def ask(text: str) -> Sequence[int]:
        one = sketch(text)
        return sorted(index.query(one), key=lambda place: -one.jaccard(sketches[place]))[:TOP]

    return ask


def _rensa(texts: Sequence[str]) -> Ask:
    from rensa import RMinHash, RMinHashLSH

    def sketch(text: str) -> RMinHash:
        made = RMinHash(num_perm=128, seed=42)
        made.update(sorted(_words(text)))
        return made

    sketches = [sketch(text) for text in texts]
    index = RMinHashLSH(threshold=0.3, num_perm=128, num_bands=32)
    for place, one in enumerate(sketches):
        index.insert(place, one)

    def ask(text: str) -> Sequence[int]:
        one = sketch(text)
        return sorted(index.query(one), key=lambda place: -one.jaccard(sketches[place]))[:TOP]

    return ask


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6
