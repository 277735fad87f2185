"""``portal db``: the database's structure."""

import click

import portal.models  # noqa: F401 - every table must be known before the first query
from foundation import clock, migrate
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import read_settings
from gatekeeping.holdings.loading import load_where_missing
from portal.cli.db_move import move
from portal.cli.terminal import refusals_in_words


@click.group()
def db() -> None:
    """Bring the database up to date, or move it to PostgreSQL."""


db.add_command(move)


@db.command()
@refusals_in_words
def upgrade() -> None:
    """Run every migration that the database has not had yet."""
    settings = read_settings()
    settings.portal_home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    migrate.upgrade(database)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        load_where_missing(session, at=clock.now())
    click.echo(f"The database is at revision {migrate.current(database)}.")
