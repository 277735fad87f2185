"""``portal schools``: importing schools from GIAS, and comparing later files with them."""

from pathlib import Path

import click

from categories.catalogue import load_where_missing
from directory.calendar_files import load_shipped_where_missing
from directory.import_schools import import_schools, size_of
from directory.models_updates import SchoolsUpdate, UpdateState
from directory.updates import listing
from directory.updates.applying import MOST, apply_chosen
from directory.updates.staging import Put, compare_waiting, put_up
from directory.updates.wording import KIND_NAMES, STATE_NAMES
from foundation import clock
from foundation.db import EVERY_AUTHORITY
from foundation.files import FileStore
from foundation.settings import read_settings
from gatekeeping.holdings.loading import load_where_missing as load_held_where_missing
from portal.cli.terminal import (
    SHOWN,
    as_json,
    authority_option,
    open_database,
    print_json,
    print_report,
    progress_bar,
    refusals_in_words,
    session_for,
)

MOST_BYTES = 500_000_000
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def schools() -> None:
    """Import schools from GIAS, and look at what a later file would change."""


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


@schools.command("update")
@click.argument("file", type=FILE)
@click.option("--links", type=FILE, help="The file “links_edubasealldata”: who follows whom.")
@click.option("--apply-details", is_flag=True, help="Apply addresses and the like at once.")
@authority_option
@as_json
@refusals_in_words
def update(
    file: Path, links: Path | None, *, apply_details: bool, la_code: str | None, as_json: bool
) -> None:
    """Compare a GIAS “edubasealldata” FILE with the schools; an administrator then chooses.

    Nothing is changed but, with --apply-details, what decides nothing about who receives what.
    """
    settings = read_settings()
    store, at = FileStore(settings.files), clock.now()
    kept = [_put(store, place) for place in (file, links) if place is not None]
    with session_for(la_code, commit=True) as (session, authority_id):
        staged = put_up(
            session,
            authority_id,
            kept[0],
            links=kept[1] if links else None,
            apply_details=apply_details,
            by=None,
            at=at,
        )
    database = open_database(settings)
    try:
        compare_waiting(database, store, at=at)
        while apply_chosen(database, at=clock.now()) == MOST:
            pass
        with database.session(authority=authority_id, writes=False) as session:
            compared = listing.update_of(session, authority_id, staged.id)
            counts = listing.counts(session, authority_id, staged.id)
    finally:
        database.engine.dispose()
    if compared.state is UpdateState.BROKEN:
        raise click.ClickException(compared.said)
    _print(compared, counts, f"{settings.address}/schools/updates/{staged.id}", as_json=as_json)


def _put(store: FileStore, place: Path) -> Put:
    with place.open("rb") as stream:
        return Put(place.name, store.put(stream, most=MOST_BYTES).sha256)


def _print(compared: SchoolsUpdate, counts: listing.Counts, address: str, *, as_json: bool) -> None:
    told = {
        kind.value: {state.value: count for state, count in states.items()}
        for kind, states in counts.items()
    }
    if as_json:
        rejected = [
            {"line": line, "column": column, "reason": reason}
            for line, column, reason in compared.rejected
        ]
        print_json({**compared.counts, "changes": told, "rejected": rejected, "page": address})
        return
    click.echo(
        f"Schools: {compared.counts['own']} in the file, {compared.counts['unchanged']} unchanged, "
        f"{compared.counts['missing']} open but not in it, {compared.counts['rejected']} lines "
        "rejected."
    )
    for kind, states in counts.items():
        standing = ", ".join(f"{n} {STATE_NAMES[state].lower()}" for state, n in states.items())
        click.echo(f"  {KIND_NAMES[kind]}: {standing}")
    for line, column, reason in compared.rejected[:SHOWN]:
        where = f", column “{column}”" if column else ""
        click.echo(f"  line {line}{where}: {reason}", err=True)
    click.echo(f"Choose what is applied: {address}")
