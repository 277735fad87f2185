"""The first load of a hosted service: the owners of every authority from one file, at once.

Nothing of it is kept to be undone: the rows go through temporary tables, are judged there, and
become people, places, owners and covers by one statement each.
"""

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from categories.bulk.applying import Work, apply_rows
from categories.bulk.models import Verdict
from categories.bulk.temporary import forget_file, load_file, rows_table
from categories.bulk.verdicts import Scope, judge
from categories.bulk.writing import At
from directory.models import School
from foundation import audit
from foundation.copying import drop_temporary, make_temporary
from foundation.errors import Refusal
from foundation.progress import BadRow, ImportReport, Progress, silent

MOST_ROWS = 5_000_000
MOST_BAD = 10_000
"""Bad rows that are listed; the rest is counted."""
WORK_MEMORY = "256MB"


class ServerNeededError(Refusal):
    """The embedded database is not for this."""

    sentence = "Loading many authorities at once needs PostgreSQL. Leave out --bulk."


def import_everywhere(
    session: Session, path: Path, *, at: datetime, progress: Progress = silent
) -> ImportReport:
    """Make the people in the file the owners, in whichever authorities their schools belong to.

    For a session that may see every authority. The rules and the columns are those of
    ``import_owners``. Adds an audit entry for each authority.

    Raises ServerNeededError on SQLite, BrokenFileError when the file cannot be read at all.
    """
    if session.get_bind().dialect.name != "postgresql":
        raise ServerNeededError
    # for the joins of this transaction alone
    session.execute(sa.text(f"SET LOCAL work_mem = '{WORK_MEMORY}'"))
    load_file(session, None, path, progress=progress, most=MOST_ROWS)
    target = rows_table()
    make_temporary(session, target)
    judge(session, Scope(None), target)
    forget_file(session)
    report = _report(session, target)
    _record(session, target, at)
    apply_rows(session, Work(target, sa.true(), At(None, at)), checked=False)
    drop_temporary(session, target)
    return report


def _report(session: Session, target: sa.Table) -> ImportReport:
    t = target.c
    counts = dict(
        session.execute(
            sa.select(t.verdict, sa.func.count()).group_by(t.verdict).order_by(t.verdict)
        )
        .tuples()
        .all()
    )
    report = ImportReport(
        added=counts.get(Verdict.ADD, 0),
        changed=counts.get(Verdict.CHANGE, 0),
        unchanged=counts.get(Verdict.SAME, 0),
    )
    bad = (
        sa.select(t.line, t.column_name, t.reason)
        .where(t.verdict == Verdict.BAD.value)
        .order_by(t.line)
        .limit(MOST_BAD)
    )
    report.rejected = [BadRow(*row) for row in session.execute(bad)]
    if (more := counts.get(Verdict.BAD, 0) - len(report.rejected)) > 0:
        report.reject(0, None, f"and {more:,} more rows")
    return report


def _record(session: Session, target: sa.Table, at: datetime) -> None:
    t = target.c
    rows = session.execute(
        sa.select(t.authority_id, t.verdict, sa.func.count().label("rows"))
        .where(t.authority_id.in_(sa.select(School.authority_id)))
        .group_by(t.authority_id, t.verdict)
        .order_by(t.authority_id, t.verdict)
    )
    counts: dict[int, dict[str, int]] = {}
    for authority_id, verdict, number in rows:
        counts.setdefault(authority_id, {})[verdict.value] = number
    for authority_id, detail in counts.items():
        audit.record(
            session,
            authority_id=authority_id,
            action="owners.imported",
            subject="authority",
            subject_id=authority_id,
            by=None,
            at=at,
            detail=detail,
        )
