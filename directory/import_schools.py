"""Importing schools from GIAS: every row to its own authority, in batches, nothing lost.

By its nature an import spans authorities, so it runs in a session for ``EVERY_AUTHORITY``; the
URN is unique across all of them. A school that the file does not hold is left alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.authorities import ensure_authority
from directory.gias import Layout, SchoolRow
from directory.models import OPEN_STATUSES, Organisation, OrganisationKind, School, SchoolStatus
from foundation import audit
from foundation.bulk import batches, insert_all, update_all, upsert_all
from foundation.progress import ImportReport, Progress, silent
from foundation.spreadsheets import BadCellError, Row, read_rows

Counts = dict[int, Counter[str]]


def import_schools(
    session: Session,
    path: Path,
    *,
    at: datetime,
    by: int | None = None,
    only_la: str | None = None,
    progress: Progress = silent,
) -> ImportReport:
    """Bring the schools up to date with a GIAS file; see ``directory.gias`` for its layout.

    Authorities that are new are made. With ``only_la`` (an LA code) rows of others are counted as
    ``elsewhere``. The same file again changes nothing. ``progress`` is told the units of
    ``Sheet.size``. One audit entry is added for each authority in the file.

    Raises BrokenFileError, with a sentence, when the file cannot be read at all.
    """
    sheet = read_rows(path)
    work = _Import(session, Layout(sheet.columns), at)
    wanted = only_la.strip().zfill(3) if only_la else None
    done = 0
    for batch in batches(sheet.rows):
        work.take(_read(batch, work, wanted))
        progress(batch[-1].position - done)
        done = batch[-1].position
    progress(sheet.size - done)
    for authority_id, counts in work.counts.items():
        audit.record(
            session,
            authority_id=authority_id,
            action="schools.imported",
            subject="authority",
            subject_id=authority_id,
            by=by,
            at=at,
            detail=dict(sorted(counts.items())),
        )
    return work.report


def size_of(path: Path) -> int:
    """Return the file's size in units of progress; raises as ``import_schools`` does."""
    sheet = read_rows(path)
    Layout(sheet.columns)
    return sheet.size


@dataclass
class _Import:
    """What one import knows: the report, and what it has looked up so far."""

    session: Session
    layout: Layout
    at: datetime
    report: ImportReport = field(default_factory=ImportReport)
    counts: Counts = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    authorities: dict[str, int] = field(default_factory=dict)
    trusts: dict[tuple[int, str], int] = field(default_factory=dict)

    def take(self, rows: list[tuple[int, SchoolRow]]) -> None:
        """Write one batch in a handful of statements, whatever its size."""
        for _, row in rows:
            if row.la_code not in self.authorities:
                name = row.la_name or f"Local authority {row.la_code}"
                profile = ensure_authority(self.session, la_code=row.la_code, name=name)
                self.authorities[row.la_code] = profile.authority_id
                self.counts[profile.authority_id] = Counter()
        self._ensure_trusts(rows)
        before = self._stored([row.urn for _, row in rows])
        changes = []
        for line, row in rows:
            values = self._compared(row)
            stored = before.get(row.urn)
            if stored is not None and stored["authority_id"] != values["authority_id"]:
                self.report.reject(line, "LA (code)", _moved(row, stored["la_code"]))
            elif self._count(values, stored):
                changes.append(values | {"imported_at": self.at})
        upsert_all(self.session, School, changes, key=("urn",))

    def _compared(self, row: SchoolRow) -> dict[str, Any]:
        """Return every column that the file tells of a school."""
        authority_id = self.authorities[row.la_code]
        values = row.values | {"authority_id": authority_id}
        if self.layout.tells_trusts:
            trust = row.trust
            values["trust_id"] = self.trusts[authority_id, trust[0]] if trust else None
        return values

    def _stored(self, urns: list[int]) -> dict[int, sa.RowMapping]:
        found = self.session.execute(sa.select(School.__table__).where(School.urn.in_(urns)))
        return {row["urn"]: row for row in found.mappings()}

    def _count(self, values: dict[str, Any], stored: sa.RowMapping | None) -> bool:
        """Count a school as added, changed or unchanged; return whether it is to be written."""
        counts = self.counts[values["authority_id"]]
        if stored is None:
            self.report.added += 1
            counts["added"] += 1
            return True
        if all(stored[name] == value for name, value in values.items()):
            self.report.unchanged += 1
            counts["unchanged"] += 1
            return False
        self.report.changed += 1
        counts["changed"] += 1
        if stored["status"] in OPEN_STATUSES and values["status"] is SchoolStatus.CLOSED:
            self.report.closed += 1
            counts["closed"] += 1
        return True

    def _ensure_trusts(self, rows: Iterable[tuple[int, SchoolRow]]) -> None:
        named = {
            (self.authorities[row.la_code], row.trust[0]): row.trust[1]
            for _, row in reversed(list(rows))  # where names differ the file's first one counts
            if row.trust
        }
        fresh = {key: name for key, name in named.items() if key not in self.trusts}
        if not fresh:
            return
        known = self._known_trusts(fresh)
        missing = [
            {"authority_id": authority, "kind": OrganisationKind.TRUST, "code": code, "name": name}
            for (authority, code), name in fresh.items()
            if (authority, code) not in known
        ]
        renamed = [
            {"id": known[key].id, "name": name}
            for key, name in fresh.items()
            if key in known and known[key].name != name
        ]
        insert_all(self.session, Organisation, missing)
        update_all(self.session, Organisation, renamed)
        if missing:
            known = self._known_trusts(fresh)
        self.trusts |= {key: known[key].id for key in fresh}

    def _known_trusts(
        self, wanted: Iterable[tuple[int, str]]
    ) -> dict[tuple[int, str], sa.Row[tuple[int, int | None, str, str]]]:
        table = Organisation
        wanted = list(wanted)
        found = self.session.execute(
            sa.select(table.id, table.authority_id, table.code, table.name).where(
                table.kind == OrganisationKind.TRUST,
                table.authority_id.in_({authority for authority, _ in wanted}),
                table.code.in_({code for _, code in wanted}),
            )
        )
        return {(row.authority_id or 0, row.code): row for row in found}


def _read(batch: list[Row], work: _Import, wanted: str | None) -> list[tuple[int, SchoolRow]]:
    """Read the rows of a batch, rejecting those that cannot be used."""
    good = []
    for row in batch:
        try:
            if row.problem:
                work.report.reject(row.line, None, row.problem)
                continue
            school = work.layout.read(row.cells)
        except BadCellError as fault:
            work.report.reject(row.line, fault.column, str(fault))
            continue
        first = work.lines.setdefault(school.urn, row.line)
        if first != row.line:
            work.report.reject(row.line, "URN", f"line {first} already gives URN {school.urn}")
        elif wanted is not None and school.la_code != wanted:
            work.report.elsewhere += 1
        else:
            good.append((row.line, school))
    return good


def _moved(row: SchoolRow, stored_la: str) -> str:
    return (
        f"URN {row.urn} belongs to the authority {stored_la} here, but the file gives "
        f"{row.la_code}; ask for the school to be moved before importing it"
    )
