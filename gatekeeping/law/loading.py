"""Loading more duties into an authority's register, from a file like the shipped one."""

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import AuthorityProfile
from foundation import audit
from foundation.progress import ImportReport, Progress, silent
from foundation.spreadsheets import read_rows
from gatekeeping.law.duties import Duty, places_of, rows_of
from gatekeeping.law.identifiers import TYPES
from gatekeeping.law.models import LawDuty
from gatekeeping.law.naming import place_in_words
from gatekeeping.law.rulings import MOST_OWN_DUTIES

COLUMNS = (
    "collection",
    "act_title",
    "year",
    "number",
    "type",
    "provision",
    "duty_bearer",
    "duty",
    "frequency",
    "status",
    "source_url_or_repo",
)
LONGEST_PLACE = 150
REQUIRED = ("act_title", "year", "number", "type", "provision", "duty_bearer", "status")


def import_duties(
    session: Session, authority_id: int, file: Path, *, at: datetime, progress: Progress = silent
) -> ImportReport:
    """Add or change the duties in a CSV or XLSX with the columns of the shipped file.

    A bad row never loses the good ones. What is loaded comes before what is shipped.
    """
    session.execute(  # of two at once the second waits and sees what the first has loaded
        sa.select(AuthorityProfile.authority_id)
        .where(AuthorityProfile.authority_id == authority_id)
        .with_for_update()
    )
    loading = _Loading(session, authority_id, at)
    sheet = read_rows(file, required=REQUIRED)
    before = 0
    for row in sheet.rows:
        progress(row.position - before)
        before = row.position
        values = {name: row.cells.get(name, "").strip() for name in COLUMNS}
        problem = ("", row.problem) if row.problem else _problem(values)
        if problem is not None:
            loading.report.reject(row.line, problem[0] or None, problem[1])
            continue
        for duty in rows_of([values]):
            loading.keep(duty, values, row.line)
    report = loading.report
    session.flush()
    audit.record(
        session,
        authority_id=authority_id,
        action="law.loaded",
        subject="law_duty",
        by=None,
        at=at,
        detail={"added": report.added, "changed": report.changed},
    )
    return report


def _problem(values: dict[str, str]) -> tuple[str, str] | None:
    """Return the column and what is wrong with it, None for a good row."""
    if values["type"] not in TYPES:
        return "type", "Use a type of legislation.gov.uk, such as ukpga or uksi."
    for name in ("year", "number"):
        figures = values[name].isascii() and values[name].isdecimal()
        if not figures or len(values[name]) > 4:  # noqa: PLR2004 - as the site has
            return name, f"Enter the {name} in figures."
    empty = next((name for name in REQUIRED if not values[name]), None)
    return (empty, "This must not be empty.") if empty else _misplaced(values)


def _misplaced(values: dict[str, str]) -> tuple[str, str] | None:
    """Return what is wrong with the provision: one misread would count for the whole instrument."""
    words = values["provision"]
    places = places_of(words, values["act_title"], values["type"])
    meant_whole = words.startswith("(") or "whole" in words.casefold()
    if places == [""] and not meant_whole:
        return "provision", "This cannot be read. Write it like s.537A, or “whole instrument”."
    if max(map(len, places)) > LONGEST_PLACE:
        return "provision", "This is longer than any provision."
    return None


class _Loading:
    """One run of an import: what was there before, and what has been done so far."""

    def __init__(self, session: Session, authority_id: int, at: datetime) -> None:
        self.session, self.authority_id, self.at = session, authority_id, at
        self.report = ImportReport()
        rows = session.scalars(
            sa.select(LawDuty)
            .where(LawDuty.authority_id == authority_id)
            .order_by(LawDuty.id)
            .limit(MOST_OWN_DUTIES)
        )
        self.known = {(row.key, row.collection): row for row in rows}

    def keep(self, duty: Duty, values: dict[str, str], line: int) -> None:
        """Add a duty, or bring the one of the same provision and collection up to date."""
        row = {**values, "provision": place_in_words(duty.provision) or "whole"}
        place = (duty.key, duty.collection[:120])
        before = self.known.get(place)
        if before is None and len(self.known) >= MOST_OWN_DUTIES:
            self.report.reject(line, None, f"The register takes {MOST_OWN_DUTIES} rows of yours.")
        elif before is None:
            self.known[place] = LawDuty(
                authority_id=self.authority_id,
                key=place[0],
                collection=place[1],
                row=row,
                loaded_at=self.at,
            )
            self.session.add(self.known[place])
            self.report.added += 1
        elif before.row != row:
            before.row, before.loaded_at = row, self.at
            self.report.changed += 1
        else:
            self.report.unchanged += 1
