"""`make bench`: run the measurements, or only those named, and print their tables."""

import os
import sys
from datetime import UTC, datetime

from benchmarks import (
    alike,
    approve,
    checks,
    citations,
    commands,
    coverage,
    inbox,
    mail,
    mailgate,
    owners,
    routing,
    search,
)
from benchmarks.stage import build_times, stages

ALONE = {
    "commands": commands.measure,
    "citations": citations.measure,
    "alike": alike.measure,
    "owners": owners.measure,
    "search": search.measure,
    "mailgate": mailgate.measure,
}
STAGED = {
    "approve": approve.measure,
    "mail": mail.measure,
    "inbox": inbox.measure,
    "checks": checks.measure,
    "routing": routing.measure,
    "coverage": coverage.measure,
}


OPTIONS = {"--documents": "SEARCH_DOCUMENTS", "--parts": "SEARCH_PARTS"}


def main(words: list[str]) -> None:
    """Run what was asked for, everything by default."""
    names = _names(words)
    unknown = [name for name in names if name not in {*STAGED, *ALONE}]
    if unknown:
        there = ", ".join([*ALONE, *STAGED])
        sys.exit(f"There is no measurement {unknown[0]}. There are: {there}.")
    wanted = names or [*ALONE, *STAGED]
    print(
        f"Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC with Python {sys.version.split()[0]}."
    )
    for name, measure in ALONE.items():
        if name in wanted:
            for table in measure():
                table.show()
    staged = [name for name in wanted if name in STAGED]
    if not staged:
        return
    with stages() as made:
        build_times(made).show()
        for name in staged:
            for table in STAGED[name](made):
                table.show()


def _names(words: list[str]) -> list[str]:
    """Return the measurements that are named; options go into the environment."""
    names, rest = [], iter(words)
    for word in rest:
        if word in OPTIONS:
            os.environ[OPTIONS[word]] = next(rest, "")
        else:
            names.append(word)
    return names


if __name__ == "__main__":
    main(sys.argv[1:])
