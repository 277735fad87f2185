"""Importing owners at once, for the command line: the steps of the pages, one after the other."""

import hashlib
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk.files import apply_next, begin_applying, read, receive
from categories.bulk.models import ROWS, ImportState, OwnerImport, Verdict
from foundation.errors import BrokenFileError
from foundation.progress import BadRow, ImportReport, Progress, silent

EVERY_SCHOOL = 100_000


def import_owners(
    session: Session,
    authority_id: int,
    path: Path,
    *,
    at: datetime,
    by: int | None = None,
    progress: Progress = silent,
) -> ImportReport:
    """Make the people in the file the owners of their categories; the same again changes nothing.

    Columns as ``categories.bulk.rows.EVERY_COLUMN``. People who are new are added, with a place as
    staff at the school. An empty cell leaves what is known, and a row without a cover leaves a
    cover alone. A cover must be somebody who has a place at the school, or who gets one by another
    row. Adds one audit entry.

    Raises BrokenFileError when the file cannot be read at all.
    """
    imported = stage_owners(session, authority_id, path, at=at, by=by, progress=progress)
    if any(imported.counts.get(f"{verdict} waiting") for verdict in (Verdict.ADD, Verdict.CHANGE)):
        begin_applying(session, imported, by=by, at=at)
        while apply_next(session, imported, most=EVERY_SCHOOL):
            pass
    report = report_of(session, imported)
    if imported.state is ImportState.APPLIED:
        report.import_id = imported.id
    return report


def stage_owners(
    session: Session,
    authority_id: int,
    path: Path,
    *,
    at: datetime,
    by: int | None = None,
    progress: Progress = silent,
) -> OwnerImport:
    """Read a file and judge its rows; nothing else changes. Raises BrokenFileError."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    imported = receive(session, authority_id, file_name=path.name, sha256=sha256, by=by, at=at)
    read(session, imported, path, progress=progress)
    if imported.state is ImportState.BROKEN:
        raise BrokenFileError(imported.why)
    return imported


def report_of(session: Session, imported: OwnerImport) -> ImportReport:
    """Return what a file did, or would do while it is not applied, with every bad row."""
    counts = imported.counts
    t = ROWS.c
    report = ImportReport(
        added=counts.get(Verdict.ADD, 0),
        changed=counts.get(Verdict.CHANGE, 0),
        unchanged=counts.get(Verdict.SAME, 0),
    )
    rows = session.execute(
        sa.select(t.line, t.column_name, t.reason)
        .where(
            t.authority_id == imported.authority_id,
            t.import_id == imported.id,
            t.verdict.in_([Verdict.BAD.value, Verdict.CLASH.value]),
        )
        .order_by(t.line)
    )
    report.rejected = [BadRow(*row) for row in rows]
    return report
