"""`make bench`: run the measurements, or only those named, and print their tables."""

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
    owners,
    routing,
)
from benchmarks.stage import build_times, stages

ALONE = {
    "commands": commands.measure,
    "citations": citations.measure,
    "alike": alike.measure,
    "owners": owners.measure,
}
STAGED = {
    "approve": approve.measure,
    "mail": mail.measure,
    "inbox": inbox.measure,
    "checks": checks.measure,
    "routing": routing.measure,
    "coverage": coverage.measure,
}


def main(names: list[str]) -> None:
    """Run what was asked for, everything by default."""
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


if __name__ == "__main__":
    main(sys.argv[1:])
