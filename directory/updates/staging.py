"""Putting up a file from GIAS, and comparing it with what is stored: a worker does that."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile, School
from directory.models_updates import (
    ChangeKind,
    ChangeState,
    SchoolChange,
    SchoolsUpdate,
    UpdateState,
)
from directory.updates import stored
from directory.updates.comparing import Comparison, Proposed, compare
from directory.updates.moves import move
from directory.updates.reading import FileOfSchools, Watch, read_links, read_schools
from foundation import audit
from foundation.bulk import batches, insert_all
from foundation.db import EVERY_AUTHORITY, Database, wake
from foundation.errors import BrokenFileError
from foundation.files import FileStore
from foundation.leases import is_free

LEASE = timedelta(minutes=10)
"""So long a worker may read; then another takes the file over."""
MOST_MISSING = 200
NEWER = "A newer file was uploaded. What is still so stands there."
GONE = "The file is not in the store any more. Upload it again."


@dataclass(frozen=True)
class Put:
    """A file as it was put up: its name, and the hash under which the store keeps it."""

    name: str
    sha256: str


def put_up(
    session: Session,
    authority_id: int,
    file: Put,
    *,
    links: Put | None = None,
    apply_details: bool = False,
    by: int | None,
    at: datetime,
) -> SchoolsUpdate:
    """Note a file that lies in the store already, and wake a worker to compare it."""
    update = SchoolsUpdate(
        authority_id=authority_id,
        name=file.name[:200],
        sha256=file.sha256,
        links_name=links.name[:200] if links else "",
        links_sha256=links.sha256 if links else None,
        apply_details=apply_details,
        by_id=by,
        at=at,
    )
    session.add(update)
    session.flush()
    audit.record(
        session,
        authority_id=authority_id,
        action="schools_update.put_up",
        subject="schools_update",
        subject_id=update.id,
        by=by,
        at=at,
    )
    wake(session, "updates")
    return update


def compare_waiting(database: Database, store: FileStore, *, at: datetime) -> int:
    """Compare every file that waits; return how many were compared.

    A worker that is killed leaves its file claimed; after ``LEASE`` another begins it anew.
    """
    done = 0
    while (claimed := _claim(database, at)) is not None:
        _compare(database, store, *claimed, at=at)
        done += 1
    return done


def _claim(database: Database, at: datetime) -> tuple[int, int] | None:
    table = SchoolsUpdate
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        waiting = (
            sa.select(table.id)
            .where(
                table.state == UpdateState.WAITING,
                is_free(table.claimed_until, at),
            )
            .order_by(table.id)
            .limit(1)
        )
        if database.is_postgresql:
            waiting = waiting.with_for_update(skip_locked=True)
        row = session.execute(
            sa.update(table)
            .where(table.id == waiting.scalar_subquery())
            .values(claimed_until=at + LEASE)
            .returning(table.id, table.authority_id)
        ).first()
        return None if row is None else (row.id, row.authority_id)


def _compare(
    database: Database, store: FileStore, update_id: int, authority_id: int, *, at: datetime
) -> None:
    """Read outside any transaction, then write what was found in one."""
    with database.session(authority=authority_id, writes=False) as session:
        update = session.get_one(SchoolsUpdate, update_id)
        la_code = session.get_one(AuthorityProfile, authority_id).la_code
        known = stored.schools(session, authority_id)[1]
    try:
        path = store.path(update.sha256)
        watch = _watcher(database, authority_id, update_id)
        found = read_schools(path, la_code=la_code, known=known, watch=watch)
        own = known.keys() | found.rows.keys()
        linked = update.links_sha256
        links = read_links(store.path(linked), own=own) if linked else None
    except (BrokenFileError, FileNotFoundError) as fault:
        said = str(fault) if isinstance(fault, BrokenFileError) else GONE
        with database.transaction(authority=authority_id) as session:
            _mark(session, update_id, state=UpdateState.BROKEN, said=said[:500], compared_at=at)
        return
    _leave_out_strangers(database, found, known)
    with database.transaction(authority=authority_id) as session:
        if links is not None:
            stored.keep_links(session, authority_id, links[0])
            found.bad += len(links[1])
            found.rejected += links[1]
        _write(session, session.get_one(SchoolsUpdate, update_id), found, at=at)


def _watcher(database: Database, authority_id: int, update_id: int) -> Watch:
    """Return what notes how far reading is, now and then."""
    last = 0

    def watch(percent: int) -> None:
        nonlocal last
        if percent >= last + 5:
            last = percent
            with database.transaction(authority=authority_id) as session:
                _mark(session, update_id, progress=percent)

    return watch


def _leave_out_strangers(
    database: Database, found: FileOfSchools, known: Mapping[int, int]
) -> None:
    """Reject what the file calls new but another authority has here: a URN stands once."""
    fresh = sorted(found.rows.keys() - known.keys())
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        for some in batches(fresh):
            query = sa.select(School.urn, School.la_code).where(School.urn.in_(some))
            rows = session.execute(query.order_by(School.urn))
            for row in rows:
                del found.rows[row.urn]
                found.reject(
                    found.lines[row.urn],
                    "LA (code)",
                    f"URN {row.urn} belongs to the authority {row.la_code} here; ask whoever runs "
                    "the portal to move it",
                )


def _write(session: Session, update: SchoolsUpdate, found: FileOfSchools, *, at: datetime) -> None:
    """Store what the file proposes; what older files propose and nobody chose is out of date."""
    authority_id = update.authority_id
    values, ids = stored.schools(session, authority_id)
    comparison = compare(
        values,
        found.rows,
        tells_trusts=found.tells_trusts,
        successors=stored.successors(session, authority_id),
        heads=stored.heads(session, authority_id),
    )
    claimed = _mark(
        session,
        update.id,
        state=UpdateState.COMPARED,
        compared_at=at,
        progress=100,
        counts=_counts(found, comparison),
        rejected=[[bad.line, bad.column, bad.reason] for bad in found.rejected],
        missing=comparison.missing[:MOST_MISSING],
    )
    if not claimed:
        return  # another worker took the file over and was quicker
    asked = _asked(session, authority_id)
    older, since = [SchoolChange.update_id < update.id], (ChangeState.WAITING,)
    move(session, authority_id, older, ChangeState.STALE, since=since, by=None, at=at, said=NEWER)
    rows = list(_rows(update, comparison.changes, ids, at))
    for row in rows:
        row["asked_at"] = asked.get((row["urn"], _words(row["after"])))
    insert_all(session, SchoolChange, rows)
    wake(session, "updates")


def _asked(session: Session, authority_id: int) -> dict[tuple[object, str], datetime]:
    """Return which schools were asked about which head: the newer file need not ask again."""
    rows = session.execute(
        sa.select(SchoolChange.urn, SchoolChange.after, SchoolChange.asked_at)
        .where(
            SchoolChange.authority_id == authority_id,
            SchoolChange.kind == ChangeKind.HEAD,
            SchoolChange.state == ChangeState.WAITING,
            SchoolChange.asked_at.is_not(None),
        )
        .order_by(SchoolChange.id)
        .limit(stored.MOST)
    )
    return {(urn, _words(after)): at for urn, after, at in rows if at is not None}


def _words(after: Mapping[str, Any]) -> str:
    """Write values so that equal ones are equal texts: a database may change their order."""
    return json.dumps(after, sort_keys=True)


def _counts(found: FileOfSchools, comparison: Comparison) -> dict[str, int]:
    return {
        "rows": found.count,
        "own": len(found.rows),
        "elsewhere": found.elsewhere,
        "rejected": found.bad,
        "unchanged": comparison.unchanged,
        "missing": len(comparison.missing),
        "left_out": comparison.left_out,
    }


def _rows(
    update: SchoolsUpdate, changes: Iterable[Proposed], ids: Mapping[int, int], at: datetime
) -> Iterable[dict[str, Any]]:
    for change in changes:
        chosen = update.apply_details and change.kind is ChangeKind.DETAILS
        yield {
            "authority_id": update.authority_id,
            "update_id": update.id,
            "urn": change.urn,
            "school_id": ids.get(change.urn),
            "kind": change.kind,
            "turn": change.turn,
            "name": change.name,
            "before": {urn: stored.as_json(values) for urn, values in change.before.items()},
            "after": {urn: stored.as_json(values) for urn, values in change.after.items()},
            "gone": list(change.gone),
            "successor_urn": change.successor_urn,
            "due_on": change.due_on,
            "said": change.said,
            "state": ChangeState.CHOSEN if chosen else ChangeState.WAITING,
            "settled_by_id": update.by_id if chosen else None,
            "settled_at": at if chosen else None,
        }


def _mark(session: Session, update_id: int, **values: object) -> bool:
    """Write onto a file that is still waiting; False when somebody else finished it."""
    marked = session.execute(
        sa.update(SchoolsUpdate)
        .where(SchoolsUpdate.id == update_id, SchoolsUpdate.state == UpdateState.WAITING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(marked.rowcount)  # type: ignore[attr-defined]
