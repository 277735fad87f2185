"""``portal owners``: who owns which category, in and out."""

from pathlib import Path

import click

from categories.bulk.exporting import owner_columns, owner_rows
from categories.bulk.files import begin_undoing, find, undo_next
from categories.bulk.importing import import_owners, report_of, stage_owners
from categories.bulk.models import ImportState, RowState
from categories.bulk.national import import_everywhere
from categories.bulk.rows import REQUIRED
from foundation import audit, clock
from foundation.db import EVERY_AUTHORITY
from foundation.progress import ImportReport
from foundation.settings import read_settings
from foundation.spreadsheets import read_rows, write_csv, write_xlsx
from portal.cli.terminal import (
    as_json,
    authority_option,
    open_database,
    print_json,
    print_report,
    progress_bar,
    refusals_in_words,
    session_for,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
EVERY = 100_000
"""More schools than there are: all of them in one transaction."""


@click.group()
def owners() -> None:
    """Import and export who owns which category."""


@owners.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option(
    "--bulk",
    is_flag=True,
    help="For the first load of many authorities at once: PostgreSQL only, cannot be undone.",
)
@authority_option
@as_json
@refusals_in_words
def import_(file: Path, *, dry_run: bool, bulk: bool, la_code: str | None, as_json: bool) -> None:
    """Make the people in FILE (CSV or XLSX) the owners of their categories."""
    size = read_rows(file, required=REQUIRED).size
    if bulk:
        report = _import_everywhere(file, size, dry_run=dry_run)
    else:
        report = _import(file, size, la_code, dry_run=dry_run)
    print_report(report, "Owners (dry run)" if dry_run else "Owners", json_wanted=as_json)


def _import(file: Path, size: int, la_code: str | None, *, dry_run: bool) -> ImportReport:
    with (
        session_for(la_code, commit=True) as (session, authority_id),
        progress_bar(size, "Owners") as progress,
    ):
        at = clock.now()
        if not dry_run:
            return import_owners(session, authority_id, file, at=at, progress=progress)
        staged = stage_owners(session, authority_id, file, at=at, progress=progress)
        report = report_of(session, staged)
        session.rollback()
        return report


def _import_everywhere(file: Path, size: int, *, dry_run: bool) -> ImportReport:
    database = open_database(read_settings())
    try:
        with (
            database.session(authority=EVERY_AUTHORITY) as session,
            progress_bar(size, "Owners") as progress,
        ):
            report = import_everywhere(session, file, at=clock.now(), progress=progress)
            if not dry_run:
                session.commit()
            return report
    finally:
        database.engine.dispose()


@owners.command()
@click.argument("import_id", type=int, metavar="ID")
@authority_option
@as_json
@refusals_in_words
def undo(import_id: int, *, la_code: str | None, as_json: bool) -> None:
    """Set back what the import ID did, where nobody has changed it since."""
    with session_for(la_code, commit=True) as (session, authority_id):
        imported = find(session, authority_id, import_id)
        begin_undoing(session, imported, by=None, at=clock.now())
        while imported.state is ImportState.UNDOING and undo_next(session, imported, most=EVERY):
            pass
        counts = imported.counts
    answer = {
        "undone": counts.get(RowState.UNDONE, 0),
        "left": counts.get(RowState.STALE, 0),
    }
    if as_json:
        print_json(answer)
    else:
        rows = "1 row" if answer["undone"] == 1 else f"{answer['undone']:,} rows"
        click.echo(f"{rows} undone, {answer['left']:,} left alone because of changes since.")


@owners.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@authority_option
@as_json
@refusals_in_words
def export(file: Path, *, la_code: str | None, as_json: bool) -> None:
    """Write every owner to FILE: a workbook when its name ends in .xlsx, else CSV."""
    at = clock.now()
    with session_for(la_code, commit=True) as (session, authority_id):
        columns = owner_columns(session, authority_id)
        today = clock.local_date(at)
        rows = list(owner_rows(session, authority_id, on=today, columns=columns))
        is_workbook = file.suffix.lower() == ".xlsx"
        content = write_xlsx("Owners", columns, rows) if is_workbook else write_csv(columns, rows)
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
