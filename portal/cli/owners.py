"""``portal owners``: who owns which category, in and out."""

from pathlib import Path

import click

from categories.bulk.exporting import owner_rows
from categories.bulk.importing import import_owners
from categories.bulk.rows import COLUMNS, REQUIRED
from foundation import audit, clock
from foundation.spreadsheets import read_rows, write_csv, write_xlsx
from portal.cli.terminal import (
    as_json,
    authority_option,
    print_json,
    print_report,
    progress_bar,
    refusals_in_words,
    session_for,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def owners() -> None:
    """Import and export who owns which category."""


@owners.command("import")
@click.argument("file", type=FILE)
@authority_option
@as_json
@refusals_in_words
def import_(file: Path, *, la_code: str | None, as_json: bool) -> None:
    """Make the people in FILE (CSV or XLSX) the owners of their categories."""
    size = read_rows(file, required=REQUIRED).size
    with (
        session_for(la_code, commit=True) as (session, authority_id),
        progress_bar(size, "Owners") as progress,
    ):
        report = import_owners(session, authority_id, file, at=clock.now(), progress=progress)
    print_report(report, "Owners", json_wanted=as_json)


@owners.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@authority_option
@as_json
@refusals_in_words
def export(file: Path, *, la_code: str | None, as_json: bool) -> None:
    """Write every owner to FILE: a workbook when its name ends in .xlsx, else CSV."""
    at = clock.now()
    with session_for(la_code, commit=True) as (session, authority_id):
        rows = list(owner_rows(session, authority_id, on=clock.local_date(at)))
        is_workbook = file.suffix.lower() == ".xlsx"
        content = write_xlsx("Owners", COLUMNS, rows) if is_workbook else write_csv(COLUMNS, rows)
        audit.record(
            session,
            authority_id=authority_id,
            action="owners.exported",
            subject="authority",
            subject_id=authority_id,
            by=None,
            at=at,
            detail={"rows": len(rows)},
        )
    file.write_bytes(content)
    if as_json:
        print_json({"file": str(file), "rows": len(rows)})
    else:
        click.echo(f"{len(rows):,} owners written to {file}.")
