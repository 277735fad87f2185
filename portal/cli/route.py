"""``portal route``: who would receive a submission, before anything is sent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from categories.routing.plan import Asked, Choice, Stop, Summary, every_stop, summary
from categories.routing.reasons import SHORT, Reason
from categories.versions.following import follow
from directory.audience import LeftOut, left_out, school_ids
from foundation import clock
from gatekeeping.documents import SubmissionDocument
from portal.cli.terminal import (
    as_json,
    authority_option,
    print_json,
    read_document,
    refusals_in_words,
    session_for,
)


@dataclass(frozen=True)
class Planned:
    """What would happen, and what of the document leads nowhere."""

    summary: Summary
    stops: list[Stop]
    not_reached: LeftOut
    unknown: list[str]
    """Categories that the authority never had."""
    retired: dict[str, list[str]]
    """Categories that are no longer in use, and those that took their place."""


@click.command()
@click.argument("file")
@click.option("--at", "day", type=click.DateTime(["%Y-%m-%d"]), help="Route as on this day.")
@click.option("--gaps", is_flag=True, help="List schools first where nobody is set.")
@authority_option
@as_json
@refusals_in_words
def route(
    file: str, day: datetime | None, la_code: str | None, *, gaps: bool, as_json: bool
) -> None:
    """Print who would receive the submission in FILE at each school, and why; sends nothing.

    First a summary, then every school. The categories in use and the owners, covers and people of
    the day are asked.
    """
    document = SubmissionDocument.read(read_document(file))
    today = clock.local_date(clock.now())
    on = day.date() if day else max(document.send_on or today, today)
    with session_for(la_code) as (session, authority_id):
        planned = _planned(session, authority_id, document, on, gaps_first=gaps)
    if as_json:
        print_json(_as_json(planned))
        return
    _print(planned)


def _planned(
    session: Session,
    authority_id: int,
    document: SubmissionDocument,
    on: date,
    *,
    gaps_first: bool,
) -> Planned:
    followed = follow(session, authority_id, document.categories)
    audience = document.audience.as_audience()
    asked = Asked(
        authority_id,
        school_ids(authority_id, audience),
        followed.ids,
        on,
    )
    return Planned(
        summary(session, asked),
        list(every_stop(session, asked, Choice(), gaps_first=gaps_first)),
        left_out(session, authority_id, audience),
        list(followed.unknown),
        {slug: [each.slug for each in now] for slug, now in followed.became.items()},
    )


def _as_json(planned: Planned) -> dict[str, Any]:
    stops = planned.stops
    return {
        "summary": planned.summary.words,
        "schools": planned.summary.schools,
        "deliveries": len(stops),
        "reasons": {
            reason.value: sum(stop.reason is reason for stop in stops) for reason in Reason
        },
        "beside": planned.summary.beside,
        "gaps": [
            {
                "urn": stop.urn,
                "school": stop.school,
                "category": stop.category,
                "reason": stop.reason.value,
                "email": stop.email,
            }
            for stop in stops
            if stop.is_gap
        ],
        "unknown_categories": planned.unknown,
        "retired_categories": list(planned.retired),
        "became": planned.retired,
        "unknown_urns": list(planned.not_reached.unknown),
        "closed": [urn for urn, _, _ in planned.not_reached.closed],
        "plan": [
            {
                "urn": stop.urn,
                "school": stop.school,
                "category": stop.category,
                "reason": stop.reason.value,
                "why": SHORT[stop.reason],
                "beside": stop.beside,
                "name": stop.name,
                "email": stop.email,
            }
            for stop in stops
        ],
    }


def _print(planned: Planned) -> None:
    """Print the summary, then what to mend in the document, then every school."""
    totals = planned.summary
    schools = "1 school" if totals.schools == 1 else f"{totals.schools:,} schools"
    click.echo(f"{schools}: {totals.words or 'nobody'}.")
    if totals.more_words:
        click.echo(totals.more_words)
    for urn, name, _ in planned.not_reached.closed:
        click.echo(f"Left out: {urn} {name} is not open.", err=True)
    for urn in planned.not_reached.unknown:
        click.echo(f"Left out: {urn} is not a school of this authority.", err=True)
    for slug in planned.unknown:
        click.echo(f"Unknown category: {slug}.", err=True)
    for slug, now in planned.retired.items():
        became = f" It is now {' and '.join(now)}." if now else ""
        click.echo(f"The category {slug} is no longer in use.{became}", err=True)
    for stop in planned.stops:
        who = f"{stop.name} <{stop.email}>" if stop.name else stop.email or "no address is known"
        click.echo(f"{stop.urn}  {stop.school}: {who} ({SHORT[stop.reason]})")
