"""Busy dates: what keeps schools' hands full, entered by the authority."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.kinds import PHASES
from directory.models_calendar import BusyDate
from foundation import audit
from foundation.dates import day
from foundation.errors import Refusal

MOST_WHAT = 120
MOST = 500
LONGEST = 200


class BusyError(Refusal):
    """A busy date that cannot be right; ``field`` names what to mend."""


@dataclass(frozen=True)
class BusyEntry:
    """One busy date as it is entered; no phases are all schools."""

    what: str
    starts_on: date
    ends_on: date
    phases: tuple[str, ...] = ()
    approximate: bool = False

    def check(self) -> None:
        """Raise BusyError, naming the field, when it cannot be right."""
        if not 1 <= len(self.what) <= MOST_WHAT:
            message = f"Say what it is, in at most {MOST_WHAT} characters."
            raise BusyError(message, field="what")
        if not 0 <= (self.ends_on - self.starts_on).days < LONGEST:
            message = f"The last day must be {day(self.starts_on)} or a later day of that year."
            raise BusyError(message, field="ends_on")
        for phase in self.phases:
            if phase not in PHASES:
                listed = ", ".join(["all", *PHASES])
                raise BusyError(f"“{phase[:40]}” is not a phase; use {listed}", field="phases")


def busy_dates(session: Session, authority_id: int, *, start: date, end: date) -> list[BusyDate]:
    """Return the busy dates with any day between two days, in order."""
    return list(
        session.scalars(
            sa.select(BusyDate)
            .where(
                BusyDate.authority_id == authority_id,
                BusyDate.starts_on <= end,
                BusyDate.ends_on >= start,
            )
            .order_by(BusyDate.starts_on, BusyDate.what, BusyDate.id)
            .limit(MOST)
        )
    )


def put_busy(
    session: Session,
    authority_id: int,
    entry: BusyEntry,
    *,
    instead_of: BusyDate | None = None,
    by: int | None,
    at: datetime,
) -> BusyDate:
    """Enter a busy date, or change the one given as ``instead_of``; again changes nothing.

    Raises BusyError when it cannot be right or another has its name and first day.
    """
    entry.check()
    same = session.scalars(
        sa.select(BusyDate).where(
            BusyDate.authority_id == authority_id,
            BusyDate.starts_on == entry.starts_on,
            BusyDate.what == entry.what,
        )
    ).first()
    if same is not None and same is not instead_of:
        if instead_of is None and same_as(same, entry):
            return same
        message = f"{entry.what} from {day(entry.starts_on)} is entered already. Change that one."
        raise BusyError(message, field="what")
    row = instead_of or BusyDate(authority_id=authority_id)
    write(row, entry)
    session.add(row)
    session.flush()
    _record(session, row, "changed" if instead_of else "added", by=by, at=at)
    return row


def remove_busy(session: Session, row: BusyDate, *, by: int | None, at: datetime) -> None:
    """Remove a busy date."""
    _record(session, row, "removed", by=by, at=at)
    session.delete(row)
    session.flush()


def write(row: BusyDate, entry: BusyEntry) -> None:
    """Give a row what was entered."""
    row.what, row.starts_on, row.ends_on = entry.what, entry.starts_on, entry.ends_on
    row.phases, row.approximate = in_order(entry.phases), entry.approximate


def same_as(row: BusyDate, entry: BusyEntry) -> bool:
    """Tell whether a row says what was entered."""
    return entry == BusyEntry(
        row.what, row.starts_on, row.ends_on, tuple(row.phases), row.approximate
    )


def in_order(phases: Sequence[str]) -> list[str]:
    """Return phases each once, in the order in which pages list them."""
    return [phase for phase in PHASES if phase in phases]


def _record(session: Session, row: BusyDate, what: str, *, by: int | None, at: datetime) -> None:
    audit.record(
        session,
        authority_id=row.authority_id,
        action=f"busy_date.{what}",
        subject="authority",
        subject_id=row.authority_id,
        by=by,
        at=at,
        detail={"busy_date": row.id},
    )
