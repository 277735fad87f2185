"""A file of the mail directory against what is stored: whole, in a few statements of any size."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from directory.mail_directory.rows import Entry
from directory.models_mail import MailEntry
from foundation.bulk import refresh_statistics
from foundation.copying import Value, analyse, drop_temporary, load_rows, make_temporary
from foundation.errors import BrokenFileError

FEW: Final = 20
"""So few entries are removed without asking, even if they are most of what is there."""
MANY: Final = 1_000
"""So many entries that PostgreSQL should count the table anew before anybody looks into it."""

_List: Final = sa.Text().with_variant(JSONB(), "postgresql")
"""A list as the text that both databases keep of it."""
_STORED: Final = MailEntry.__table__.c
TOLD: Final = ("kind", "urns", "members", "team", "is_closed")
"""The columns that a file tells of an address."""

FILE: Final = sa.Table(
    "mail_file",
    sa.MetaData(),
    sa.Column("address", sa.String, primary_key=True),
    sa.Column("kind", _STORED.kind.type),
    sa.Column("urns", _List, nullable=False),
    sa.Column("members", _List, nullable=False),
    sa.Column("team", sa.String, nullable=False),
    sa.Column("is_closed", sa.Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)
"""What the file says of each address; without a kind, that its row could not be used."""


class MostRemovedError(BrokenFileError):
    """A file that is said to be complete names less than half of what is there."""

    def __init__(self, removed: int, before: int) -> None:
        super().__init__(
            f"This file would remove {removed:,} of {before:,} entries, so it may not be complete. "
            "Nothing was changed. Look at the file, or say that you mean it.",
            field="sure",
        )


@dataclass(frozen=True)
class Difference:
    """How many entries of a file are new, differ, and are closed in it though not in store."""

    added: int
    changed: int
    closed: int


def stage(session: Session, entries: Collection[Entry], spared: Collection[str]) -> None:
    """Load what a file says into a temporary table; ``drop_stage`` in the same transaction.

    ``spared`` are addresses of rows that could not be used.
    """
    make_temporary(session, FILE)
    load_rows(session, FILE, _rows(entries, spared))
    analyse(session, FILE)


def drop_stage(session: Session) -> None:
    """Throw the temporary table away."""
    drop_temporary(session, FILE)


def compare(session: Session, authority_id: int) -> Difference:
    """Count what the staged file would change: one statement."""
    differs = sa.or_(*(_STORED[name] != FILE.c[name] for name in TOLD))
    closes = sa.and_(FILE.c.is_closed, sa.not_(_STORED.is_closed))
    row = session.execute(
        sa.select(
            sa.func.count().filter(_STORED.id.is_(None)),
            sa.func.count().filter(sa.and_(_STORED.id.is_not(None), differs)),
            sa.func.count().filter(sa.and_(_STORED.id.is_not(None), closes)),
        )
        .select_from(FILE)
        .outerjoin(
            MailEntry.__table__,
            sa.and_(_STORED.authority_id == authority_id, _STORED.address == FILE.c.address),
        )
        .where(FILE.c.kind.is_not(None))
    ).one()
    return Difference(*row)


def write(session: Session, authority_id: int, *, rows: int, at: datetime) -> None:
    """Add and overwrite the entries that the staged file names, ``rows`` of them."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if is_postgresql else sqlite.insert
    names = ["authority_id", "address", *TOLD, "imported_at"]
    source = sa.select(
        sa.literal(authority_id),
        FILE.c.address,
        *(FILE.c[name] for name in TOLD),
        sa.literal(at, _STORED.imported_at.type),
    ).where(FILE.c.kind.is_not(None))
    statement = insert(MailEntry).from_select(names, source.order_by(FILE.c.address))
    given = {name: statement.excluded[name] for name in (*TOLD, "imported_at")}
    session.execute(
        statement.on_conflict_do_update(index_elements=["authority_id", "address"], set_=given)
    )
    if rows > MANY:
        refresh_statistics(session, MailEntry)


def remove_others(session: Session, authority_id: int, *, new: int, sure: bool) -> int:
    """Remove the entries with other addresses than those that are staged; return how many.

    ``new`` of them were not there before. Raises MostRemovedError, changing nothing, when
    that would remove more than ``FEW`` and more than half of what was there, unless ``sure``.
    """
    is_other = sa.not_(sa.exists().where(FILE.c.address == _STORED.address))
    total, others = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(is_other)).where(
            _STORED.authority_id == authority_id
        )
    ).one()
    before = total - new
    if not sure and others > max(FEW, before - others):
        raise MostRemovedError(others, before)
    session.execute(
        sa.delete(MailEntry)
        .where(_STORED.authority_id == authority_id, is_other)
        .execution_options(synchronize_session=False)
    )
    return int(others)


def _rows(entries: Collection[Entry], spared: Collection[str]) -> Iterator[tuple[Value, ...]]:
    named = set[str]()
    for entry in entries:
        named.add(entry.address)
        urns, members = json.dumps(entry.urns), json.dumps(entry.members)
        yield entry.address, entry.kind, urns, members, entry.team, entry.is_closed
    for address in spared:
        if address not in named:
            yield address, None, "[]", "[]", "", False
