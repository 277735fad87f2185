"""``portal run``: everything under one parent."""

import sys

import click
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from directory.models import AuthorityProfile
from foundation import migrate
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import Settings, read_settings
from portal.cli.terminal import open_database, refusals_in_words
from portal.running import child, parts
from portal.running.supervisor import Supervisor


@click.command()
@click.option(
    "--prepare",
    is_flag=True,
    help="First bring the database up to date, and load the demonstration if it is empty.",
)
@refusals_in_words
def run(*, prepare: bool) -> None:
    """Start web, workers, scheduler and mail; stop them all on SIGTERM or Ctrl-C."""
    settings = read_settings()
    with parts.only_one(settings.portal_home):
        settings = parts.choose_ports(settings)
        parts.check_ports(settings)
        try:
            if prepare:
                _prepare(settings)
            else:
                open_database(settings).engine.dispose()
        except OperationalError as fault:
            raise click.ClickException(
                "The database does not answer. Start it, and check DATABASE_URL."
            ) from fault
        child.begin()
        supervisor = Supervisor(
            parts=parts.parts(settings),
            answers=lambda: parts.web_answers(settings),
            on_ready=lambda: print(parts.ready_line(settings), flush=True),  # noqa: T201 - the answer
        )
        if not supervisor.run():
            click.echo(
                f"The process “{supervisor.failed}” ended again and again, so everything was "
                "stopped. What it said is above; “portal doctor” may say more.",
                err=True,
            )
            sys.exit(1)


def _prepare(settings: Settings) -> None:
    database = Database(settings.database)
    migrate.upgrade(database)
    if _is_empty(database):
        from portal.cli.demo import load_demo, sign_ins

        click.echo("Loading the demonstration authority. This takes a minute or two.", err=True)
        load_demo(database, settings)
        click.echo(f"Sign in as one of: {', '.join(sign_ins(database))}", err=True)
    database.engine.dispose()


def _is_empty(database: Database) -> bool:
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        return session.scalar(sa.select(AuthorityProfile.authority_id).limit(1)) is None
