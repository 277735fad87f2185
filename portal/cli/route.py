"""``portal route``: who would receive a submission."""

import click

from categories.catalogue import current_ids
from categories.routing.plan import plan
from categories.routing.reasons import SHORT, Reason
from directory.audience import left_out, school_ids
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


@click.command()
@click.argument("file")
@click.option("--at", "day", type=click.DateTime(["%Y-%m-%d"]), help="Route as on this day.")
@authority_option
@as_json
@refusals_in_words
def route(file: str, day: object, la_code: str | None, *, as_json: bool) -> None:
    """Print who would receive the submission in FILE at each school, and why; sends nothing."""
    document = SubmissionDocument.read(read_document(file))
    on = day.date() if hasattr(day, "date") else clock.local_date(clock.now())
    audience = document.audience.as_audience()
    with session_for(la_code) as (session, authority_id):
        slugs = current_ids(session, authority_id)
        unknown = [slug for slug in document.categories if slug not in slugs]
        stops = plan(
            session,
            authority_id,
            school_ids(authority_id, audience),
            [slugs[slug] for slug in document.categories if slug in slugs],
            on=on,
        )
        not_reached = left_out(session, authority_id, audience)
    counts = {reason: sum(stop.reason is reason for stop in stops) for reason in Reason}
    if as_json:
        print_json(
            {
                "schools": len({stop.urn for stop in stops}),
                "deliveries": len(stops),
                "reasons": {reason.value: count for reason, count in counts.items()},
                "unknown_categories": unknown,
                "unknown_urns": list(not_reached.unknown),
                "closed": [urn for urn, _, _ in not_reached.closed],
                "plan": [
                    {
                        "urn": stop.urn,
                        "school": stop.school,
                        "category": stop.category,
                        "reason": stop.reason.value,
                        "why": SHORT[stop.reason],
                        "name": stop.name,
                        "email": stop.email,
                    }
                    for stop in stops
                ],
            }
        )
        return
    for stop in stops:
        who = f"{stop.name} <{stop.email}>" if stop.name else stop.email or "nobody yet"
        click.echo(f"{stop.urn}  {stop.school}: {who} ({SHORT[stop.reason]})")
    summary = ", ".join(f"{count} {SHORT[reason]}" for reason, count in counts.items() if count)
    click.echo(f"{len({stop.urn for stop in stops})} schools: {summary or 'nobody'}.")
    for urn, name, _ in not_reached.closed:
        click.echo(f"Left out: {urn} {name} is not open.", err=True)
    for urn in not_reached.unknown:
        click.echo(f"Left out: {urn} is not a school of this authority.", err=True)
    for slug in unknown:
        click.echo(f"Unknown category: {slug}.", err=True)
