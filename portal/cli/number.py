"""``portal number``: register numbers."""

import sys

import click

from foundation import clock
from foundation.db import EVERY_AUTHORITY
from foundation.settings import read_settings
from gatekeeping.registry.standings import look_up
from portal.cli.terminal import as_json, open_database, print_json, refusals_in_words


@click.group()
def number() -> None:
    """Verify register numbers."""


@number.command()
@click.argument("text", metavar="NUMBER")
@as_json
@refusals_in_words
def verify(text: str, *, as_json: bool) -> None:
    """Say whether NUMBER is a valid number and current today; exit with 1 if it is not."""
    database = open_database(read_settings())
    # A number names its authority itself, so no other need be chosen.
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        answer = look_up(session, text, on=clock.local_date(clock.now()), open_only=False)
    if as_json:
        print_json(answer.as_json())
    else:
        click.echo(f"{answer.number}: {'current' if answer.is_current else 'not current'}.")
        click.echo(answer.why)
        if answer.published:
            click.echo(f"{answer.published.title} ({answer.published.owner})")
    if not answer.is_current:
        sys.exit(1)
