"""Reading the rows of a file of owners: each by itself and against those before it."""

import re
from dataclasses import dataclass, field
from datetime import date

from directory.people_rows import check_name, email_in, school_in, text_in
from directory.roster import MOST_JOB_TITLE, MOST_NAME, MOST_TELEPHONE
from foundation.progress import ImportReport
from foundation.spreadsheets import BadCellError, Row

COLUMNS = (
    "urn",
    "category",
    "email",
    "name",
    "telephone",
    "job_title",
    "cover_email",
    "cover_from",
    "cover_to",
)
REQUIRED = COLUMNS[:3]
DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True)
class CoverWish:
    """Who is to stand in, from the first day to the last."""

    email: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Wish:
    """One row: who is to own a category at a school, and who stands in."""

    line: int
    school_id: int
    category_id: int
    email: str
    name: str
    telephone: str
    job_title: str
    cover: CoverWish | None


@dataclass
class Reader:
    """Reads row after row, and remembers what earlier rows said.

    ``categories`` gives the id of a category for its slug, number or heading in lower case.
    """

    report: ImportReport
    schools: dict[int, int]
    categories: dict[str, int]
    pairs: dict[tuple[int, int], int] = field(default_factory=dict)
    names: dict[str, tuple[int, str]] = field(default_factory=dict)

    def read(self, row: Row) -> Wish | None:
        """Return the row's wish, or None after noting in the report why it cannot be used."""
        try:
            if row.problem:
                self.report.reject(row.line, None, row.problem)
                return None
            wish = self._wish(row)
            self._check_against_earlier(wish)
        except BadCellError as fault:
            self.report.reject(row.line, fault.column, str(fault))
            return None
        return wish

    def _check_against_earlier(self, wish: Wish) -> None:
        if wish.name:
            check_name(self.names, wish.line, wish.email, wish.name)
        first = self.pairs.setdefault((wish.school_id, wish.category_id), wish.line)
        if first != wish.line:
            raise BadCellError("category", f"line {first} gives an owner for it already")

    def _wish(self, row: Row) -> Wish:
        cells = row.cells
        return Wish(
            line=row.line,
            school_id=school_in(cells, self.schools),
            category_id=self._category(cells),
            email=email_in(cells, "email"),
            name=text_in(cells, "name", MOST_NAME),
            telephone=text_in(cells, "telephone", MOST_TELEPHONE),
            job_title=text_in(cells, "job_title", MOST_JOB_TITLE),
            cover=_cover(cells),
        )

    def _category(self, cells: dict[str, str]) -> int:
        text = " ".join(cells.get("category", "").split())
        found = self.categories.get(text.casefold())
        if found is None:
            said = f"“{text[:60]}” is not a category" if text else "it is empty"
            raise BadCellError("category", f"{said}; use its short name, number or heading")
        return found


def _cover(cells: dict[str, str]) -> CoverWish | None:
    given = [name for name in COLUMNS[6:] if cells.get(name, "").strip()]
    if not given:
        return None
    for name in COLUMNS[6:]:
        if name not in given:
            raise BadCellError(name, "a cover needs an e-mail address, a first and a last day")
    starts_on, ends_on = _day(cells, "cover_from"), _day(cells, "cover_to")
    if ends_on < starts_on:
        raise BadCellError("cover_to", "the last day of the cover is before its first day")
    return CoverWish(email_in(cells, "cover_email"), starts_on, ends_on)


def _day(cells: dict[str, str], column: str) -> date:
    text = cells[column].strip().replace("T", " ").split(" ")[0]
    day_first, year_first = DAY_FIRST.fullmatch(text), YEAR_FIRST.fullmatch(text)
    try:
        if day_first:
            return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
        if year_first:
            return date(int(year_first[1]), int(year_first[2]), int(year_first[3]))
    except ValueError:
        pass  # a day that no calendar has
    raise BadCellError(column, f"“{text[:20]}” is not a date (write it like 2026-12-01)")
