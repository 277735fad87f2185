"""Timing questions: the index alone, the whole search, and whole pages."""

import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles

import sqlalchemy as sa

from benchmarks.inbox import call
from benchmarks.search_questions import Asks
from benchmarks.search_stage import engine_of
from benchmarks.stage import Stage, signed_in_cookie
from directory.models import Person
from foundation import clock
from portal.app import create_app
from portal.library.finding import MOST, Question, find
from portal.library.narrowing import Filters, scope
from portal.library.words import understand

WARM = 20


def ask_portal(stage: Stage, one: Asks) -> None:
    """Search as the page does: hits with their passages, counts and facets."""
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        engine = engine_of(stage)
        find(session, engine, Question(typed=one.words), reader=one.reader, at=clock.now())


def ask_engine(stage: Stage, one: Asks) -> None:
    """Ask the index alone, for the ids of what the reader may see."""
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        engine_of(stage).find(
            session,
            understand(one.words),
            scope(one.reader, Filters()),
            authority_id=one.reader.authority_id,
            most=MOST,
        )


def times(asked: Sequence[Asks], ask: Callable[[Asks], object]) -> list[float]:
    """Return the milliseconds of each, after some that are not counted."""
    for one in asked[:WARM]:
        ask(one)
    spent = []
    for one in asked:
        start = time.perf_counter()
        ask(one)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def pages(stage: Stage, asked: Sequence[Asks], path: Callable[[Asks], str]) -> list[float]:
    """Ask the application for whole pages, one after the other, each reader signed in."""
    app = create_app(stage.settings, stage.database)
    app.config["RATELIMIT_ENABLED"] = False
    _have_seen_privacy(stage)
    cookies: dict[int, str] = {}
    for one in asked:
        if one.membership.id not in cookies:
            cookies[one.membership.id] = signed_in_cookie(stage, one.membership)
    return times(asked, lambda one: call(app, cookies[one.membership.id], path(one)))


def _have_seen_privacy(stage: Stage) -> None:
    """Let nobody be shown the notice on privacy in place of the page."""
    with stage.database.transaction(authority=stage.authority_id) as session:
        session.execute(
            sa.update(Person)
            .where(Person.privacy_seen_at.is_(None))
            .values(privacy_seen_at=clock.now())
        )


def middle(values: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th of 100."""
    return median(values), quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
