"""Who gets it and why, beside the bare query and beside one query for each school."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks import england
from benchmarks.stage import Stage
from benchmarks.tables import Table, median, verdict
from categories.models import Category, Owner, Part
from categories.routing.plan import Asked, summary
from categories.routing.route import route
from directory.audience import Audience, school_ids
from directory.models import AuthorityProfile, Person, PersonState, School
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database

ROUNDS = 15
FEW = 5
CHOSEN = 3
LIMIT_MS = 60
LIMIT_ENGLAND_S = 3
COLUMNS = (
    *("where", "schools", "owners", "what", "statements", "rows"),
    *("median ms", "slowest ms"),
)


def measure(stages: list[Stage]) -> list[Table]:
    """Time one authority on each database, then one and all of England."""
    today = clock.local_date(clock.now())
    one = Table(f"Routing to all schools of an authority, {CHOSEN} categories", COLUMNS)
    for stage in stages:
        _one_authority(one, stage.name, stage.database, stage.authority_id, today)
    with england.england() as database:
        _one_authority(one, "England, PostgreSQL", database, 1, england.DAY)
        every = _every_authority(database)
    return [one, every]


def _one_authority(
    table: Table, name: str, database: Database, authority_id: int, on: date
) -> None:
    with database.session(authority=authority_id, writes=False) as session:
        schools = school_ids(authority_id, Audience(all=True))
        ids = _category_ids(session, authority_id)
        ours = route(authority_id, schools, ids, on=on)
        asked = Asked(authority_id, schools, ids, on)
        bare = _bare(authority_id, ids)
        about = (
            name,
            len(session.execute(schools).all()),
            session.scalar(sa.select(sa.func.count(Owner.id)).where(Owner.ended_at.is_(None))),
        )
        works: dict[str, tuple[int, Callable[[], int]]] = {
            "ours, with reasons": (ROUNDS, lambda: len(session.execute(ours).all())),
            "ours, the summary": (ROUNDS, lambda: summary(session, asked).schools),
            "bare query: owner and person": (ROUNDS, lambda: len(session.execute(bare).all())),
            "one query for each school": (FEW, lambda: _naive(session, authority_id, ids)),
        }
        for what, (rounds, work) in works.items():
            spent, statements, rows = _timed(database, rounds, work)
            table.rows.append(
                (*about, what, statements, rows, median(spent) * 1000, max(spent) * 1000)
            )
            if what == "ours, with reasons":
                met = median(spent) * 1000 < LIMIT_MS
                table.notes.append(f"{name}: under {LIMIT_MS} ms {verdict(met=met)}.")


def _every_authority(database: Database) -> Table:
    table = Table("Routing to all schools of England, an authority after the other", COLUMNS)
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authorities = session.scalars(
            sa.select(AuthorityProfile.authority_id).order_by(AuthorityProfile.authority_id)
        ).all()
        about = (f"England: {len(authorities)} authorities", england.SCHOOLS)
        owners = session.scalar(sa.select(sa.func.count(Owner.id)))
        chosen = {each: _category_ids(session, each) for each in authorities}

        def ours() -> int:
            return sum(
                len(session.execute(_whole(each, ids)).all()) for each, ids in chosen.items()
            )

        def bare() -> int:
            return sum(len(session.execute(_bare(each, ids)).all()) for each, ids in chosen.items())

        for what, work in (("ours, with reasons", ours), ("bare query", bare)):
            spent, statements, rows = _timed(database, FEW, work)
            table.rows.append(
                (*about, owners, what, statements, rows, median(spent) * 1000, max(spent) * 1000)
            )
            if work is ours:
                met = max(spent) < LIMIT_ENGLAND_S
                table.notes.append(f"Under {LIMIT_ENGLAND_S} s {verdict(met=met)}.")
    return table


def _whole(authority_id: int, ids: list[int]) -> sa.Select[tuple[int, int | None, int | None, str]]:
    return route(authority_id, school_ids(authority_id, Audience(all=True)), ids, on=england.DAY)


def _category_ids(session: Session, authority_id: int) -> list[int]:
    return list(
        session.scalars(
            sa.select(Category.id)
            .where(Category.authority_id == authority_id, Category.retired_at.is_(None))
            .order_by(Category.number)
            .limit(CHOSEN)
        )
    )


def _bare(authority_id: int, ids: list[int]) -> sa.Select[tuple[int, int, int]]:
    """Return the plainest query that finds owners for the same pairs: no fallback, no reason."""
    return (
        sa.select(Owner.school_id, Owner.category_id, Owner.person_id)
        .join(Person, Person.id == Owner.person_id)
        .where(
            Owner.authority_id == authority_id,
            Owner.category_id.in_(ids),
            Owner.part == Part.LEAD,
            Owner.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
    )


def _naive(session: Session, authority_id: int, ids: list[int]) -> int:
    """Ask for the owners of each school in a query of its own."""
    schools = session.scalars(
        sa.select(School.id).where(School.authority_id == authority_id, School.closed_on.is_(None))
    ).all()
    plain = _bare(authority_id, ids)
    return sum(len(session.execute(plain.where(Owner.school_id == each)).all()) for each in schools)


def _timed(
    database: Database, rounds: int, work: Callable[[], int]
) -> tuple[list[float], int, int]:
    """Return the seconds of each round, the statements of one, and its rows; the first is warm."""
    with _counting(database) as sent:
        rows = work()
        statements = len(sent)
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return spent, statements, rows


@contextmanager
def _counting(database: Database) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(*arguments: object) -> None:
        if "set_config" not in str(arguments[2]):
            sent.append(str(arguments[2]))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
