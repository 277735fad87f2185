"""Searching and the inbox as the number of documents grows, beside the bare engines.

`--documents N` measures that size alone; `--parts postgresql,whoosh,rivals,found` only those.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from benchmarks import search_found, search_rivals
from benchmarks.search_bare import bare_ask
from benchmarks.search_measuring import ask_engine, ask_portal, middle, pages, times
from benchmarks.search_questions import Asks, questions
from benchmarks.search_rivals import Rival
from benchmarks.search_stage import build, count_deliveries, engine_of, grow, texts
from benchmarks.stage import (
    PORTAL,
    Stage,
    build_stage,
    environment_of,
    new_approved,
)
from benchmarks.tables import Table, verdict
from foundation import clock
from gatekeeping.sending import send_approved
from notifications.events import NoticeSent
from notifications.models import Notice
from portal.library.indexing import note_change
from tests import servers

SIZES = (1_000, 10_000, 100_000, 253_000)
EMBEDDED = (1_000, 10_000, 25_000)
"""The embedded search is not meant for more."""
PARTS = ("postgresql", "whoosh", "rivals", "found")
SEARCH_MS, WHOOSH_MS, INBOX_MS = 100, 60, 80
RATIO, WHOOSH_RATIO = 2.0, 1.5
ADD_MS, FOUND_S, LOAD_S = 300, 2.0, 600
ADDED = 30
COLUMNS = (
    *("engine", "documents", "deliveries", "load s", "index s", "documents/s"),
    *("search p50 ms", "p95 ms", "index alone p50 ms", "p95 ms", "page p50 ms", "p95 ms"),
    *("inbox p50 ms", "p95 ms"),
)
BESIDE = ("database", "documents", "what", "documents/s taken in", "p50 ms", "p95 ms", "ours/it")


@dataclass(frozen=True)
class Tables:
    """What is measured."""

    growth: Table
    beside: Table
    rest: Table


def measure() -> list[Table]:
    """Grow one authority on each database and measure at each size."""
    only = os.environ.get("SEARCH_DOCUMENTS")
    parts = (os.environ.get("SEARCH_PARTS") or ",".join(PARTS)).split(",")
    sizes = tuple(map(int, only.split(","))) if only else SIZES
    few = tuple(size for size in sizes if size <= EMBEDDED[-1]) if only else EMBEDDED
    tables = Tables(
        Table("Searching and the inbox, by the number of documents", COLUMNS),
        Table("The same questions, side by side", BESIDE),
        Table("The index follows", ("engine", "documents", "what", "p50", "p95")),
    )
    if "postgresql" in parts:
        with _stage("PostgreSQL") as stage:
            _at_sizes(stage, sizes, parts, tables)
    if "whoosh" in parts and few:
        with _stage("SQLite") as stage:
            _at_sizes(stage, few, parts, tables)
    return [table for table in vars(tables).values() if table.rows]


def _at_sizes(
    stage: Stage,
    sizes: Sequence[int],
    parts: Sequence[str],
    tables: Tables,
) -> None:
    with TemporaryDirectory() as folder:
        others = search_rivals.rivals(Path(folder)) if "rivals" in parts else []
        newest = 0
        for size in sizes:
            loaded = grow(stage, size)
            built, count = build(stage)
            asked = _asked(stage)
            found = _search(stage, asked, tables.growth, (size, loaded, built, count))
            if others:
                more = texts(stage, newest)
                newest = max(newest, *(text.id for text in more))
                there = [other for other in others if size <= other.most]
                for other in there:
                    other.take(more)
                _side_by_side(stage, size, there, asked, tables.beside)
            if stage.database.is_postgresql:
                _compare_with_sql(stage, size, asked, found, tables.beside)
            _print_last(tables.growth)
        _incremental(stage, sizes[-1], tables.rest)
        if "found" in parts:
            _found(stage, sizes[-1], tables.rest)
        if not stage.database.is_postgresql:
            _serve_while_building(stage, sizes[-1], tables.rest)


def _asked(stage: Stage) -> list[Asks]:
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        return questions(session, stage.authority_id)


def _search(
    stage: Stage, asked: Sequence[Asks], table: Table, made: tuple[int, float, float, int]
) -> list[float]:
    size, loaded, built, count = made
    whole = times(asked, lambda one: ask_portal(stage, one))
    alone = times(asked, lambda one: ask_engine(stage, one))
    searched = pages(stage, asked, lambda one: f"/search?q={one.words.replace(' ', '+')}")
    inboxes = pages(stage, asked, lambda _one: "/inbox")
    deliveries = count_deliveries(stage)
    table.rows.append(
        (
            *(stage.name, size, deliveries, loaded, built, count / built),
            *(*middle(whole), *middle(alone), *middle(searched), *middle(inboxes)),
        )
    )
    limit = SEARCH_MS if stage.database.is_postgresql else WHOOSH_MS
    table.notes.append(
        f"{stage.name}, {size:,}: search p95 under {limit} ms "
        f"{verdict(met=middle(whole)[1] < limit)}; inbox p95 under {INBOX_MS} ms "
        f"{verdict(met=middle(inboxes)[1] < INBOX_MS)}; loaded and indexed in under {LOAD_S} s "
        f"{verdict(met=loaded + built < LOAD_S)}."
    )
    return whole


def _side_by_side(
    stage: Stage,
    size: int,
    there: Sequence[Rival],
    asked: Sequence[Asks],
    table: Table,
) -> None:
    heads = [one for one in asked if one.reader.is_head]
    ours: list[float] = []
    theirs: dict[str, list[float]] = {other.name: [] for other in there}
    for one in heads:  # in turns, so that a busy moment meets all
        ours += times([one], lambda one: ask_engine(stage, one))
        for other in there:
            theirs[other.name] += times([one], _asker(other))
    mine = middle(ours)
    table.rows.append((stage.name, size, "ours, the index alone", "-", *mine, 1.0))
    for other in there:
        its = middle(theirs[other.name])
        table.rows.append((stage.name, size, other.name, other.rate, *its, mine[0] / its[0]))
        if other.name == "raw Whoosh" and not stage.database.is_postgresql:
            met = mine[0] <= WHOOSH_RATIO * its[0]
            table.notes.append(
                f"{size:,}: within {WHOOSH_RATIO} times raw Whoosh {verdict(met=met)}."
            )


def _asker(other: Rival) -> Callable[[Asks], int]:
    return lambda one: other.ask(one.words, one.reader.school_id)


def _compare_with_sql(
    stage: Stage, size: int, asked: Sequence[Asks], found: Sequence[float], table: Table
) -> None:
    with bare_ask(stage.settings.database) as ask:
        bare = times(asked, ask)
    mine, its = middle(found), middle(bare)
    ratio = mine[1] / its[1]
    table.rows.append((stage.name, size, "bare SQL, beside the whole search", "-", *its, ratio))
    table.notes.append(
        f"PostgreSQL, {size:,}: the whole search within {RATIO:.0f} times bare SQL at p95 "
        f"{verdict(met=ratio <= RATIO)}."
    )


def _incremental(stage: Stage, size: int, table: Table) -> None:
    """Send new items to all schools and time what the index worker does for each."""
    engine, spent = engine_of(stage), []
    while engine.work(stage.database, stopping=lambda: False).comes_back:
        pass  # what the demonstration left
    for _ in range(ADDED):
        event = new_approved(stage)
        with stage.database.transaction(authority=stage.authority_id) as session:
            send_approved(session, event, clock.now())
            newest = session.scalar(sa.select(sa.func.max(Notice.id))) or 0
            note_change(session, NoticeSent(stage.authority_id, newest), clock.now())
        start = time.perf_counter()
        engine.work(stage.database, stopping=lambda: False)
        spent.append((time.perf_counter() - start) * 1000)
    table.rows.append((stage.name, size, "add one, ms", *middle(spent)))
    table.notes.append(
        f"{stage.name}: one more in under {ADD_MS} ms at p95 "
        f"{verdict(met=middle(spent)[1] < ADD_MS)}."
    )


def _serve_while_building(stage: Stage, size: int, table: Table) -> None:
    """Build the index anew in another process, from nothing, and open pages meanwhile."""
    asked = _asked(stage)
    shutil.rmtree(stage.settings.index, ignore_errors=True)
    process = subprocess.Popen(
        [PORTAL, "search", "rebuild"],
        env=environment_of(stage),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    inboxes: list[float] = []
    searches: list[float] = []
    start = time.perf_counter()
    while process.poll() is None:
        inboxes += pages(stage, asked[:40], lambda _one: "/inbox")
        searches += pages(stage, asked[:40], lambda one: f"/search?q={one.words.split()[0]}")
    spent = time.perf_counter() - start
    if process.returncode:
        sys.exit("The index could not be built: run portal search rebuild to see why.")
    table.rows.append((stage.name, size, "inbox while the index is built, ms", *middle(inboxes)))
    table.rows.append((stage.name, size, "search while it is built, ms", *middle(searches)))
    table.rows.append((stage.name, size, "the build meanwhile, s", spent, spent))


def _found(stage: Stage, size: int, table: Table) -> None:
    spent = search_found.seconds_until_found(stage)
    table.rows.append((stage.name, size, "from approval until it is found, s", *middle(spent)))
    table.notes.append(
        f"{stage.name}: found within {FOUND_S:.0f} s {verdict(met=max(spent) < FOUND_S)} "
        f"(longest {max(spent):.2f} s)."
    )


@contextmanager
def _stage(name: str) -> Iterator[Stage]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory())) / "home"
        if name == "SQLite":
            url = f"sqlite:///{home / 'portal.db'}"
        else:
            url = stack.enter_context(servers.postgresql()).url
        stage = build_stage(name, home, url)
        stack.callback(stage.database.engine.dispose)
        yield stage


def _print_last(table: Table) -> None:
    print(table.rows[-1], flush=True)
