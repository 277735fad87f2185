"""A file of owners from its upload to its effect and back: every step, none of which commits.

RECEIVED -> READ (every row judged, nothing changed) -> APPLYING -> APPLIED -> UNDOING -> UNDONE.
"""

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk.applying import Work, apply_rows, lock, next_schools
from categories.bulk.models import (
    ROWS,
    ImportState,
    OwnerImport,
    RowState,
    Verdict,
    WrongMoveError,
)
from categories.bulk.temporary import forget_file, load_file
from categories.bulk.undoing import schools_to_undo, undo_rows
from categories.bulk.verdicts import Scope, judge
from categories.bulk.writing import At
from foundation import audit
from foundation.db import wake
from foundation.errors import BrokenFileError, NotFoundError, Refusal
from foundation.progress import Progress, silent

SCHOOLS = 60
"""How many schools one transaction of applying or undoing is about."""
KEPT = timedelta(days=90)


class NothingChosenError(Refusal):
    """No row is ticked."""

    sentence = "Choose at least one change, or there is nothing to do."


class RowsGoneError(Refusal):
    """The rows were deleted meanwhile."""

    sentence = "The rows of this file are no longer kept, so it cannot be undone."


def receive(
    session: Session,
    authority_id: int,
    *,
    file_name: str,
    sha256: str,
    school_id: int | None = None,
    by: int | None,
    at: datetime,
) -> OwnerImport:
    """Note a file that was stored; with ``school_id`` only rows of that school will count."""
    imported = OwnerImport(
        authority_id=authority_id,
        school_id=school_id,
        file_name=" ".join(file_name.split())[:200] or "owners",
        sha256=sha256,
        by_id=by,
        at=at,
        state=ImportState.RECEIVED,
        why="",
        counts={},
    )
    session.add(imported)
    session.flush()
    wake(session, "owners")
    return imported


def put_up_before(session: Session, imported: OwnerImport) -> OwnerImport | None:
    """Return the latest earlier file of the same content for the same schools."""
    return session.scalars(
        sa.select(OwnerImport)
        .where(
            OwnerImport.authority_id == imported.authority_id,
            OwnerImport.sha256 == imported.sha256,
            OwnerImport.school_id.is_not_distinct_from(imported.school_id),
            OwnerImport.id < imported.id,
            OwnerImport.state.not_in([ImportState.DISCARDED, ImportState.BROKEN]),
        )
        .order_by(OwnerImport.id.desc())
        .limit(1)
    ).first()


def find(
    session: Session, authority_id: int, import_id: int, *, school_id: int | None = None
) -> OwnerImport:
    """Return a file, for one school only its own; raises NotFoundError."""
    imported = session.get(OwnerImport, import_id)
    if imported is None or imported.authority_id != authority_id:
        raise NotFoundError
    if school_id is not None and imported.school_id != school_id:
        raise NotFoundError
    return imported


def read(
    session: Session, imported: OwnerImport, path: Path, *, progress: Progress = silent
) -> None:
    """Give every row of the file its verdict; a file that cannot be read says why instead."""
    try:
        with session.begin_nested():  # a damaged file must not spoil the transaction
            _judge_file(session, imported, path, progress)
    except BrokenFileError as fault:
        imported.move_to(ImportState.BROKEN)
        imported.why = str(fault)[:400]
    else:
        imported.move_to(ImportState.READ)
    session.flush()


def _judge_file(session: Session, imported: OwnerImport, path: Path, progress: Progress) -> None:
    load_file(session, imported.authority_id, path, progress=progress)
    judge(session, Scope(imported.authority_id, imported.school_id, imported.id), ROWS)
    forget_file(session)
    imported.counts = counts_of(session, imported)


def counts_of(session: Session, imported: OwnerImport) -> dict[str, int]:
    """Count the rows by verdict and by state: one statement."""
    t = ROWS.c
    rows = session.execute(
        sa.select(t.verdict, t.state, sa.func.count().label("rows"))
        .where(t.authority_id == imported.authority_id, t.import_id == imported.id)
        .group_by(t.verdict, t.state)
        .order_by(t.verdict, t.state)
    )
    found: dict[str, int] = {"rows": 0}
    for verdict, state, number in rows:
        found["rows"] += number
        for name in (verdict.value, state.value, f"{verdict.value} {state.value}"):
            found[name] = found.get(name, 0) + number
    return found


def begin_applying(
    session: Session, imported: OwnerImport, *, by: int | None, at: datetime
) -> None:
    """Let the chosen rows be applied; raises WrongMoveError when that was asked before."""
    _renew(session, imported)
    if imported.state is not ImportState.READ:
        raise WrongMoveError
    if not session.scalar(sa.select(ROWS.c.id).where(_work(imported, None).wanted).limit(1)):
        raise NothingChosenError
    imported.move_to(ImportState.APPLYING)
    imported.applied_by_id, imported.applied_at = by, at
    session.flush()
    wake(session, "owners")


