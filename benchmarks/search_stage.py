"""The demonstration authority with ever more papers, and everything that was sent, as texts."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.search_rivals import Text
from benchmarks.stage import Stage
from foundation import clock
from foundation.bulk import tidy
from foundation.files import FileStore
from notifications.models import Delivery, Notice, NoticeAttachment
from portal.demonstration.build import SEED
from portal.demonstration.bulk.loading import load_papers
from portal.library.engine import Engine, engine_for


@dataclass(frozen=True)
class Grown:
    """How long it took to load so many papers, and to build the index of everything anew."""

    papers: int
    deliveries: int
    load_s: float
    build_s: float
    indexed: int


def grow(stage: Stage, papers: int) -> float:
    """Bring the papers to that many; return the seconds."""
    start = time.perf_counter()
    load_papers(
        stage.database,
        stage.authority_id,
        FileStore(stage.settings.files),
        papers,
        seed=SEED,
        at=clock.now(),
    )
    tidy(stage.database, Notice, NoticeAttachment, Delivery)
    return time.perf_counter() - start


def build(stage: Stage) -> tuple[float, int]:
    """Build the index anew in this process; return the seconds and how many notices it holds."""
    start = time.perf_counter()
    count = engine_of(stage).rebuild(stage.database)
    return time.perf_counter() - start, count


def engine_of(stage: Stage) -> Engine:
    """Return the engine of the stage's database."""
    return engine_for(stage.database, stage.settings)


def count_deliveries(stage: Stage) -> int:
    """Return how many deliveries there are."""
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Delivery)) or 0


def texts(stage: Stage, after: int) -> Sequence[Text]:
    """Return what was sent after the notice of that id, with the schools of each."""
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        schools: dict[int, list[int]] = {}
        for row in session.execute(
            sa.select(Delivery.notice_id, Delivery.school_id)
            .where(Delivery.notice_id > after)
            .distinct()
            .execution_options(yield_per=10_000)
        ):
            schools.setdefault(row.notice_id, []).append(row.school_id)
        return [
            Text(row.id, row.title, row.body, schools.get(row.id, []))
            for row in session.execute(
                sa.select(Notice.id, Notice.title, Notice.body)
                .where(Notice.id > after)
                .order_by(Notice.id)
            )
        ]
