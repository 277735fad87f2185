"""``portal audit``: the audit trail."""

import sys

import click
import sqlalchemy as sa

from directory.models import AuthorityProfile
from foundation import audit as trail
from foundation.db import EVERY_AUTHORITY, narrow
from foundation.settings import read_settings
from portal.cli.terminal import as_json, open_database, print_json, refusals_in_words


@click.group()
def audit() -> None:
    """Verify the audit trail."""


@audit.command()
@as_json
@refusals_in_words
def verify(*, as_json: bool) -> None:
    """Recompute every authority's chain; exit with 1 at the first broken entry."""
    database = open_database(read_settings())
    answers = []
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        codes = session.execute(
            sa.select(AuthorityProfile.authority_id, AuthorityProfile.la_code).order_by(
                AuthorityProfile.authority_id
            )
        ).all()
        for authority_id, la_code in codes:
            narrow(session, authority_id)
            verdict = trail.verify(session, authority_id)
            answers.append(
                {
                    "authority": la_code,
                    "entries": verdict.entries,
                    "ok": verdict.broken_sequence is None,
                    "broken": verdict.broken_sequence,
                    "why": verdict.why,
                }
            )
    if as_json:
        print_json({"ok": all(answer["ok"] for answer in answers), "authorities": answers})
    for answer in answers if not as_json else ():
        if answer["ok"]:
            click.echo(f"Authority {answer['authority']}: {answer['entries']} entries, unaltered.")
        else:
            click.echo(
                f"Authority {answer['authority']}: broken at entry {answer['broken']}: "
                f"{answer['why']}."
            )
    if not all(answer["ok"] for answer in answers):
        sys.exit(1)
