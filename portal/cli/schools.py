"""``portal schools``: importing schools from GIAS."""

from pathlib import Path

import click

from categories.catalogue import load_where_missing
from directory.calendar_files import load_shipped_where_missing
from directory.import_schools import import_schools, size_of
from foundation import clock
from foundation.db import EVERY_AUTHORITY
from foundation.settings import read_settings
from gatekeeping.holdings.loading import load_where_missing as load_held_where_missing
from portal.cli.terminal import (
    as_json,
    open_database,
    print_report,
    progress_bar,
    refusals_in_words,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def schools() -> None:
    """Import schools from GIAS."""


@schools.command("import")
@click.argument("file", type=FILE)
@click.option("--la", help="Import only the schools of the local authority with this code.")
@as_json
@refusals_in_words
def import_(file: Path, *, la: str | None, as_json: bool) -> None:
    """Bring schools up to date with a GIAS “edubasealldata” FILE (CSV or XLSX)."""
    size = size_of(file)
    database = open_database(read_settings())
    at = clock.now()
    with database.session(authority=EVERY_AUTHORITY) as session:
        with progress_bar(size, "Schools") as progress:
            report = import_schools(session, file, at=at, only_la=la, progress=progress)
        load_where_missing(session, at=at)
        load_shipped_where_missing(session, at=at)
        load_held_where_missing(session, at=at)
        session.commit()
    print_report(report, "Schools", json_wanted=as_json)
