"""``portal demo``: the demonstration authority."""

from datetime import date, datetime, time

import click
import sqlalchemy as sa

from directory.models import Person
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.settings import Settings, read_settings
from portal.cli.terminal import (
    as_json,
    open_database,
    print_json,
    progress_bar,
    refusals_in_words,
)
from portal.demonstration import council
from portal.demonstration.build import SEED, UNITS, Built, build


@click.command()
@click.option("--schools", type=click.IntRange(min=1), help="Only the first so many open schools.")
@click.option("--communications", type=click.IntRange(min=1), help="Only so many in the past.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="Other people, other past.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that the data takes for today."
)
@as_json
@refusals_in_words
def demo(
    *,
    schools: int | None,
    communications: int | None,
    seed: int,
    today: datetime | None,
    as_json: bool,
) -> None:
    """Load the demonstration authority: real schools, invented people and past."""
    settings = read_settings()
    database = open_database(settings)
    day = today.date() if today else None
    built = load_demo(
        database, settings, schools=schools, communications=communications, seed=seed, today=day
    )
    if as_json:
        print_json({**vars(built), "sign_in_as": sign_ins(database)})
    elif not built.is_new:
        click.echo("The demonstration is loaded already. Nothing was changed.")
    else:
        click.echo(
            f"Lancashire: {built.schools:,} open schools, {built.people:,} people, "
            f"{built.owners:,} owners, {built.communications:,} communications with "
            f"{built.deliveries:,} deliveries, {built.waiting} waiting at the gate."
        )
        click.echo("Sign in as one of these:")
        for address in sign_ins(database):
            click.echo(f"  {address}")


def load_demo(
    database: Database,
    settings: Settings,
    *,
    schools: int | None = None,
    communications: int | None = None,
    seed: int = SEED,
    today: date | None = None,
    quiet: bool = False,
) -> Built:
    """Build the demonstration in one transaction, with a progress bar on the error stream.

    On a database that has it already nothing is changed. Raises NotEmptyError when other people
    are registered there.
    """
    at = clock.now()
    if today is not None:
        at = datetime.combine(today, time(10), clock.LOCAL).astimezone(at.tzinfo)
    with database.session(authority=EVERY_AUTHORITY) as session:
        with progress_bar(UNITS, "Demonstration", quiet=quiet) as progress:
            built = build(
                session,
                at=at,
                address=settings.address,
                schools=schools,
                communications=communications,
                seed=seed,
                progress=progress,
            )
        session.commit()
    return built


ADDRESSES = (
    *(one.email for one in council.SIGN_INS),
    council.PARTNER_OFFICER,
    council.HEAD,
    council.BUSINESS_MANAGER,
    council.TEACHER,
    council.NEW_PRIMARY_HEAD,
    council.NEW_SECONDARY_HEAD,
    council.TRUST_LEAD,
)


def sign_ins(database: Database) -> list[str]:
    """Return whom one may sign in as: a demonstration of few schools lacks some of them."""
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        there = set(session.scalars(sa.select(Person.email).where(Person.email.in_(ADDRESSES))))
    return [address for address in ADDRESSES if address in there]
