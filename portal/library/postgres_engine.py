"""Searching inside PostgreSQL: a row of stems beside each notice, and a GIN index over them.

The stems are made by ``portal.library.words``, as for Whoosh, so PostgreSQL only keeps, finds and
weighs them.
"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from foundation.db import Database
from foundation.progress import Progress, silent
from portal.library import postgres_building, work_list
from portal.library.engine import MOST_RANKED, Condition, Match, Scope, Stopping, Worked
from portal.library.models import IndexChange, SearchEntry
from portal.library.words import Asked, Term, authority_word

BEHIND: Final = 200
"""So many notices may wait without a word: workers are through with them in a second."""
WEIGHTS: Final = (0.1, 0.3, 0.5, 1.0)
"""Of D, C, B and A: files, text, facts, title."""
EVENLY: Final = 1 | 32
"""Long texts count a little less, and what comes out lies between 0 and 1."""

_ABOUT: Final = (
    sa.select(sa.cast(sa.func.greatest(sa.column("reltuples"), 0), sa.BigInteger))
    .select_from(sa.table("pg_class"))
    .where(sa.column("oid") == sa.literal_column(f"'{SearchEntry.__tablename__}'::regclass"))
    .scalar_subquery()
)
"""About how many entries there are, as PostgreSQL last counted: a count would read all of them."""

_entry = SearchEntry.__table__


class PostgresEngine:
    """Searches with SQL alone: the rows of a person come first or the index does, as is cheaper."""

    def find(
        self, session: Session, asked: Asked, scope: Scope, *, authority_id: int, most: int
    ) -> list[Match]:
        """Return the matches, in one statement. See ``Engine``."""
        if asked.is_empty:
            return []
        # Whatever plan was made for another word is wrong for this one.
        session.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))
        rows = session.execute(_statement(asked, scope, authority_id, most))
        return [Match(row.notice_id, row.titled, row.fit) for row in rows]

    def condition(self, session: Session) -> Condition:
        """Return how many of all notices the index lacks."""
        some = sa.select(IndexChange.id).limit(BEHIND + 1).subquery()
        if (session.scalar(sa.select(sa.func.count()).select_from(some)) or 0) <= BEHIND:
            return Condition()
        changes = sa.select(sa.func.count(sa.distinct(IndexChange.notice_id))).scalar_subquery()
        behind, held = session.execute(sa.select(changes, _ABOUT)).one()
        total = max(held, behind)
        return Condition(percent=min(99, 100 * (total - behind) // max(total, 1)))

    def suspect(self) -> None:
        """Do nothing: workers compare the index with the notices by themselves."""

    def work(self, database: Database, *, stopping: Stopping) -> Worked:
        """Settle what waits; put on the list what is missing. See ``Engine``."""
        settled = postgres_building.work(database, stopping=stopping)
        return Worked(settled, comes_back=work_list.any_waiting(database))

    def renew(self) -> None:
        """Do nothing: workers compare the index with the notices by themselves."""

    def rebuild(self, database: Database, progress: Progress = silent) -> int:
        """Write every row anew. See ``Engine``."""
        return postgres_building.rebuild(database, progress)


def _statement(
    asked: Asked, scope: Scope, authority_id: int, most: int
) -> sa.Select[tuple[object]]:
    among = scope.cte("among").prefix_with("MATERIALIZED")
    # Words alone first, which the index answers without a look at a row: phrases need the row.
    every = _query(["'" + authority_word(authority_id) + "'", *map(_quoted, asked.words)])
    titled = sum(
        (
            sa.cast(_holds(_entry.c.title, _query([_quoted(word)])), sa.Integer)
            for word in asked.words
        ),
        start=sa.literal(0),
    )
    hits = (
        sa.select(_entry.c.notice_id, titled.label("titled"))
        .join(among, among.c.notice_id == _entry.c.notice_id)
        .where(_holds(_entry.c.words, every))
        .cte("hits")
        .prefix_with("MATERIALIZED")
    )
    if asked.phrases:
        phrases = _query([_phrase(term) for term in asked.phrases])
        hits = (
            sa.select(hits.c.notice_id, hits.c.titled)
            .join(_entry, _entry.c.notice_id == hits.c.notice_id)
            .where(_holds(_entry.c.words, phrases))
            .cte("in_order")
        )
    return _weighed(asked, hits, most)


def _weighed(asked: Asked, hits: sa.CTE, most: int) -> sa.Select[tuple[object]]:
    first = (hits.c.titled.desc(), hits.c.notice_id.desc())
    place = sa.func.row_number().over(order_by=first).label("place")
    best = sa.select(hits, place).order_by(*first).limit(most).cte("best")
    whole = _query([_phrase(term) for term in asked.terms])
    weights = sa.cast(sa.literal(list(WEIGHTS), ARRAY(sa.REAL)), ARRAY(sa.REAL))
    rank = sa.func.ts_rank_cd(weights, _entry.c.words, whole, EVENLY)
    # A question of its own for each, so that no entry is read whose text is not weighed.
    weighed = sa.select(rank).where(_entry.c.notice_id == best.c.notice_id).scalar_subquery()
    fit = sa.case((best.c.place <= MOST_RANKED, weighed), else_=0.0).label("fit")
    return sa.select(best.c.notice_id, best.c.titled, fit).order_by(
        best.c.titled.desc(), fit.desc(), best.c.notice_id.desc()
    )


def _quoted(word: str) -> str:
    return f"'{word}'"  # a stem is letters and digits alone


def _phrase(term: Term) -> str:
    return "(" + " <-> ".join(map(_quoted, term)) + ")"


def _query(parts: list[str]) -> sa.ColumnElement[str]:
    return sa.cast(sa.literal(" & ".join(parts), sa.Text), TSQUERY)


def _holds(vector: sa.ColumnElement[str], query: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return vector.bool_op("@@")(query)