def apply_next(session: Session, imported: OwnerImport, *, most: int = SCHOOLS) -> bool:
    """Apply the rows of the next schools; return False once there are none and it is done."""
    lock(session, imported.authority_id)
    schools = next_schools(session, _work(imported, None), most=most)
    if schools:
        apply_rows(session, _work(imported, schools))
        return True
    session.execute(
        sa.update(ROWS)
        .where(*_own(imported), ROWS.c.state == RowState.WAITING.value)
        .values(state=RowState.PASSED_OVER.value)
    )
    imported.move_to(ImportState.APPLIED)
    imported.counts = counts_of(session, imported)
    _record(session, imported, "owners.imported", imported.applied_by_id, imported.applied_at)
    session.flush()
    return False


def begin_undoing(session: Session, imported: OwnerImport, *, by: int | None, at: datetime) -> None:
    """Let everything that the file did be set back; again does nothing.

    Raises WrongMoveError before it was applied, RowsGoneError when its rows are no longer kept.
    """
    _renew(session, imported)
    if imported.state in (ImportState.UNDOING, ImportState.UNDONE):
        return
    if imported.emptied_at is not None:
        raise RowsGoneError
    imported.move_to(ImportState.UNDOING)
    imported.undone_by_id, imported.undone_at = by, at
    session.flush()
    wake(session, "owners")


def undo_next(session: Session, imported: OwnerImport, *, most: int = SCHOOLS) -> bool:
    """Set back the rows of the next schools; return False once there are none and it is done."""
    lock(session, imported.authority_id)
    schools = schools_to_undo(session, imported, most=most)
    stamp = At(imported.undone_by_id, _moment(imported.undone_at))
    if schools:
        undo_rows(session, imported, ROWS.c.school_id.in_(schools), stamp)
        return True
    imported.move_to(ImportState.UNDONE)
    imported.counts = counts_of(session, imported)
    _record(session, imported, "owners.import_undone", stamp.by, stamp.at)
    session.flush()
    return False


def discard(session: Session, imported: OwnerImport) -> None:
    """Throw a file away that was not applied, with its rows; again does nothing."""
    _renew(session, imported)
    if imported.state is not ImportState.DISCARDED:
        imported.move_to(ImportState.DISCARDED)
        session.execute(sa.delete(ROWS).where(*_own(imported)))
        session.flush()


def forget_old(session: Session, *, at: datetime, most: int = 20) -> int:
    """Delete the rows of files older than ``KEPT``; their counts stay. For every authority."""
    old = session.scalars(
        sa.select(OwnerImport)
        .where(
            OwnerImport.at < at - KEPT,
            OwnerImport.emptied_at.is_(None),
            OwnerImport.state.not_in([ImportState.APPLYING, ImportState.UNDOING]),
        )
        .order_by(OwnerImport.id)
        .limit(most)
    ).all()
    for imported in old:
        session.execute(sa.delete(ROWS).where(*_own(imported)))
        imported.emptied_at = at
        if imported.state in (ImportState.READ, ImportState.BROKEN):
            imported.move_to(ImportState.DISCARDED)
    session.flush()
    return len(old)


def _own(imported: OwnerImport) -> tuple[sa.ColumnElement[bool], ...]:
    return ROWS.c.authority_id == imported.authority_id, ROWS.c.import_id == imported.id


def _work(imported: OwnerImport, schools: list[int] | None) -> Work:
    which = sa.and_(*_own(imported))
    if schools is not None:
        which = sa.and_(which, ROWS.c.school_id.in_(schools))
    # before anybody has asked for it, only the conditions of the work are of use
    at = imported.applied_at or imported.at
    return Work(ROWS, which, At(imported.applied_by_id, at))


def _renew(session: Session, imported: OwnerImport) -> None:
    """Read the file's state anew and hold it: of two who press a button one is first."""
    session.refresh(imported, with_for_update=True)


def _moment(at: datetime | None) -> datetime:
    if at is None:
        raise WrongMoveError
    return at


def _record(
    session: Session, imported: OwnerImport, action: str, by: int | None, at: datetime | None
) -> None:
    counts = imported.counts
    audit.record(
        session,
        authority_id=imported.authority_id,
        action=action,
        subject="school" if imported.school_id else "authority",
        subject_id=imported.school_id or imported.authority_id,
        by=by,
        at=_moment(at),
        detail={
            "import": imported.id,
            "added": counts.get(f"{Verdict.ADD.value} applied", 0),
            "changed": counts.get(f"{Verdict.CHANGE.value} applied", 0),
            "unchanged": counts.get(Verdict.SAME.value, 0),
            "left": counts.get(RowState.STALE.value, 0),
            "undone": counts.get(RowState.UNDONE.value, 0),
        },
    )
