"""The bare question to PostgreSQL: one statement over the index, with the reader's own filter."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from benchmarks.search_questions import Asks
from portal.library.words import understand

HEAD = """
SELECT n.id, n.title, n.body, n.sent_at, best.fit, best.found
FROM (
    SELECT e.notice_id, ts_rank_cd(e.words, %(asked)s::tsquery, 33) AS fit,
           count(*) OVER () AS found
    FROM search_entry e
    WHERE e.words @@ %(asked)s::tsquery
      AND EXISTS (
        SELECT 1 FROM delivery d
        WHERE d.notice_id = e.notice_id AND d.school_id = %(school)s {more}
      )
    ORDER BY fit DESC, e.notice_id DESC
    LIMIT 20
) best
JOIN notice n ON n.id = best.notice_id
ORDER BY best.fit DESC, n.id DESC
"""
OWN = "AND d.authority_id = %(authority)s AND d.person_id = %(person)s"


@contextmanager
def bare_ask(url: str) -> Iterator[Callable[[Asks], int]]:
    """Give a function that asks PostgreSQL and returns how many of the best it gave."""
    address = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, options="-c jit=off -c portal.authority=0") as connection:

        def ask(one: Asks) -> int:
            words = understand(one.words).words
            values = {
                "asked": " & ".join(f"'{word}'" for word in words) or "'none'",
                "school": one.reader.school_id,
                "person": one.reader.person_id,
                "authority": one.reader.authority_id,
            }
            query = HEAD.format(more="" if one.reader.is_head else OWN)
            return len(connection.execute(query, values, prepare=False).fetchall())  # type: ignore[arg-type]

        yield ask
