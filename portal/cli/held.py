"""``portal held``: the catalogue of data that is held already."""

from pathlib import Path

import click

from foundation import clock
from foundation.dates import day
from foundation.progress import BadRow
from gatekeeping.holdings.editing import Editing
from gatekeeping.holdings.freshness import Freshness
from gatekeeping.holdings.listing import Plan, as_csv, read_list
from gatekeeping.holdings.loading import ensure_loaded
from gatekeeping.holdings.reading import catalogue_of
from gatekeeping.holdings.searching import Choice, Found
from gatekeeping.holdings.searching import search as search_held
from gatekeeping.holdings.sets import revision_of
from gatekeeping.holdings.taking import take_list
from portal.cli.terminal import (
    SHOWN,
    as_json,
    authority_option,
    print_json,
    refusals_in_words,
    session_for,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def held() -> None:
    """Search, export and import the catalogue of data that is held already."""


@held.command()
@click.argument("words", nargs=-1, required=True)
@as_json
@authority_option
@refusals_in_words
def search(*, words: tuple[str, ...], as_json: bool, la_code: str | None) -> None:
    """Find data sets by the names that people use: portal held search hot dinners."""
    today = clock.local_date(clock.now())
    with session_for(la_code) as (session, authority_id):
        found = search_held(catalogue_of(session, authority_id), Choice(q=" ".join(words)), today)
    if as_json:
        print_json([_told(one) for one in found])
        return
    for one in found:
        items = ", ".join(item.name for item in one.meant) or one.holding.title
        click.echo(f"{one.holding.title} ({one.holding.owner}): {items}")
        click.echo(f"  {_fresh(one.fresh)} Covers {one.holding.covers}.")
    if not found:
        click.echo("Nothing that fits is held, as far as the catalogue knows.")


@held.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@authority_option
@refusals_in_words
def export(*, file: Path, la_code: str | None) -> None:
    """Write the catalogue to FILE as CSV, with the columns that import reads."""
    with session_for(la_code) as (session, authority_id):
        catalogue = catalogue_of(session, authority_id)
    file.write_bytes(as_csv(catalogue))
    click.echo(f"{len(catalogue.holdings)} data sets with {len(catalogue.items)} items.")


@held.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--why", default="Taken over from a file.", help="What the history says.")
@as_json
@authority_option
@refusals_in_words
def import_(*, file: Path, dry_run: bool, why: str, as_json: bool, la_code: str | None) -> None:
    """Take over the data sets and items of FILE (CSV or XLSX); what it does not name stays."""
    at = clock.now()
    with session_for(la_code, commit=not dry_run) as (session, authority_id):
        if not dry_run:
            ensure_loaded(session, authority_id, at=at)
        plan = read_list(file, catalogue_of(session, authority_id))
        if plan.sets and not dry_run:
            seen = revision_of(session, authority_id)
            take_list(session, authority_id, plan, Editing(None, why, at, seen))
    if as_json:
        print_json(_plan(plan, dry_run=dry_run))
        return
    done = "would change" if dry_run else "changed"
    click.echo(f"{len(plan.sets)} data sets {done}, {plan.unchanged} unchanged.")
    for planned in plan.sets[:SHOWN]:
        new = ", new" if planned.is_new else f", {len(planned.changes)} changes"
        click.echo(f"  {planned.listed.key}{new}")
    for bad in plan.bad[:SHOWN]:
        click.echo(f"  {_line(bad)}", err=True)


def _fresh(fresh: Freshness) -> str:
    """Return a sentence that tells how fresh a data set is today."""
    if fresh.as_at is None:
        return "Nobody says how fresh it is."
    said = ", says its owner" if fresh.stated else ""
    if fresh.missed is not None:
        return f"As at {day(fresh.as_at)}{said}; a refresh was due on {day(fresh.missed)}."
    if fresh.always:
        return f"Kept up to date, last on {day(fresh.as_at)}{said}."
    following = f"; next on {day(fresh.next_on)}" if fresh.next_on else ""
    return f"As at {day(fresh.as_at)}{said or ', if it kept its rhythm'}{following}."


def _line(bad: BadRow) -> str:
    column = f", column “{bad.column}”" if bad.column else ""
    return f"line {bad.line}{column}: {bad.reason}"


def _plan(plan: Plan, *, dry_run: bool) -> dict[str, object]:
    return {
        "done": not dry_run,
        "unchanged": plan.unchanged,
        "sets": [
            {
                "holding": planned.listed.key,
                "new": planned.is_new,
                "changes": list(planned.changes),
            }
            for planned in plan.sets
        ],
        "rejected": [vars(bad) for bad in plan.bad],
    }


def _told(one: Found) -> dict[str, object]:
    return {
        "holding": one.holding.key,
        "title": one.holding.title,
        "owner": one.holding.owner,
        "as_at": one.fresh.as_at.isoformat() if one.fresh.as_at else None,
        "covers": one.holding.covers,
        "items": [item.name for item in one.meant],
    }
