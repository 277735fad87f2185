"""What every command shares: its database, its authority, JSON or words, a progress bar."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

import portal.models  # noqa: F401 - every table must be known before the first query
from directory.authorities import authority_by_code
from foundation import migrate
from foundation.db import EVERY_AUTHORITY, Database, narrow
from foundation.errors import Refusal
from foundation.progress import ImportReport, Progress
from foundation.settings import Settings, SettingsError, read_settings
from gatekeeping.asked import AttachedText
from gatekeeping.attached.attachment_words import read_beside
from gatekeeping.documents import SubmissionDocument

P = ParamSpec("P")
R = TypeVar("R")

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
authority_option = click.option(
    "--authority", "la_code", envvar="AUTHORITY", help="The authority's LA code, if it has company."
)
SHOWN = 20


def refusals_in_words(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a refusal, a wrong setting or an absent database into a sentence and exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (Refusal, SettingsError) as fault:
            raise click.ClickException(str(fault)) from fault
        except (OperationalError, InterfaceError) as fault:
            raise click.ClickException(_away(fault)) from fault

    return wrapped


def _away(fault: DBAPIError) -> str:
    """Say that the database went away, and what it or its driver told in the first line."""
    told = str(fault.orig).strip().splitlines()
    return (
        f"The database does not answer ({told[0] if told else 'no reason given'}). Start it, and "
        "check DATABASE_URL. What was stored before stays: run the command again then."
    )


def open_database(settings: Settings) -> Database:
    """Open the database at its newest structure.

    The embedded one is brought up to date by itself; a server's is only checked, because whoever
    runs it chooses the moment.
    """
    if settings.database.startswith("sqlite"):
        settings.portal_home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    if migrate.current(database) != migrate.head():
        if not settings.is_embedded:
            raise click.ClickException("The database is not up to date. Run: portal db upgrade")
        migrate.upgrade(database)
    from portal.wiring import waker

    database.waker = waker(settings)
    return database


@contextmanager
def session_for(la_code: str | None, *, commit: bool = False) -> Iterator[tuple[Session, int]]:
    """Open a session for one authority and give it with the authority's id."""
    database = open_database(read_settings())
    try:
        with database.session(authority=EVERY_AUTHORITY, writes=commit) as session:
            authority_id = authority_by_code(session, la_code).authority_id
            narrow(session, authority_id)
            yield session, authority_id
            if commit:
                session.commit()
    finally:
        database.engine.dispose()


def print_json(answer: object) -> None:
    """Print an answer for a program."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))


@contextmanager
def progress_bar(total: int, label: str, *, quiet: bool = False) -> Iterator[Progress]:
    """Show how far long work is, on the error stream, so that it never mixes with an answer."""
    if quiet or total <= 0:
        yield lambda _units: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update


def print_report(report: ImportReport, what: str, *, json_wanted: bool) -> None:
    """Print what an import did, each bad row with its line and reason."""
    if json_wanted:
        print_json(report.as_json())
        return
    elsewhere = f" {report.elsewhere} of other authorities left out." if report.elsewhere else ""
    click.echo(
        f"{what}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged, "
        f"{report.closed} closed, {len(report.rejected)} rejected.{elsewhere}"
    )
    for bad in report.rejected[:SHOWN]:
        column = f", column “{bad.column}”" if bad.column else ""
        click.echo(f"  line {bad.line}{column}: {bad.reason}", err=True)
    if len(report.rejected) > SHOWN:
        click.echo(f"  … and {len(report.rejected) - SHOWN} more (--json lists all).", err=True)
    if report.import_id is not None:
        click.echo(f"To set it back: portal owners undo {report.import_id}")


def attached_to(place: str, document: SubmissionDocument) -> tuple[AttachedText, ...]:
    """Read the attachments that a document names where they lie beside the file ``place``.

    That is its own file, or the batch that it is a line of; none beside standard input.
    """
    return () if place == "-" else read_beside(Path(place), document.attachments)


def read_document(place: str) -> dict[str, Any]:
    """Read a submission document from a file, or from standard input for ``-``."""
    try:
        text = sys.stdin.read() if place == "-" else Path(place).read_text(encoding="utf-8")
        document = json.loads(text)
    except (OSError, UnicodeDecodeError) as fault:
        raise click.ClickException(f"The file cannot be read: {fault}.") from fault
    except json.JSONDecodeError as fault:
        raise click.ClickException(f"The file is not JSON: {fault}.") from fault
    if not isinstance(document, dict):
        raise click.ClickException("The file must hold one submission document (a JSON object).")
    return document
