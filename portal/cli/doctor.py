"""``portal doctor``: whether everything the portal needs is there, and what waits or failed."""

import sys

import click

from foundation import clock
from foundation.settings import read_settings
from portal.cli.terminal import as_json, open_database, print_json, refusals_in_words
from portal.running.checkup import examine, retry
from portal.running.findings import Finding


@click.command()
@as_json
@click.option("--retry", "again", is_flag=True, help="First put what failed back in its queue.")
@refusals_in_words
def doctor(*, as_json: bool, again: bool) -> None:
    """Say whether everything the portal needs is there; exit with 1 when something is wrong."""
    settings = read_settings()
    put_back = retry(open_database(settings), at=clock.now()) if again else {}
    findings = examine(settings)
    healthy = all(finding.ok for finding in findings)
    if as_json:
        checks = [
            {"name": each.name, "ok": each.ok, "says": each.says, "do": each.do}
            for each in findings
        ]
        print_json({"ok": healthy, "checks": checks, "put_back": put_back})
    else:
        for name, count in put_back.items():
            click.echo(f"{count} {name} put back in the queue.")
        for finding in findings:
            click.echo(_line(finding))
    if not healthy:
        sys.exit(1)


def _line(finding: Finding) -> str:
    if finding.ok:
        return f"ok     {finding.name}: {finding.says}"
    return f"WRONG  {finding.name}: {finding.says} {finding.do}"
