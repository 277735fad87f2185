"""``portal mail judge``: what the mail gateway would do with a message."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO

import click

from foundation import clock


def _moment(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> datetime | None:
    """Read a day (its end counts), or a moment; one without a zone is on England's clock."""
    if value is None:
        return None
    try:
        if len(value.strip()) == len("2026-11-22"):
            return datetime.combine(date.fromisoformat(value.strip()), time.max, clock.LOCAL)
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        message = f"{value} is no time: write 2026-11-22 or 2026-11-22T09:30."
        raise click.BadParameter(message) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL)


@click.command()
@click.argument("file")
@click.option("--from", "sender", required=True, help="Who sends it; nothing for a bounce.")
@click.option("--rcpt", multiple=True, required=True, help="Who gets it; once for each.")
@click.option("--at", callback=_moment, help="Judge as on that day, or at that time.")
@click.option("--keep", is_flag=True, help="Count it with what comes later, as a real one.")
@click.option("--authority", "la_code", envvar="AUTHORITY", help="The authority's LA code.")
@click.option("--json", "_as_json", is_flag=True, help="The answer is JSON with or without it.")
def judge(
    *,
    file: str,
    sender: str,
    rcpt: tuple[str, ...],
    at: datetime | None,
    keep: bool,
    la_code: str | None,
    _as_json: bool,
) -> None:
    """Print what the gateway would do with the message in FILE (- for standard input).

    Nothing is held, told or sent. With --keep the message counts as sent for those judged later.
    """
    from portal.cli.terminal import print_json, refusals_in_words

    @refusals_in_words
    def answer() -> object:
        from portal.cli.mail_judging import judge_once

        recipients = [one for given in rcpt for one in given.split(",") if one.strip()]
        with _opened(file) as source:
            return judge_once(
                source, sender, recipients, at=at or clock.now(), keep=keep, la_code=la_code
            )

    print_json(answer())


@contextmanager
def _opened(place: str) -> Iterator[BinaryIO]:
    if place == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(place).open("rb") as file:
            yield file
    except OSError as fault:
        raise click.ClickException(f"{place} cannot be read: {fault.strerror}.") from fault
