"""How PostgreSQL shall join when every pair of an authority is read.

In a database of many authorities it takes a row's own condition and that of row-level security for
independent, expects one row where there are thousands, and loops over all of them for each pair:
a minute where hashing takes a moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session


@contextmanager
def for_all(session: Session) -> Iterator[None]:
    """Run a block whose statements read every pair; on SQLite nothing changes.

    What was set ends with the block, and with the transaction when the block raises.
    """
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    session.execute(_set("off"))
    yield
    session.execute(_set("on"))


def _set(value: str) -> sa.Select[tuple[str]]:
    return sa.select(sa.func.set_config("enable_nestloop", value, sa.true()))
