"""``portal gate``: the gate's checks from the command line."""

import json
from datetime import UTC, datetime, time
from functools import partial
from typing import Any

import click
from sqlalchemy.orm import Session

from foundation import clock
from gatekeeping.alike.lines import lines_of
from gatekeeping.assessment import Assessment, assess
from gatekeeping.burden import Step, steps
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Finding
from portal.cli.alike import compare_command
from portal.cli.batches import Json, answers
from portal.cli.register import import_register, similar
from portal.cli.terminal import (
    as_json,
    attached_to,
    authority_option,
    print_json,
    read_document,
    refusals_in_words,
    session_for,
)

AROUND = 40
"""How many characters of the text are shown on either side of what a finding is about."""


@click.group()
def gate() -> None:
    """Run the gate's checks, compare documents, search the register, bring an earlier one along."""


gate.add_command(compare_command)
gate.add_command(similar)
gate.add_command(import_register)


@gate.command()
@click.argument("file", required=False)
@click.option("--at", "day", type=click.DateTime(["%Y-%m-%d"]), help="Judge as on that day.")
@click.option("--batch", type=click.Path(), help="JSON lines of documents, answered a line each.")
@as_json
@authority_option
@refusals_in_words
def check(
    *, file: str | None, day: datetime | None, batch: str | None, as_json: bool, la_code: str | None
) -> None:
    """Run every check on FILE (- for standard input), as on a day, and print what they find.

    Attachments that FILE names are read too where they lie beside it.
    """
    if (file is None) == (batch is None):
        raise click.UsageError("Name either FILE or --batch FILE.")
    at = _end_of(day) if day else clock.now()
    with session_for(la_code) as (session, authority_id):
        if batch is not None:
            judge = partial(_judge_line, session, authority_id, at, batch)
            for answer in answers(batch, judge):
                click.echo(json.dumps(answer, ensure_ascii=False))
            return
        place = file or "-"
        document = SubmissionDocument.read(read_document(place))
        attached = attached_to(place, document)
        found = assess(session, authority_id, document, at=at, attached=attached)
    if as_json:
        print_json(found.as_json())
    else:
        _print_words(document, found)


def _end_of(day: datetime) -> datetime:
    """Return the last moment of that day in England: what was submitted on it counts."""
    return datetime.combine(day.date(), time.max, clock.LOCAL).astimezone(UTC)


def _judge_line(session: Session, authority_id: int, at: datetime, place: str, given: Json) -> Json:
    """Judge one line of a batch."""
    document = SubmissionDocument.read(given)
    attached = attached_to(place, document)
    try:
        return assess(session, authority_id, document, at=at, attached=attached).as_json()
    finally:
        session.expunge_all()  # a long batch keeps nothing of what it has read


def _print_words(document: SubmissionDocument, found: Assessment) -> None:
    schools = f"{found.schools:,} open school{'' if found.schools == 1 else 's'}"
    click.echo(f"Track {found.track.value}, {schools}.")
    for urn, name, closed_on in found.left_out.closed:
        since = f" on {closed_on.isoformat()}" if closed_on else ""
        click.echo(f"URN {urn}, {name}, is not open (closed{since}): it would get nothing.")
    for urn in found.left_out.unknown:
        click.echo(f"URN {urn} is not a school of this authority.")
    if not found.findings:
        click.echo("\nThe checks found nothing to ask.")
    for finding in found.findings:
        _print_finding(document, finding)
    click.echo("\nWhat it asks of schools in a year")
    for step in steps(document, found.schools, found.protocol):
        click.echo(f"  {_sum_in_words(step)}")
    cost = found.burden
    click.echo(
        f"  Gross {_pounds(cost.gross_pence)}, {_pounds(cost.per_school_pence)} a school; "
        f"expected {_pounds(cost.expected_pence)}; chasing {_pounds(cost.chase_pence)}."
    )


def _print_finding(document: SubmissionDocument, finding: Finding) -> None:
    click.echo(f"\n{finding.rule} {finding.title} ({finding.severity.value})")
    click.echo(f"  {finding.says}")
    for line in lines_of(finding.detail):
        click.echo(f"    {line.name}: {line.words}")
    for span in finding.evidence:
        text = _text_of(document, span.field)
        before = text[max(0, span.start - AROUND) : span.start]
        after = text[span.end : span.end + AROUND]
        if len(span.text) > 4 * AROUND:
            shown = f"[{span.text[: 2 * AROUND]} …]"
        else:
            shown = f"{before}[{span.text}]{after}"
        click.echo(f"    {span.field}: {' '.join(shown.split())}")


def _text_of(document: SubmissionDocument, field: str) -> str:
    value: Any = document
    for part in field.split("."):
        value = value[int(part)] if part.isdigit() else getattr(value, part)
    return str(value)


def _sum_in_words(step: Step) -> str:
    times = f" × {step.times} times" if step.times > 1 else ""
    return (
        f"{step.role}: {step.schools:,} schools × {step.people} × "
        f"{float(step.minutes_each):g} min{times} = {float(step.minutes) / 60:,.2f} h "
        f"at {_pounds(step.rate_pence)} = {_pounds(round(step.pence))}"
    )


def _pounds(pence: int) -> str:
    return f"£{pence / 100:,.2f}"
