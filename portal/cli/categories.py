"""``portal categories``: the list of categories, out and in."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from categories.catalogue import current_categories
from categories.versions.applying import apply_due, newest
from categories.versions.comparing import Comparison
from categories.versions.drafts import (
    compare_with_present,
    confirm,
    list_of_version,
    put_up,
)
from categories.versions.files import ALL_COLUMNS, ListFaultsError, list_rows, read_list
from categories.versions.proposed import Proposed
from categories.versions.telling import sentences
from foundation import clock
from foundation.settings import read_settings
from foundation.spreadsheets import write_csv, write_xlsx
from portal.cli.terminal import (
    as_json,
    authority_option,
    open_database,
    print_json,
    refusals_in_words,
    session_for,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def categories() -> None:
    """Export the list of categories, and bring a new one into force."""


@categories.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--version", type=int, help="An earlier version; else the one in force.")
@authority_option
@as_json
@refusals_in_words
def export(file: Path, *, version: int | None, la_code: str | None, as_json: bool) -> None:
    """Write a list to FILE: a workbook when its name ends in .xlsx, else CSV."""
    with session_for(la_code) as (session, authority_id):
        wanted = version or newest(session, authority_id).version
        rows = list_rows(list_of_version(session, authority_id, wanted))
    is_workbook = file.suffix.lower() == ".xlsx"
    write = write_xlsx("Categories", ALL_COLUMNS, rows) if is_workbook else None
    file.write_bytes(write or write_csv(ALL_COLUMNS, rows))
    if as_json:
        print_json({"file": str(file), "version": wanted, "rows": len(rows)})
    else:
        click.echo(f"Version {wanted}: {len(rows)} categories written to {file}.")


@categories.command()
@click.argument("file", type=FILE)
@authority_option
@as_json
@refusals_in_words
def preview(file: Path, *, la_code: str | None, as_json: bool) -> None:
    """Print what the list in FILE (CSV or XLSX) would change; changes nothing."""
    with session_for(la_code) as (session, authority_id):
        found = compare_with_present(session, authority_id, _read(session, authority_id, file))
    _print(found, as_json=as_json)


@categories.command()
@click.argument("file", type=FILE)
@click.option(
    "--from", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day it comes into force."
)
@authority_option
@as_json
@refusals_in_words
def apply(file: Path, *, day: datetime | None, la_code: str | None, as_json: bool) -> None:
    """Bring the list in FILE into force, at once or on a day; heads are told what changed."""
    at = clock.now()
    valid_from: date | None = day.date() if day else None
    with session_for(la_code, commit=True) as (session, authority_id):
        listed = _read(session, authority_id, file)
        found = compare_with_present(session, authority_id, listed)
        draft = put_up(session, authority_id, listed, file_name=file.name, by=None, at=at)
        confirm(session, draft, valid_from=valid_from, by=None, at=at)
    if valid_from is None or valid_from <= clock.local_date(at):
        _apply_now(at)
    _print(found, as_json=as_json)
    if not as_json:
        click.echo(f"In force from {valid_from}." if valid_from else "In force now.")


def _apply_now(at: datetime) -> None:
    settings = read_settings()
    database = open_database(settings)
    try:
        apply_due(database, at=at)
    finally:
        database.engine.dispose()


def _read(session: Session, authority_id: int, file: Path) -> list[Proposed]:
    known = {row.slug for row in current_categories(session, authority_id)}
    try:
        return read_list(file, known=known)
    except ListFaultsError as fault:
        for bad in fault.bad:
            column = f", column “{bad.column}”" if bad.column else ""
            click.echo(f"  line {bad.line}{column}: {bad.reason}", err=True)
        raise


def _print(found: Comparison, *, as_json: bool) -> None:
    if as_json:
        steps: list[dict[str, Any]] = [
            {"kind": step.kind.value, "from": step.old, "to": step.new} for step in found.steps
        ]
        guesses = [{"from": guess.old, "to": guess.new} for guess in found.guesses]
        print_json({"changes": steps, "perhaps": guesses})
        return
    for sentence in sentences(found):
        click.echo(f"  {sentence}")
    for guess in found.guesses:
        click.echo(
            f"  Perhaps “{guess.old}” became “{guess.new}”: if so, write {guess.old} into its "
            "column “from”."
        )
    if not found.steps:
        click.echo("The list is the one in force: nothing would change.")
