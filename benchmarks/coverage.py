"""Coverage of a whole authority: what is wrong with each school and category, worst first."""

import time
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.stage import Stage
from benchmarks.tables import Table, median, verdict
from categories.coverage import gaps, matrix, nextto, one, schools
from categories.coverage.choosing import Choice
from categories.coverage.states import in_use
from categories.models import Owner
from foundation import clock
from foundation.db import Database

ROUNDS = 9
LIMIT_MS = 250
WHOLE = ("schools, worst first, with totals", "districts and groups")
Work = Callable[[], object]


def measure(stages: list[Stage]) -> list[Table]:
    """Time each question of the pages on each database."""
    table = Table(
        "Coverage of an authority: every open school and category",
        ("database", "schools", "owners", "question", "statements", "median ms", "slowest ms"),
    )
    for stage in stages:
        with stage.database.session(authority=stage.authority_id, writes=False) as session:
            _one_database(table, stage, session)
    return [table]


def _one_database(table: Table, stage: Stage, session: Session) -> None:
    owners = session.scalar(sa.select(sa.func.count(Owner.id)).where(Owner.ended_at.is_(None)))
    count = 0
    for question, work in _questions(session, stage.authority_id).items():
        spent, statements = _timed(stage.database, work)
        if not count:
            count = _schools(session, stage.authority_id)
        table.rows.append(
            (
                *(stage.name, count, owners, question, statements),
                *(median(spent) * 1000, max(spent) * 1000),
            )
        )
        if question in WHOLE:
            met = median(spent) * 1000 < LIMIT_MS
            table.notes.append(f"{stage.name}, {question}: under {LIMIT_MS} ms {verdict(met=met)}.")


def _questions(session: Session, authority_id: int) -> dict[str, Work]:
    at, categories, every = clock.now(), in_use(session, authority_id), Choice()
    asked = (session, authority_id, categories)
    lines, _ = schools.list_schools(*asked, every, at=at)
    found = one.find_school(session, authority_id, lines[0].urn)

    def beside(choice: Choice) -> object:
        return nextto.standing(*asked, choice, urn=found.urn, name=found.name, was=None, at=at)

    return {
        WHOLE[0]: lambda: schools.list_schools(*asked, every, at=at),
        WHOLE[1]: lambda: matrix.districts_by_group(*asked, every, at=at),
        "categories, worst first": lambda: matrix.by_category(*asked, every, at=at),
        "gaps, first page": lambda: gaps.list_gaps(*asked, every, at=at),
        "schools of a district": lambda: schools.list_schools(
            *asked, Choice(district=lines[0].district), at=at
        ),
        "schools by name, first page": lambda: schools.list_by_name(*asked, every, at=at),
        "the school before and after, worst first": lambda: beside(every),
        "the school before and after, by name": lambda: beside(Choice(order="name")),
        "one school's categories": lambda: one.groups_of(session, found, categories, at=at),
    }


def _schools(session: Session, authority_id: int) -> int:
    found = in_use(session, authority_id)[:1]
    return schools.totals(session, authority_id, found, Choice(), at=clock.now()).schools


def _timed(database: Database, work: Work) -> tuple[list[float], int]:
    """Return the seconds of each round after a first one, and the statements of the last."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    work()
    spent = []
    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        for _ in range(ROUNDS):
            sent.clear()
            begun = time.perf_counter()
            work()
            spent.append(time.perf_counter() - begun)
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
    return spent, len(sent)
