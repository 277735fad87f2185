"""Reading files from GIAS for comparison: the schools of one authority, and links between schools.

The files may be all of England: of a hundred thousand rows only an authority's own are kept.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from directory.gias import DIGITS, MOST_URN, Layout, SchoolRow
from directory.models_updates import LinkKind
from foundation.dates import day_in
from foundation.errors import BrokenFileError
from foundation.progress import BadRow
from foundation.spreadsheets import BadCellError, Row, read_rows

MOST_REJECTED = 200
"""Bad rows that are kept with their reasons; the rest is counted."""
LINK_COLUMNS = ("URN", "LinkURN", "LinkType")
STEP = 2_000
Watch = Callable[[int], None]
"""Called now and then with how many hundredths of the file are read."""


@dataclass
class FileOfSchools:
    """An authority's schools in a file, by URN, and what was left out."""

    rows: dict[int, SchoolRow] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    tells_trusts: bool = False
    count: int = 0
    elsewhere: int = 0
    bad: int = 0
    rejected: list[BadRow] = field(default_factory=list)

    def reject(self, line: int, column: str | None, reason: str) -> None:
        """Note a row that cannot be used."""
        self.bad += 1
        if len(self.rejected) < MOST_REJECTED:
            self.rejected.append(BadRow(line, column, reason))


@dataclass(frozen=True)
class Link:
    """``urn`` is followed by ``successor``: whichever of the two the file names first."""

    urn: int
    successor: int
    established_on: date | None


def read_schools(
    path: Path, *, la_code: str, known: Collection[int], watch: Watch = lambda _percent: None
) -> FileOfSchools:
    """Return the rows of an authority (its LA code) and of the URNs that it has already.

    A row that cannot be used is kept with its reason when it is one of theirs. Raises
    BrokenFileError, with a sentence, when the file is no list of schools from GIAS at all.
    """
    sheet = read_rows(path, known=("URN",))
    layout, found = Layout(sheet.columns), FileOfSchools()
    found.tells_trusts = layout.tells_trusts
    for row in sheet.rows:
        found.count += 1
        if found.count % STEP == 0:
            watch(min(99, 100 * row.position // max(sheet.size, 1)))
        _take(found, layout, row, la_code, known)
    if not found.count:
        raise BrokenFileError("The file names no school. Download it again from GIAS.")
    return found


def _take(
    found: FileOfSchools, layout: Layout, row: Row, la_code: str, known: Collection[int]
) -> None:
    if row.problem:
        found.reject(row.line, None, row.problem)
        return
    try:
        urn = layout.urn(row.cells)
        if urn not in known and not _is_of(row, la_code):
            found.elsewhere += 1
            return
        school = layout.read(row.cells)
    except BadCellError as fault:
        found.reject(row.line, fault.column, f"{fault}")
        return
    first = found.lines.setdefault(urn, row.line)
    if first != row.line:
        found.reject(row.line, "URN", f"line {first} already gives URN {urn}")
    elif school.la_code != la_code:
        found.reject(
            row.line,
            "LA (code)",
            f"URN {urn} is one of your schools here, but the file gives it to the authority "
            f"{school.la_code}; nothing of it is changed: ask whoever runs the portal to move it",
        )
    else:
        found.rows[urn] = school


def _is_of(row: Row, la_code: str) -> bool:
    """Tell whether a row is of the authority, before anything else of it is read."""
    for name, cell in row.cells.items():
        if "".join(name.casefold().split()) == "la(code)":
            return cell.strip().zfill(3) == la_code
    return False


def read_links(path: Path, *, own: Collection[int]) -> tuple[list[Link], list[BadRow]]:
    """Return which schools followed which, where one of the two is in ``own``, and bad rows.

    Columns: ``URN``, ``LinkURN``, ``LinkType`` and, where there is one, ``LinkEstablishedDate``.
    Links of other kinds (a sixth form, a shared site) are passed over. Raises BrokenFileError.
    """
    sheet = read_rows(path, required=LINK_COLUMNS)
    found: dict[tuple[int, int], Link] = {}
    bad: list[BadRow] = []
    for link in _links(sheet.rows, bad):
        if link.urn in own or link.successor in own:
            found.setdefault((link.urn, link.successor), link)
    return sorted(found.values(), key=lambda link: (link.urn, link.successor)), bad


def _links(rows: Iterator[Row], bad: list[BadRow]) -> Iterator[Link]:
    for row in rows:
        kind = link_kind(row.cells.get("LinkType", ""))
        urns = [row.cells.get(name, "").strip() for name in ("URN", "LinkURN")]
        if row.problem or not all(DIGITS.fullmatch(urn) for urn in urns):
            if len(bad) < MOST_REJECTED:
                why = row.problem or "URN and LinkURN must be numbers of six digits"
                bad.append(BadRow(row.line, None if row.problem else "LinkURN", why))
            continue
        urn, other = (min(int(urn), MOST_URN) for urn in urns)
        if kind is None or urn == other:
            continue
        # a day that cannot be read is no reason to lose the link
        day = day_in(row.cells.get("LinkEstablishedDate", ""))
        yield Link(urn, other, day) if kind is LinkKind.SUCCESSOR else Link(other, urn, day)


def link_kind(words: str) -> LinkKind | None:
    """Return what GIAS means by a type of link, None for one that says nothing of order.

    (“Result of Amalgamation” stands at both schools alike.)
    """
    plain = words.strip().casefold()
    for kind in LinkKind:
        if plain.startswith(kind.value):
            return kind
    return None
