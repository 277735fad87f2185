"""``portal calendar``: term dates and busy dates."""

from datetime import date
from pathlib import Path

import click
from sqlalchemy.orm import Session

from directory.calendar_files import carry_out, plan
from directory.calendars import Busy, busy_between, calendar_of_place
from directory.keepers import AUTHORITY, Keeper, keeper_of_trust, keeper_of_urn
from directory.models_calendar import TermDates
from directory.school_days import school_year_of
from directory.term_dates import read_year, terms_of
from foundation import clock
from portal.cli.terminal import (
    as_json,
    authority_option,
    print_json,
    print_report,
    refusals_in_words,
    session_for,
)

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
urn_option = click.option("--urn", type=int, help="A school with term dates of its own.")
trust_option = click.option("--trust", help="A trust (its GIAS group UID) with its own.")


@click.group()
def calendar() -> None:
    """Import and show term dates and busy dates."""


@calendar.command("import")
@click.argument("file", type=FILE)
@urn_option
@trust_option
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@authority_option
@as_json
@refusals_in_words
def import_(
    file: Path,
    *,
    urn: int | None,
    trust: str | None,
    dry_run: bool,
    la_code: str | None,
    as_json: bool,
) -> None:
    """Enter what FILE (CSV or XLSX) says; what it does not name stays.

    Term dates have the columns school_year, term, from, to and days_off; busy dates from, to,
    what, phases and certain. A column authority with another LA code leaves a row out.
    """
    with session_for(la_code, commit=not dry_run) as (session, authority_id):
        planned = plan(
            session, authority_id, file, keeper=_keeper(session, authority_id, urn, trust)
        )
        if not dry_run:
            carry_out(session, authority_id, planned, by=None, at=clock.now())
    what = planned.what.capitalize()
    print_report(planned.report, f"{what} (nothing done)" if dry_run else what, json_wanted=as_json)


@calendar.command()
@click.option("--year", help="School year, like 2026/27; else the one that today lies in.")
@urn_option
@trust_option
@authority_option
@as_json
@refusals_in_words
def show(
    *, year: str | None, urn: int | None, trust: str | None, la_code: str | None, as_json: bool
) -> None:
    """Show the terms of a school year and how many school days it has."""
    label = read_year(year) if year else school_year_of(clock.local_date(clock.now()))
    with session_for(la_code) as (session, authority_id):
        keeper = _keeper(session, authority_id, urn, trust)
        place = (keeper.school_id, keeper.trust_id)
        kept = calendar_of_place(session, authority_id, place, label)
        terms = terms_of(session, authority_id, keeper, [label])
        first = int(label[:4])
        busy = busy_between(session, authority_id, date(first, 9, 1), date(first + 1, 8, 31))
    answer = {
        "school_year": label,
        "own": keeper != AUTHORITY and bool(terms),
        "school_days": len(kept.open),
        "terms": [{"term": term.term, **_days(term), "days_off": term.days_off} for term in terms],
        "busy": [{"what": one.what, **_days(one)} for one in busy],
    }
    if as_json:
        print_json(answer)
        return
    click.echo(f"{label}: {len(kept.open)} school days.")
    for term in terms:
        off = f", off {', '.join(term.days_off)}" if term.days_off else ""
        click.echo(f"  {term.term}: {term.starts_on} to {term.ends_on}{off}")
    for one in busy:
        click.echo(f"  busy {one.starts_on} to {one.ends_on}: {one.what}")


def _days(row: TermDates | Busy) -> dict[str, str]:
    return {"from": row.starts_on.isoformat(), "to": row.ends_on.isoformat()}


def _keeper(session: Session, authority_id: int, urn: int | None, trust: str | None) -> Keeper:
    if urn is not None and trust is not None:
        raise click.UsageError("Name a school or a trust, not both.")
    if urn is not None:
        return keeper_of_urn(session, authority_id, urn)
    return keeper_of_trust(session, authority_id, trust) if trust else AUTHORITY
