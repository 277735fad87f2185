"""Reading the rows of a file of owners, each by itself: what needs no look at what is stored."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from categories.models import Part
from directory.people_rows import MOST_DIGITS, email_in, text_in
from directory.roster import MOST_JOB_TITLE, MOST_NAME, MOST_TELEPHONE
from foundation.dates import day_in
from foundation.progress import Progress
from foundation.spreadsheets import BadCellError, Row, Sheet

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
PART = "part"
EVERY_COLUMN = (*COLUMNS, PART)
REQUIRED = COLUMNS[:3]
COVER = COLUMNS[6:]
TOLD = COLUMNS[2:]
MOST_URN, MOST_CATEGORY, MOST_REASON = 60, 120, 300
PARTS = {part.value: part for part in Part} | {"": Part.LEAD, "owner": Part.LEAD}
ONE_OF = (Part.LEAD.value, Part.DEPUTY.value)
"""Of these parts there is one at a time."""
URN_FIRST = re.compile(rf"([0-9]{{1,{MOST_DIGITS}}})(?:[ ,:–-].*)?")
"""A URN, or a URN and the school's name as the template's list offers them."""


class Said(NamedTuple):
    """What one row says, in the order of the table that it is loaded into.

    ``called`` is the category as it is looked up; ``reason`` says why the row cannot be used.
    """

    line: int
    number: int | None
    urn: str
    category: str
    called: str
    email: str
    name: str
    telephone: str
    job_title: str
    cover_email: str
    cover_from: date | None
    cover_to: date | None
    part: str
    column_name: str | None
    reason: str


def read_said(sheet: Sheet, *, progress: Progress) -> Iterator[Said]:
    """Give what every row of a file says, also of those that cannot be used.

    A row that names no person at all is left out: the template lists categories like that.
    """
    done = 0
    for row in sheet.rows:
        if row.problem or any(row.cells.get(name, "").strip() for name in TOLD):
            yield said(row)
        if row.position - done > sheet.size // 100:
            progress(row.position - done)
            done = row.position
    progress(sheet.size - done)


def said(row: Row) -> Said:
    """Return what one row says; its first fault, if any, is in ``column_name`` and ``reason``."""
    if row.problem:
        return _faulty(row, None, row.problem)
    cells = row.cells
    try:
        number = _number(cells.get("urn", ""))
        category = _category(cells.get("category", ""))
        person = _person(*[cells.get(name, "") for name in COLUMNS[2:6]])
        cover = _cover(cells)
        part = _part(cells.get(PART, ""))
    except BadCellError as fault:
        return _faulty(row, fault.column, str(fault))
    urn = cells["urn"].strip()[:MOST_URN]
    return Said(
        row.line, number, urn, category, category.casefold(), *person, *cover, part, None, ""
    )


def _faulty(row: Row, column: str | None, reason: str) -> Said:
    """Keep what can be kept of a row that cannot be used, so that it can be mended."""

    def text(name: str, most: int) -> str:
        return " ".join(row.cells.get(name, "").split())[:most]

    return Said(
        line=row.line,
        number=None,
        urn=text("urn", MOST_URN),
        category=text("category", MOST_CATEGORY),
        called="",
        email=text("email", 254),
        name=text("name", MOST_NAME),
        telephone=text("telephone", MOST_TELEPHONE),
        job_title=text("job_title", MOST_JOB_TITLE),
        cover_email=text("cover_email", 254),
        cover_from=day_in(row.cells.get("cover_from", "")),
        cover_to=day_in(row.cells.get("cover_to", "")),
        part=PARTS.get(row.cells.get(PART, "").strip().casefold(), Part.LEAD).value,
        column_name=column,
        reason=reason[:MOST_REASON],
    )


@lru_cache(maxsize=10_000)
def _number(text: str) -> int:
    found = URN_FIRST.fullmatch(text.strip())
    if found is None:
        raise BadCellError("urn", f"“{text.strip()[:20]}” is not a URN (a number of six digits)")
    return int(found[1])


@lru_cache(maxsize=10_000)
def _category(text: str) -> str:
    category = " ".join(text.split())
    if not category:
        raise BadCellError("category", "it is empty; use its short name, number or heading")
    return category[:MOST_CATEGORY]


@lru_cache(maxsize=20_000)
def _person(email: str, name: str, telephone: str, job_title: str) -> tuple[str, str, str, str]:
    """Clean what a row says of a person: a file says the same of each many times."""
    cells = {"email": email, "name": name, "telephone": telephone, "job_title": job_title}
    return (
        email_in(cells, "email"),
        text_in(cells, "name", MOST_NAME),
        text_in(cells, "telephone", MOST_TELEPHONE),
        text_in(cells, "job_title", MOST_JOB_TITLE),
    )


@lru_cache(maxsize=100)
def _part(text: str) -> str:
    part = PARTS.get(text.strip().casefold())
    if part is None:
        raise BadCellError(PART, "use lead, shares, also or deputy; an empty cell means lead")
    return part.value


def _cover(cells: dict[str, str]) -> tuple[str, date | None, date | None]:
    given = [name for name in COVER if cells.get(name, "").strip()]
    if not given:
        return "", None, None
    for name in COVER:
        if name not in given:
            raise BadCellError(name, "a cover needs an e-mail address, a first and a last day")
    starts_on, ends_on = _day(cells, "cover_from"), _day(cells, "cover_to")
    if ends_on < starts_on:
        raise BadCellError("cover_to", "the last day of the cover is before its first day")
    return email_in(cells, "cover_email"), starts_on, ends_on


def _day(cells: dict[str, str], column: str) -> date:
    found = day_in(cells[column])
    if found is None:
        text = cells[column].strip()[:20]
        raise BadCellError(column, f"“{text}” is not a date (write it like 2026-12-01)")
    return found
