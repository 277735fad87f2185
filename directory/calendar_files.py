"""Files of term dates and busy dates: what one would change, and changing it.

A row changes the term of its name in its school year, or enters it; rows that the file does not
have stay. So a bad row loses nothing, and the same file again changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.busy_dates import MOST, BusyEntry, busy_dates, same_as
from directory.busy_dates import write as write_busy
from directory.calendar_rows import (
    BUSY_NEEDS,
    TERMS_NEED,
    busy_of,
    term_of,
)
from directory.keepers import AUTHORITY, Keeper
from directory.models import AuthorityProfile
from directory.models_calendar import BusyDate, TermDates
from directory.term_dates import Term, TermError, as_entered, plain_name, refuse_clash
from directory.term_dates import terms_of as rows_of
from directory.term_dates import write as write_term
from foundation import audit
from foundation.errors import BrokenFileError
from foundation.progress import ImportReport
from foundation.spreadsheets import BadCellError, Row, Sheet, read_rows

DATA = Path(__file__).parent / "data"
SHIPPED = (DATA / "term_dates.csv", DATA / "busy_dates.csv")
MOST_ROWS = 2_000
MOST_UNPACKED = 25_000_000


@dataclass(frozen=True)
class Change:
    """What one row of a file does: ``row`` is what it changes, None when it enters something."""

    line: int
    entry: Term | BusyEntry
    row: TermDates | BusyDate | None


@dataclass
class Plan:
    """What a file would do. Nothing is done until ``carry_out``."""

    keeper: Keeper
    what: str
    """``term dates`` or ``busy dates``."""
    changes: list[Change] = field(default_factory=list)
    report: ImportReport = field(default_factory=ImportReport)


def plan(session: Session, authority_id: int, path: Path, *, keeper: Keeper = AUTHORITY) -> Plan:
    """Read a file of either kind and say what it would change; bad rows are in the report.

    Rows that name another authority's code are counted as ``elsewhere``. Raises BrokenFileError
    when the file cannot be read, is of neither kind, or has busy dates for a school or trust.
    """
    sheet = read_rows(path, most_unpacked=MOST_UNPACKED)
    names = {name.casefold() for name in sheet.columns}
    la_code = session.scalars(
        sa.select(AuthorityProfile.la_code).where(AuthorityProfile.authority_id == authority_id)
    ).one()
    if "what" not in names:
        sheet = read_rows(path, required=TERMS_NEED, most_unpacked=MOST_UNPACKED)
        return _plan_terms(session, authority_id, _ours(sheet), keeper, la_code)
    if keeper != AUTHORITY:
        raise BrokenFileError("Busy dates are the authority’s. A school or trust has term dates.")
    sheet = read_rows(path, required=BUSY_NEEDS, most_unpacked=MOST_UNPACKED)
    return _plan_busy(session, authority_id, _ours(sheet), la_code)


def carry_out(
    session: Session, authority_id: int, planned: Plan, *, by: int | None, at: datetime
) -> None:
    """Make the changes of a plan, with one audit entry; the caller commits."""
    for change in planned.changes:
        row = change.row
        if isinstance(change.entry, Term):
            row = row or TermDates(
                authority_id=authority_id,
                school_id=planned.keeper.school_id,
                trust_id=planned.keeper.trust_id,
            )
            assert isinstance(row, TermDates)  # noqa: S101 - plans keep the kinds apart
            write_term(row, change.entry)
        else:
            row = row or BusyDate(authority_id=authority_id)
            assert isinstance(row, BusyDate)  # noqa: S101 - plans keep the kinds apart
            write_busy(row, change.entry)
        session.add(row)
    session.flush()
    subject, subject_id = planned.keeper.subject
    audit.record(
        session,
        authority_id=authority_id,
        action="calendar.imported",
        subject=subject,
        subject_id=subject_id or authority_id,
        by=by,
        at=at,
        detail={
            "what": planned.what,
            "added": planned.report.added,
            "changed": planned.report.changed,
            "rejected": len(planned.report.rejected),
        },
    )


def load_shipped(session: Session, authority_id: int, *, at: datetime) -> bool:
    """Load the term and busy dates that the portal ships for an authority that has none yet.

    They are Lancashire's; for any other authority nothing is loaded. Returns whether any was.
    """
    known = sa.select(TermDates.id).where(TermDates.authority_id == authority_id).limit(1)
    if session.scalar(known) is not None:
        return False
    planned = [plan(session, authority_id, path) for path in SHIPPED]
    for one in planned:
        if one.changes:
            carry_out(session, authority_id, one, by=None, at=at)
    return any(one.changes for one in planned)


def load_shipped_where_missing(session: Session, *, at: datetime) -> int:
    """Load the shipped dates for every authority that has none; return for how many.

    For a session that may see every authority: importing schools makes new ones.
    """
    bare = session.scalars(
        sa.select(AuthorityProfile.authority_id)
        .where(~sa.exists().where(TermDates.authority_id == AuthorityProfile.authority_id))
        .order_by(AuthorityProfile.authority_id)
    ).all()
    return sum(load_shipped(session, authority_id, at=at) for authority_id in bare)


def _ours(sheet: Sheet) -> list[Row]:
    rows: list[Row] = []
    for row in sheet.rows:
        if len(rows) >= MOST_ROWS:
            raise BrokenFileError(f"The file has more than {MOST_ROWS:,} rows. Split it.")
        rows.append(row)
    return rows


def _is_elsewhere(row: Row, la_code: str) -> bool:
    named = next((cell for name, cell in row.cells.items() if name.casefold() == "authority"), "")
    return bool(named.strip()) and named.strip().zfill(3) != la_code


def _plan_terms(
    session: Session, authority_id: int, rows: Iterable[Row], keeper: Keeper, la_code: str
) -> Plan:
    made = Plan(keeper, "term dates")
    read: dict[int, Term] = {}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if _is_elsewhere(row, la_code):
            made.report.elsewhere += 1
            continue
        try:
            term = term_of(row)
        except BadCellError as fault:
            made.report.reject(row.line, fault.column or None, str(fault))
            continue
        first = seen.setdefault((term.school_year, plain_name(term.term)), row.line)
        if first == row.line:
            read[row.line] = term
        else:
            made.report.reject(row.line, "term", f"line {first} already gives this term")
    stored = {
        (row.school_year, plain_name(row.term)): row
        for row in rows_of(session, authority_id, keeper)
    }
    for line, sentence in _clashes(read, stored).items():
        made.report.reject(line, "from", sentence)
        del read[line]
    made.report.rejected.sort(key=lambda bad: bad.line)
    for line, term in read.items():
        same = stored.get((term.school_year, plain_name(term.term)))
        is_same = same is not None and as_entered(same) == term
        _count(made, Change(line, term, same), is_same=is_same)
    return made


def _clashes(read: dict[int, Term], stored: dict[tuple[str, str], TermDates]) -> dict[int, str]:
    """Return the lines that clash with what would stand beside them, and why.

    A row that is refused leaves what it would have changed as it is; so this is looked at again
    until nothing more is refused.
    """
    refused: dict[int, str] = {}
    while True:
        good = {line: term for line, term in read.items() if line not in refused}
        touched = {(term.school_year, plain_name(term.term)) for term in good.values()}
        beside: list[TermDates | Term] = [row for key, row in stored.items() if key not in touched]
        before = len(refused)
        for line, term in good.items():
            try:
                refuse_clash(beside, term)
            except TermError as clash:
                refused[line] = str(clash)
            else:
                beside.append(term)
        if len(refused) == before:
            return refused


def _plan_busy(session: Session, authority_id: int, rows: Iterable[Row], la_code: str) -> Plan:
    made = Plan(AUTHORITY, "busy dates")
    stored = {
        (row.starts_on, row.what): row
        for row in busy_dates(session, authority_id, start=date.min, end=date.max)
    }
    seen: dict[tuple[date, str], int] = {}
    for row in rows:
        if _is_elsewhere(row, la_code):
            made.report.elsewhere += 1
            continue
        try:
            entry = busy_of(row)
        except BadCellError as fault:
            made.report.reject(row.line, fault.column or None, str(fault))
            continue
        key = (entry.starts_on, entry.what)
        first = seen.setdefault(key, row.line)
        same = stored.get(key)
        if first != row.line:
            made.report.reject(row.line, "what", f"line {first} already gives this")
        elif same is None and len(stored) + made.report.added >= MOST:
            made.report.reject(row.line, None, f"there are {MOST} busy dates; remove old ones")
        else:
            change = Change(row.line, entry, same)
            _count(made, change, is_same=same is not None and same_as(same, entry))
    return made


def _count(made: Plan, change: Change, *, is_same: bool) -> None:
    if is_same:
        made.report.unchanged += 1
        return
    made.changes.append(change)
    if change.row is None:
        made.report.added += 1
    else:
        made.report.changed += 1
