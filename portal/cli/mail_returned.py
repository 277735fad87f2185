"""``portal mail returned``: mail that comes back, for a mail server that pipes it here."""

import sys
from pathlib import Path
from typing import Final

import click

from foundation.settings import read_settings
from notifications.returned.taking import Taken
from portal.cli.terminal import as_json, open_database, print_json, refusals_in_words

TRY_AGAIN: Final = 75  # EX_TEMPFAIL: the mail server keeps the message and tries again


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--rcpt", multiple=True, help="For which address it came, where the file is silent.")
@as_json
@refusals_in_words
def returned(files: tuple[str, ...], rcpt: tuple[str, ...], *, as_json: bool) -> None:
    """Take the messages in FILES, or one on standard input for -, as mail that came back.

    For a mail server that pipes what comes to RETURN_ADDRESS. Exits with 75 when a message could
    not be kept, so that the server tries again.
    """
    from portal.mailin.taking import returns_of, take_message

    settings = read_settings()
    if not settings.returns_to:
        raise click.ClickException("No mail comes back here: set RETURN_ADDRESS.")
    messages = [_read(place) for place in files]
    done = Taken()
    try:
        database = open_database(settings)
        for raw in messages:
            done += take_message(database, returns_of(settings), raw, rcpt)
        database.engine.dispose()
    except Exception as fault:  # noqa: BLE001 - whatever it is, the message must come again
        click.echo(f"What came back was not kept ({type(fault).__name__}). Try again.", err=True)
        sys.exit(TRY_AGAIN)
    if as_json:
        print_json(vars(done))
    else:
        click.echo(
            f"{done.bounces} bounced, {done.delays} delayed, {done.complaints} complaints; "
            f"{done.known} known already, {done.strange} about no mail of ours."
        )


def _read(place: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    except OSError as fault:
        raise click.ClickException(f"{place} cannot be read: {fault.strerror}.") from fault
