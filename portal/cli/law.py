"""``portal law``: the register of duties."""

from pathlib import Path

import click

from foundation import clock
from foundation.spreadsheets import read_rows
from gatekeeping.law.loading import REQUIRED, import_duties
from portal.cli.terminal import (
    as_json,
    authority_option,
    print_report,
    progress_bar,
    refusals_in_words,
    session_for,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def law() -> None:
    """Load more duties into the register of law."""


@law.command("import")
@click.argument("file", type=FILE)
@authority_option
@as_json
@refusals_in_words
def import_(file: Path, *, la_code: str | None, as_json: bool) -> None:
    """Add the duties in FILE (CSV or XLSX, with the columns of the shipped register)."""
    size = read_rows(file, required=REQUIRED).size
    with (
        session_for(la_code, commit=True) as (session, authority_id),
        progress_bar(size, "Duties") as progress,
    ):
        report = import_duties(session, authority_id, file, at=clock.now(), progress=progress)
    print_report(report, "Duties", json_wanted=as_json)
