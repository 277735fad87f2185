"""``portal demo``: the demonstration authority."""

from datetime import date, datetime, time

import click
import sqlalchemy as sa

from directory.authorities import authority_by_code
from directory.models import Person
from foundation import clock
from foundation.bulk import tidy
from foundation.db import EVERY_AUTHORITY, Database
from foundation.files import FileStore
from foundation.settings import Settings, read_settings
from notifications.models import Delivery, Notice, NoticeAttachment
from portal.cli.terminal import (
    as_json,
    open_database,
    print_json,
    progress_bar,
    refusals_in_words,
)
from portal.demonstration import council
from portal.demonstration.build import SEED, UNITS, Built, build
from portal.demonstration.bulk.loading import Loaded, load_papers
from portal.demonstration.bypass import keys_of
from portal.library import indexing


@click.command()
@click.option("--schools", type=click.IntRange(min=1), help="Only the first so many open schools.")
@click.option("--communications", type=click.IntRange(min=1), help="Only so many in the past.")
@click.option(
    "--documents", type=click.IntRange(min=1), help="So many papers shared with schools besides."
)
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
    documents: int | None,
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
    loaded = load_documents(database, settings, documents, seed=seed, today=day, quiet=as_json)
    if as_json:
        papers = {"papers": vars(loaded)} if loaded else {}
        print_json({**vars(built), "sign_in_as": sign_ins(database), **papers})
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
    if loaded and not as_json:
        click.echo(f"{loaded.documents:,} documents added, with {loaded.deliveries:,} deliveries.")


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
    at = _moment(today)
    with database.session(authority=EVERY_AUTHORITY) as session:
        with progress_bar(UNITS, "Demonstration", quiet=quiet) as progress:
            built = build(
                session,
                at=at,
                address=settings.address,
                schools=schools,
                communications=communications,
                files=FileStore(settings.files),
                held=keys_of(settings),
                seed=seed,
                progress=progress,
            )
        session.commit()
    return built


def load_documents(
    database: Database,
    settings: Settings,
    how_many: int | None,
    *,
    seed: int = SEED,
    today: date | None = None,
    quiet: bool = False,
) -> Loaded | None:
    """Bring the demonstration's papers to ``how_many``, with what searching needs of them.

    None when none are wanted. Those that are there already stay as they are.
    """
    if how_many is None:
        return None
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authority_id = authority_by_code(session, council.LA_CODE).authority_id
    with progress_bar(how_many, "Documents", quiet=quiet) as progress:
        loaded = load_papers(
            database,
            authority_id,
            FileStore(settings.files),
            how_many,
            seed=seed,
            at=_moment(today),
            progress=progress,
        )
    if loaded.documents:
        tidy(database, Notice, NoticeAttachment, Delivery)
        _index(database, settings, quiet=quiet)
    return loaded


def _index(database: Database, settings: Settings, *, quiet: bool) -> None:
    """Build the search index; Whoosh takes its time, so that is left to a worker."""
    if not database.is_postgresql:
        indexing.renew(database, settings)
        return
    with progress_bar(indexing.count_notices(database), "Indexing", quiet=quiet) as progress:
        indexing.rebuild(database, settings, progress)


def _moment(today: date | None) -> datetime:
    at = clock.now()
    if today is None:
        return at
    return datetime.combine(today, time(10), clock.LOCAL).astimezone(at.tzinfo)


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
