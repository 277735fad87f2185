"""``portal mail directory``: which address stands for which schools."""

from pathlib import Path

import click

from directory.mail_directory.importing import DirectoryReport, import_directory, open_directory
from foundation import clock
from foundation.progress import BadRow
from portal.cli.terminal import (
    SHOWN,
    as_json,
    authority_option,
    print_report,
    progress_bar,
    refusals_in_words,
    session_for,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def directory() -> None:
    """Import mailboxes, domains and lists, so that the gateway can count schools."""


@directory.command("import")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Remove the entries that FILE does not name.")
@click.option("--sure", is_flag=True, help="Also if --replace removes more than half of many.")
@authority_option
@as_json
@refusals_in_words
def import_(file: Path, *, replace: bool, sure: bool, la_code: str | None, as_json: bool) -> None:
    """Add or change the addresses in FILE (CSV or XLSX).

    Columns: address, kind (mailbox, domain, federation, trust, list, officer or partner), urns,
    members (of a list), team (of an officer or partner), status (open or closed).
    """
    sheet = open_directory(file)
    with (
        session_for(la_code, commit=True) as (session, authority_id),
        progress_bar(sheet.size, "Addresses", quiet=as_json) as progress,
    ):
        report = import_directory(
            session,
            authority_id,
            sheet,
            at=clock.now(),
            replace=replace,
            sure=sure,
            progress=progress,
        )
    print_report(report, "Addresses", json_wanted=as_json)
    if not as_json:
        _print_doubts(report)


def _print_doubts(report: DirectoryReport) -> None:
    if report.removed:
        click.echo(f"{report.removed} removed that the file does not name.")
    if report.doubted:
        click.echo(f"{len(report.doubted)} used, but worth a look:", err=True)
    for doubt in report.doubted[:SHOWN]:
        click.echo(f"  {_place(doubt)}: {doubt.reason}", err=True)
    if len(report.doubted) > SHOWN:
        click.echo(f"  … and {len(report.doubted) - SHOWN} more (--json lists all).", err=True)


def _place(doubt: BadRow) -> str:
    return f"line {doubt.line}" + (f", column “{doubt.column}”" if doubt.column else "")
