"""Importing a mail directory: the file replaces entries by address and leaves the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.mail_directory import storing
from directory.mail_directory.circles import in_circles
from directory.mail_directory.rows import (
    KNOWN,
    LONGEST_CELL,
    REQUIRED,
    Entry,
    address_in,
    read_entry,
)
from directory.models import School
from directory.models_mail import MailEntry, MailEntryKind
from foundation import audit
from foundation.bulk import batches
from foundation.errors import BrokenFileError
from foundation.progress import BadRow, ImportReport, Progress, silent
from foundation.spreadsheets import MOST_UNPACKED, BadCellError, Row, Sheet, read_rows

MOST_ROWS = 150_000
MOST_NAMED = 3_000_000
"""Members and schools of all entries together."""
MOST_LISTS = 20_000
FEW_URNS = 1_000
NOTHING_LEFT = (
    "No row of the file can be used, so it would remove every entry. Nothing was changed: mend the "
    "file, or import it without removing others."
)
ACTION = "mail_directory.imported"


@dataclass
class DirectoryReport(ImportReport):
    """What an import did, with what was used but ought to be looked at."""

    removed: int = 0
    doubted: list[BadRow] = field(default_factory=list)

    def doubt(self, line: int, column: str | None, reason: str) -> None:
        """Note what ought to be looked at in a row that was used."""
        self.doubted.append(BadRow(line, column, reason))

    def as_json(self) -> dict[str, object]:
        """Return the report in the form that ``--json`` prints."""
        warnings = [
            {"line": each.line, "column": each.column, "reason": each.reason}
            for each in self.doubted
        ]
        return {**super().as_json(), "removed": self.removed, "warnings": warnings}


def open_directory(
    path: Path, *, most_unpacked: int = MOST_UNPACKED, most_rows: int = MOST_ROWS
) -> Sheet:
    """Open a file of a mail directory; raises BrokenFileError."""
    return read_rows(
        path,
        required=REQUIRED,
        known=KNOWN,
        most_rows=most_rows,
        most_unpacked=most_unpacked,
        longest_cell=LONGEST_CELL,
    )


def import_directory(
    session: Session,
    authority_id: int,
    sheet: Sheet,
    *,
    at: datetime,
    by: int | None = None,
    replace: bool = False,
    sure: bool = False,
    progress: Progress = silent,
) -> DirectoryReport:
    """Bring the mail directory up to date with a file; the same file again changes nothing.

    Columns: ``address``, ``kind`` and, where the file has them, ``urns``, ``members``, ``team``,
    ``status``. Of two rows with one address the last counts. With ``replace`` entries that the
    file does not name are removed; those of a row that could not be used stay. One audit entry.

    Raises BrokenFileError when the file cannot be read to its end, or would leave nothing;
    MostRemovedError when it would remove more than half of many entries and nobody is ``sure``.
    Then whoever calls rolls back.
    """
    report = DirectoryReport()
    work = _Reading(report)
    work.read(sheet, progress)
    if replace and not work.entries:
        raise BrokenFileError(NOTHING_LEFT, field="file")
    _write(session, authority_id, work, at=at, replace=replace, sure=sure)
    _doubt_urns(session, authority_id, work.entries.values(), report)
    _doubt_circles(session, authority_id, work.entries, report)
    report.doubted.sort(key=lambda each: each.line)
    _record(session, authority_id, report, by=by, at=at)
    return report


@dataclass
class _Reading:
    """Reads the whole file, the last row of an address replacing those before."""

    report: DirectoryReport
    entries: dict[str, Entry] = field(default_factory=dict)
    spared: set[str] = field(default_factory=set)
    named: int = 0

    def read(self, sheet: Sheet, progress: Progress) -> None:
        """Read every row; raises BrokenFileError when together they name too much."""
        done = 0
        for rows in batches(sheet.rows):
            for row in rows:
                self._take(row)
            progress(rows[-1].position - done)
            done = rows[-1].position
        progress(sheet.size - done)

    def _take(self, row: Row) -> None:
        try:
            entry = read_entry(row)
        except BadCellError as fault:
            self.report.reject(row.line, fault.column or None, str(fault))
            self._spare(row)
            return
        self.named += len(entry.members) + len(entry.urns)
        if self.named > MOST_NAMED:
            message = f"The file names more than {MOST_NAMED:,} schools and members. Split it."
            raise BrokenFileError(message)
        for column, doubt in entry.doubts:
            self.report.doubt(entry.line, column, doubt)
        earlier = self.entries.get(entry.address)
        if earlier is not None:
            self.report.doubt(
                entry.line, "address", f"line {earlier.line} has this address too; this one counts"
            )
        self.entries[entry.address] = entry

    def _spare(self, row: Row) -> None:
        """Remember the address of a row that could not be used: it is not one to remove."""
        for kind in (MailEntryKind.MAILBOX, MailEntryKind.DOMAIN):
            try:
                self.spared.add(address_in(row.cells.get("address", ""), kind)[0])
            except BadCellError:
                continue


def _write(
    session: Session,
    authority_id: int,
    work: "_Reading",
    *,
    at: datetime,
    replace: bool,
    sure: bool,
) -> None:
    report, entries = work.report, work.entries
    storing.stage(session, entries.values(), work.spared)
    found = storing.compare(session, authority_id)
    report.added, report.changed, report.closed = found.added, found.changed, found.closed
    report.unchanged = len(entries) - found.added - found.changed
    storing.write(session, authority_id, rows=len(entries), at=at)
    if replace:
        report.removed = storing.remove_others(session, authority_id, new=found.added, sure=sure)
    storing.drop_stage(session)


def _doubt_urns(
    session: Session, authority_id: int, entries: Iterable[Entry], report: DirectoryReport
) -> None:
    """Point out schools that are not on record: they count all the same."""
    first: dict[int, Entry] = {}
    for entry in entries:
        for urn in entry.urns:
            first.setdefault(urn, entry)
    query = sa.select(School.urn).where(School.authority_id == authority_id)
    if len(first) <= FEW_URNS:  # else all of them are sooner asked for
        query = query.where(School.urn.in_(sorted(first)))
    known = set(session.scalars(query.order_by(School.urn)))
    for urn in sorted(first.keys() - known):
        sentence = f"no school with URN {urn} is on record; it counts as one all the same"
        report.doubt(first[urn].line, "urns", sentence)


def _doubt_circles(
    session: Session, authority_id: int, entries: Mapping[str, Entry], report: DirectoryReport
) -> None:
    """Point out lists that name themselves, directly or through others."""
    lists = {e.address: e.members for e in entries.values() if e.kind is MailEntryKind.LIST}
    if not lists:
        return
    rows = session.execute(
        sa.select(MailEntry.address, MailEntry.members)
        .where(MailEntry.authority_id == authority_id, MailEntry.kind == MailEntryKind.LIST)
        .order_by(MailEntry.id)
        .limit(MOST_LISTS)
    )
    stored = {address: tuple(members) for address, members in rows}
    for address in in_circles({**stored, **lists}):
        if address in lists:
            sentence = "the list names itself, directly or through another; each school counts once"
            report.doubt(entries[address].line, "members", sentence)


def _record(
    session: Session, authority_id: int, report: DirectoryReport, *, by: int | None, at: datetime
) -> None:
    counts = ("added", "changed", "unchanged", "closed", "removed")
    audit.record(
        session,
        authority_id=authority_id,
        action=ACTION,
        subject="authority",
        subject_id=authority_id,
        by=by,
        at=at,
        detail={name: getattr(report, name) for name in counts}
        | {"rejected": len(report.rejected)},
    )
