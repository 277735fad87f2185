"""What a search engine is to the rest of the library: words in, ranked ids out.

There are two, chosen by the database: Whoosh in files beside SQLite, full text inside PostgreSQL.
Neither decides who may see anything: they are told among which notices to look. Both follow one
rule of order, so that both answer alike: how many of the terms' words stand in the title, then how
well the text fits, and among equals the newest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from foundation.db import Database
from foundation.progress import Progress, silent
from foundation.settings import Settings
from portal.library.words import Asked

MOST_RANKED: Final = 200
"""Of more matches than these, those with the words in the title and the newest are weighed by
their text; the others follow by date alone. Nobody turns so many pages."""

Scope = sa.Select[tuple[int]]
"""Selects the ids of the notices among which to look."""
Stopping = Callable[[], bool]


class IndexAwayError(Exception):
    """There is no index that can be read: it is missing, being built, or broken."""


class Match(NamedTuple):
    """A notice that holds every term."""

    notice_id: int
    titled: int
    """How many of the different words stand in the title."""
    fit: float
    """From 0 to 1: how well the text fits."""


@dataclass(frozen=True)
class Condition:
    """How the index is."""

    percent: int | None = None
    """How far it is with being prepared; None when it is complete."""
    trouble: str = ""
    """What went wrong when it was last written, in words for whoever runs the portal."""


@dataclass(frozen=True)
class Worked:
    """What a worker did: how many rows of the work list that settled."""

    settled: int
    comes_back: bool = False
    """There is more, and nobody else is at it: it should come back at once."""


class Engine(Protocol):
    """Searches, and keeps its index up to date from the database."""

    def find(
        self, session: Session, asked: Asked, scope: Scope, *, authority_id: int, most: int
    ) -> list[Match]:
        """Return up to ``most`` notices of the scope that hold every term, the best first.

        Where there are more, those with the words in the title and the newest ones are kept.
        Raises IndexAwayError.
        """

    def condition(self, session: Session) -> Condition:
        """Tell whether the index is complete: at most two quick statements."""

    def suspect(self) -> None:
        """Say that a search failed, so that the next worker looks at the index."""

    def work(self, database: Database, *, stopping: Stopping) -> Worked:
        """Bring the index up to date, for about twenty seconds at most.

        May run in several workers at once, may be killed anywhere. A missing or broken index is
        made anew, a piece at a time.
        """

    def renew(self) -> None:
        """Have workers make the whole index anew while the present one serves."""

    def rebuild(self, database: Database, progress: Progress = silent) -> int:
        """Make the whole index anew while the present one serves; return how many it holds.

        ``progress`` is told each notice. Raises BeingRebuiltError when another process does.
        """


def engine_for(database: Database, settings: Settings) -> Engine:
    """Return the engine that belongs to this database."""
    if database.is_postgresql:
        from portal.library.postgres_engine import PostgresEngine

        return PostgresEngine()
    from portal.library.whoosh_building import WhooshEngine  # loads Whoosh

    return WhooshEngine(settings.index)
