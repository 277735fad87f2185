"""``portal db move``: from the embedded database to PostgreSQL."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

import portal.models  # noqa: F401 - every table must be known before the first query
from directory.authorities import authority_ids
from foundation import audit, migrate, transfer
from foundation.bulk import tidy
from foundation.db import EVERY_AUTHORITY, Database
from foundation.errors import Refusal
from foundation.model import Base
from foundation.progress import Progress
from foundation.settings import SCHEMES, Settings, read_settings
from portal.cli.terminal import progress_bar, refusals_in_words
from portal.library import indexing
from portal.running.parts import only_one

POSTGRESQL = tuple(scheme for scheme in SCHEMES["database_url"] if scheme != "sqlite")


class CannotMoveError(Refusal):
    """Something is in the way; the sentence says what, and what to do."""


@dataclass(frozen=True)
class Moved:
    """What was moved: rows of each table, entries of the audit trail that were verified."""

    rows: dict[str, int]
    entries: int


@click.command()
@click.argument("url", metavar="postgresql://...")
@refusals_in_words
def move(url: str) -> None:
    """Move this portal from its embedded database to PostgreSQL.

    Stop the portal first, and give the address of an empty database. The embedded database is
    only read and stays as it is. What fails leaves the new database empty: run the command again.
    """
    started = time.monotonic()
    settings = read_settings()
    _check_source(settings, url)
    target = Database(url)
    with only_one(settings.portal_home), _disposed(Database(settings.database), target) as source:
        _check_structure(source)
        _prepare(target)
        tables = Base.metadata.sorted_tables
        moved = _move(source, target, tables)
        tidy(target, *(mapper.class_ for mapper in Base.registry.mappers))
        with progress_bar(indexing.count_notices(target), "Search index") as progress:
            indexing.rebuild(target, settings, progress)
    click.echo(
        f"{sum(moved.rows.values()):,} rows of {len(moved.rows)} tables were moved in "
        f"{time.monotonic() - started:,.0f} seconds, and {moved.entries:,} entries of the audit "
        "trail verified."
    )
    _say_what_next(settings, url)


def _move(source: Database, target: Database, tables: Sequence[sa.Table]) -> Moved:
    """Copy everything in one transaction, so that the target has all or nothing."""
    with (
        source.session(authority=EVERY_AUTHORITY, writes=False) as reading,
        target.session(authority=EVERY_AUTHORITY) as writing,
    ):
        filled = transfer.first_filled(writing, tables)
        if filled:
            raise CannotMoveError(
                f"The database holds data already (table “{filled}”). Nothing was changed. "
                "Use an empty one, or empty this one first."
            )
        total = sum(transfer.count_rows(reading, tables).values())
        with progress_bar(total, "Moving") as progress:
            rows = transfer.transfer(reading, writing, tables, progress)
        with progress_bar(rows["audit_entry"], "Verifying") as progress:
            entries = _verify(writing, progress)
        writing.commit()
    return Moved(rows, entries)


def _verify(session: Session, progress: Progress) -> int:
    entries = 0
    for authority_id in authority_ids(session):
        verdict = audit.verify(session, authority_id)
        if verdict.broken_sequence is not None:
            raise CannotMoveError(
                f"The audit trail is broken at entry {verdict.broken_sequence} ({verdict.why}). "
                "Nothing was moved. Run: portal audit verify"
            )
        entries += verdict.entries
        progress(verdict.entries)
    return entries


def _check_source(settings: Settings, url: str) -> None:
    if not settings.database.startswith("sqlite"):
        raise CannotMoveError(
            "DATABASE_URL is set to a server. Unset it: this command moves what lies under "
            "PORTAL_HOME."
        )
    if url.partition("://")[0] not in POSTGRESQL:
        raise CannotMoveError(
            "Give the address of a database: postgresql://user:password@host/name"
        )
    place = Path(str(sa.make_url(settings.database).database))
    if not place.exists():
        raise CannotMoveError(f"There is no database in {settings.portal_home} to move.")


def _check_structure(source: Database) -> None:
    if migrate.current(source) != migrate.head():
        raise CannotMoveError("The embedded database is not up to date. Run: portal db upgrade")


def _prepare(target: Database) -> None:
    """Bring an empty database to the newest structure; refuse one that is not fit."""
    with target.engine.connect() as connection:
        if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
            raise CannotMoveError("The database is not in UTF8. Make one with ENCODING 'UTF8'.")
        passes_by = connection.exec_driver_sql(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).scalar()
        if passes_by:
            raise CannotMoveError(
                "The address names a role that row-level security does not bind. Use one that is "
                "neither superuser nor BYPASSRLS, and owns the database."
            )
        strange = set(sa.inspect(connection).get_table_names())
    if migrate.current(target) is None and strange:
        raise CannotMoveError("The database holds tables of something else. Use an empty one.")
    migrate.upgrade(target)


def _say_what_next(settings: Settings, url: str) -> None:
    key = settings.portal_home / "secret-key"
    secret = f"$(cat {key})" if not settings.secret_key else "(as it is set now)"
    click.echo("Put these into the environment before you start the portal again:")
    click.echo(f"  DATABASE_URL={sa.make_url(url).render_as_string(hide_password=True)}")
    click.echo(f"  SECRET_KEY={secret}")
    click.echo(f"  PUBLIC_URL={settings.address}")
    click.echo("Set SMTP_URL too: beside a server no mail is caught any more. Files stay in")
    click.echo(f"{settings.files}, and the embedded database stays as a copy of this moment.")


@contextmanager
def _disposed(source: Database, target: Database) -> Iterator[Database]:
    try:
        yield source
    finally:
        source.engine.dispose()
        target.engine.dispose()
