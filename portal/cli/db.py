"""``portal db``: the database's structure."""

import click

from foundation import migrate
from foundation.db import Database
from foundation.settings import read_settings
from portal.cli.terminal import refusals_in_words


@click.group()
def db() -> None:
    """Bring the database up to date."""


@db.command()
@refusals_in_words
def upgrade() -> None:
    """Run every migration that the database has not had yet."""
    settings = read_settings()
    settings.portal_home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    migrate.upgrade(database)
    click.echo(f"The database is at revision {migrate.current(database)}.")
