"""``portal people``: importing the people at schools."""

from pathlib import Path

import click

from directory.import_people import REQUIRED, import_people
from foundation import clock
from foundation.spreadsheets import read_rows
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
def people() -> None:
    """Import the people at schools."""


@people.command("import")
@click.argument("file", type=FILE)
@authority_option
@as_json
@refusals_in_words
def import_(file: Path, *, la_code: str | None, as_json: bool) -> None:
    """Add people from FILE (CSV or XLSX) and bring those who are known up to date."""
    size = read_rows(file, required=REQUIRED).size
    with (
        session_for(la_code, commit=True) as (session, authority_id),
        progress_bar(size, "People") as progress,
    ):
        report = import_people(session, authority_id, file, at=clock.now(), progress=progress)
    print_report(report, "People", json_wanted=as_json)
