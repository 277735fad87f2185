"""Reading the rows of calendar files: term dates, and busy dates."""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from directory.busy_dates import BusyEntry, in_order
from directory.kinds import PHASES
from directory.term_dates import Term, read_year
from foundation.errors import Refusal
from foundation.spreadsheets import BadCellError, Row, as_written

TERMS_NEED = ("school_year", "term", "from", "to")
BUSY_NEEDS = ("from", "to", "what")
Found = TypeVar("Found")
_ENGLISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_COLUMN_OF = {"starts_on": "from", "ends_on": "to"}
CERTAIN = {"": False, "yes": False, "y": False, "approximate": True, "no": True, "n": True}


def term_of(row: Row) -> Term:
    """Return the term in a row; raises BadCellError naming the column and how to mend it."""
    cells = _cells(row)
    year = _in_column("school_year", lambda: read_year(cells("school_year")))
    off = [part for part in re.split(r"[;,\s]+", cells("days_off")) if part]
    term = Term(
        year,
        " ".join(cells("term").split()),
        read_day("from", cells("from")),
        read_day("to", cells("to")),
        tuple(sorted({read_day("days_off", part) for part in off})),
    )
    _in_column("", term.check)
    return term


def busy_of(row: Row) -> BusyEntry:
    """Return the busy date in a row; raises BadCellError naming the column and how to mend it."""
    cells = _cells(row)
    words = [part for part in re.split(r"[;,]\s*", cells("phases").casefold()) if part]
    phases = tuple(word.strip().replace(" ", "_") for word in words)
    certain = cells("certain").casefold()
    if certain not in CERTAIN:
        raise BadCellError("certain", f"“{certain[:40]}” is neither yes nor approximate")
    whole = "all" in phases or not phases
    entry = BusyEntry(
        " ".join(cells("what").split()),
        read_day("from", cells("from")),
        read_day("to", cells("to") or cells("from")),
        () if whole else phases,
        CERTAIN[certain],
    )
    _in_column("", entry.check)
    return BusyEntry(
        entry.what,
        entry.starts_on,
        entry.ends_on,
        tuple(in_order([phase for phase in entry.phases if phase in PHASES])),
        entry.approximate,
    )


def read_day(column: str, text: str) -> date:
    """Read 2026-09-02 or 02/09/2026; raises BadCellError."""
    english = _ENGLISH.fullmatch(text)
    try:
        if english:
            return date(int(english[3]), int(english[2]), int(english[1]))
        return date.fromisoformat(text)
    except ValueError:
        reason = f"“{text[:40]}” is not a date (write it like 2026-09-02)"
        raise BadCellError(column, reason if text else "the date is missing") from None


def _cells(row: Row) -> Callable[[str], str]:
    if row.problem:
        raise BadCellError("", row.problem)
    return lambda name: as_written(row.cells.get(name, "")).strip()


def _in_column(column: str, work: Callable[[], Found]) -> Found:
    try:
        return work()
    except Refusal as refusal:
        field = refusal.field or ""
        raise BadCellError(column or _COLUMN_OF.get(field, field), str(refusal)) from refusal
