"""Registers of 45,000 and 450,000 requests on each database, with the hand-written ones in them."""

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from benchmarks.haystack import TODAY, documents
from directory.authorities import ensure_authority
from directory.models import Person
from foundation import migrate
from foundation.bulk import batches, insert_all
from foundation.db import EVERY_AUTHORITY, Database
from gatekeeping.alike.index import columns_of
from gatekeeping.alike.meaning import Meaning, meaning_of
from gatekeeping.alike.packing import pack
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind, State, StoredMeaning, Submission, SubmissionVersion, Track
from tests import servers
from tests.evaluation.measuring import text_of

EVALUATION = Path("tests/evaluation")
ROWS = 2_000
STEP = 7_919
"""A copy takes its text from so many documents on, so that no two are the same."""
AT = datetime.combine(TODAY, time(12), UTC)


@dataclass(frozen=True)
class Wanted:
    """A request, and the number of the earlier one that asks the same in other words."""

    part: str
    query: dict[str, Any]
    target: dict[str, Any]
    number: str


@dataclass(frozen=True)
class Entry:
    """One request of the register: what it means, its words, and when it was sent."""

    number: str
    meaning: Meaning
    words: str
    sent: date


@dataclass(frozen=True)
class Filled:
    """A database with a register in it."""

    name: str
    url: str
    authority_id: int
    size: int


def wanted() -> list[Wanted]:
    """Return the hand-written requests that are to be found, of both parts."""
    found = []
    for line in (EVALUATION / "similar.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append(Wanted(row["part"], row["query"], row["target"], f"T/{row['id']}"))
    for line in (EVALUATION / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["label"] == "duplicate":
            found.append(Wanted(row["part"], row["a"], row["b"], f"T/{row['id']}"))
    return found


def entries(size: int, hidden: Sequence[Wanted]) -> list[Entry]:
    """Return the hand-written targets and so many others, in 45,000 of which nothing is repeated.

    Beyond that a request is made of the title and items of one and the text of another.
    """
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        targets = list(pool.map(meaning_in, [one.target for one in hidden], chunksize=20))
        queries = list(pool.map(meaning_in, [one.query for one in hidden], chunksize=20))
        asked = {
            key
            for meaning in (*targets, *queries)
            for thing in meaning.things
            for key, score in thing.concepts.items()
            if score >= 0.5  # noqa: PLR2004 - rather so than not
        }
        base = list(documents(min(size, 45_000), asked=asked))
        meanings = list(pool.map(meaning_in, base, chunksize=200))
    made = [
        Entry(one.number, meaning, text_of(one.target), _sent(one.target))
        for one, meaning in zip(hidden, targets, strict=True)
    ]
    for place in range(size):
        first, other = place % len(base), (place + place // len(base) * STEP) % len(base)
        document, meaning = base[first], meanings[first]
        if other != first:
            document = {**document, "body": base[other]["body"]}
            meaning = replace(meaning, words=meanings[other].words)
        made.append(Entry(f"OLD/{place:06}", meaning, text_of(document), _sent(document)))
    return made


def meaning_in(document: dict[str, Any]) -> Meaning:
    """Return what a document means; the work of one process."""
    return meaning_of(SubmissionDocument.read(document))


@contextmanager
def filled(register: Sequence[Entry]) -> Iterator[list[Filled]]:
    """Store the register on SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        server = stack.enter_context(servers.postgresql())
        urls = {"SQLite": f"sqlite:///{folder / 'portal.db'}", "PostgreSQL": server.url}
        yield [_fill(name, url, register) for name, url in urls.items()]


def _fill(name: str, url: str, register: Sequence[Entry]) -> Filled:
    print(f"filling {name} with {len(register):,}", file=sys.stderr)
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        authority_id = ensure_authority(session, la_code="888", name="Lancashire").authority_id
        person = Person(
            authority_id=authority_id, email="a@council.example", name="A", created_at=AT
        )
        session.add(person)
        session.flush()
        person_id = person.id
    for start, some in zip(range(1, len(register) + 1, ROWS), batches(register, ROWS), strict=True):
        with database.transaction(authority=authority_id) as session:
            rows = [_rows(authority_id, person_id, at, one) for at, one in enumerate(some, start)]
            for table, model in enumerate((Submission, SubmissionVersion, StoredMeaning)):
                insert_all(session, model, [row[table] for row in rows])
    if database.is_postgresql:
        with database.transaction(authority=authority_id) as session:
            for table in ("submission", "submission_version"):
                own = f"pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table})"  # noqa: S608 - names of ours
                session.execute(sa.text(f"SELECT setval({own})"))
    pack(database, authority_id)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("ANALYZE"))
    database.engine.dispose()
    return Filled(name, url, authority_id, len(register))


def _rows(authority_id: int, person_id: int, own: int, entry: Entry) -> tuple[dict[str, Any], ...]:
    at = datetime.combine(min(entry.sent, TODAY), time(9), UTC)
    shared = {"authority_id": authority_id, "document": {"title": entry.meaning.title}}
    shared |= {"submitted_at": at, "schools": 600, "track": Track.STANDARD, "version": 1}
    submission = {
        **shared,
        "id": own,
        "author_id": person_id,
        "organisation_id": authority_id,
        "kind": Kind.DATA_REQUEST,
        "state": State.LIVE if own % 9 == 0 else State.CLOSED,
        "title": entry.meaning.title,
        "number": entry.number,
        "send_on": entry.sent,
        "created_at": at,
        "updated_at": at,
        "revision": 1,
    }
    version = {
        **shared,
        "id": own,
        "submission_id": own,
        "burden": {},
        "attachments": [],
        "submitted_by_id": person_id,
        "law": {},
        "changes": [],
    }
    ids = {"authority_id": authority_id, "submission_id": own, "version_id": own}
    return submission, version, columns_of(entry.meaning, **ids, day=entry.sent)


def _sent(document: dict[str, Any]) -> date:
    said = document.get("send_on")
    return date.fromisoformat(said) if said else TODAY
