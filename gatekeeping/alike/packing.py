"""What a worker does for the index: reading older versions, and packing codes into blocks.

Nothing waits for it: what is not read yet is not found yet, and what is not packed is read singly.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.authorities import authority_ids
from foundation.db import EVERY_AUTHORITY, Database
from gatekeeping.alike.index import READING, remember, remember_nothing
from gatekeeping.alike.packed import FULL, Coded, packed
from gatekeeping.documents import DocumentError
from gatekeeping.models import MeaningBlock, StoredMeaning, SubmissionVersion

MOST = 200
"""So many versions are read at a time: about a second's work."""
PATIENCE = "2s"


@dataclass
class Done:
    """How far the work is: below ``after`` every version has a meaning of today's algorithm."""

    after: int = 0
    read: int = 0
    packed: int = 0

    @property
    def is_more(self) -> bool:
        """Tell whether there may be more to do at once."""
        return self.read == MOST or self.packed > 0


def work(database: Database, *, after: int = 0) -> Done:
    """Read up to ``MOST`` versions that have no meaning, or an old one; pack what fills a block.

    ``after`` is what the last call returned, so that a worker looks through the past once.
    """
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        waiting = _waiting(session, after)
        authorities = authority_ids(session)
        newest = session.scalar(sa.select(sa.func.max(SubmissionVersion.id))) or 0
    for authority_id, ids in waiting.items():
        with database.transaction(authority=authority_id) as session:
            _read(session, authority_id, ids)
    count = sum(len(ids) for ids in waiting.values())
    full = sum(pack(database, authority_id) for authority_id in authorities)
    return Done(newest if count < MOST else after, count, full)


def pack(database: Database, authority_id: int) -> int:
    """Pack an authority's oldest codes as long as they fill a block; return how many it made."""
    made = 0
    while True:
        with database.session(authority=authority_id, writes=False) as session:
            if _unpacked(session, authority_id) < FULL:
                return made
        with database.transaction(authority=authority_id) as session:
            if not _keep_writers_out(session):
                return made
            rows = _oldest(session, authority_id)
            if len(rows) < FULL:
                return made
            session.add(
                MeaningBlock(
                    authority_id=authority_id,
                    last_id=rows[-1].id,
                    size=len(rows),
                    data=packed(rows),
                )
            )
        made += 1


def _waiting(session: Session, after: int) -> dict[int, list[int]]:
    """Return versions to read by authority: those read in an older way first."""
    older = session.execute(
        sa.select(StoredMeaning.authority_id, StoredMeaning.version_id)
        .where(StoredMeaning.algorithm < READING)
        .order_by(StoredMeaning.algorithm, StoredMeaning.id)
        .limit(MOST)
    ).all()
    missing = session.execute(
        sa.select(SubmissionVersion.authority_id, SubmissionVersion.id)
        .where(
            SubmissionVersion.id > after,
            ~sa.exists().where(StoredMeaning.version_id == SubmissionVersion.id),
        )
        .order_by(SubmissionVersion.id)
        .limit(MOST - len(older))
    ).all()
    found: dict[int, list[int]] = {}
    for authority_id, version_id in (*older, *missing):
        found.setdefault(authority_id, []).append(version_id)
    return found


def _read(session: Session, authority_id: int, ids: list[int]) -> None:
    versions = session.scalars(
        sa.select(SubmissionVersion)
        .where(SubmissionVersion.authority_id == authority_id, SubmissionVersion.id.in_(ids))
        .order_by(SubmissionVersion.id)
        .with_for_update(skip_locked=True)  # another worker reads those at this moment
    )
    for version in versions:
        try:
            remember(session, version)
        except DocumentError:  # it was stored by other rules: it has no meaning, and is done with
            remember_nothing(session, version)


def _packed_up_to(authority_id: int) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.coalesce(sa.func.max(MeaningBlock.last_id), 0))
        .where(MeaningBlock.authority_id == authority_id)
        .scalar_subquery()
    )


def _unpacked(session: Session, authority_id: int) -> int:
    ids = (
        sa.select(StoredMeaning.id)
        .where(
            StoredMeaning.authority_id == authority_id,
            StoredMeaning.id > _packed_up_to(authority_id),
        )
        .limit(FULL)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(ids)) or 0


def _keep_writers_out(session: Session) -> bool:
    """Wait until nobody is writing meanings, so that no lower id can appear; False if that is long.

    On SQLite there is one writer at a time, and it is us.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    session.execute(sa.text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    try:
        session.execute(sa.text("LOCK TABLE meaning IN SHARE ROW EXCLUSIVE MODE"))
    except sa.exc.OperationalError:
        return False
    return True


def _oldest(session: Session, authority_id: int) -> list[Coded]:
    rows = session.execute(
        sa.select(
            StoredMeaning.id,
            StoredMeaning.version_id,
            StoredMeaning.submission_id,
            StoredMeaning.day,
            StoredMeaning.code,
        )
        .where(
            StoredMeaning.authority_id == authority_id,
            StoredMeaning.id > _packed_up_to(authority_id),
        )
        .order_by(StoredMeaning.id)
        .limit(FULL)
    )
    return [Coded._make(row) for row in rows]
