"""Run every fault, or those that are named, and print a table. Exit code 1 when one fails."""

import sys
import time
from collections.abc import Callable
from functools import partial

from tests import servers
from tests.faults.disk import full_while_indexing, full_while_storing
from tests.faults.gateway import MESSAGES, killed_gateway
from tests.faults.scenarios import (
    SENDS,
    Result,
    database_away,
    killed_workers,
    lost_folder_broker,
    refused_for_good,
    refusing,
    stopped_redis,
)
from tests.faults.work import (
    BULLETINS,
    FILES,
    PRINTOUTS,
    READERS,
    killed_bulletins,
    killed_digests,
    killed_printing,
    killed_reading,
)


def on_postgresql(scenario: Callable[[str], Result]) -> Callable[[], Result]:
    """Return the scenario on PostgreSQL."""

    def run() -> Result:
        with servers.postgresql() as server:
            return scenario(server.new_database("faults"))

    return run


SCENARIOS: dict[str, tuple[str, Callable[[], Result]]] = {
    "killed": ("workers killed at random, SQLite", killed_workers),
    "killed-pg": ("workers killed at random, PostgreSQL", on_postgresql(killed_workers)),
    "files": (f"workers killed reading {FILES} files", killed_reading),
    "prints": (f"workers killed making {PRINTOUTS} printouts", killed_printing),
    "digests": (f"workers killed at {READERS} digests", killed_digests),
    "bulletins": (f"workers killed at {BULLETINS} bulletins", killed_bulletins),
    "digests-pg": ("the same digests, PostgreSQL", on_postgresql(killed_digests)),
    "bulletins-pg": ("the same bulletins, PostgreSQL", on_postgresql(killed_bulletins)),
    "folder": ("folder broker emptied", lost_folder_broker),
    "redis": ("Redis stopped for 10 s, started empty", stopped_redis),
    "database": ("PostgreSQL stopped for 60 s", database_away),
    "4xx": ("SMTP answers 451, 60 times", refusing("451", refuse=60)),
    "5xx": ("SMTP answers 550 to 20", refused_for_good),
    "hang": ("SMTP hangs twice", refusing("No answer", hang=2)),
    "data": ("SMTP ends in DATA, 10 times", refusing("Hangs up", hang_up=10)),
    "data-kept": ("SMTP keeps it, then ends, 5 times", refusing("Hangs up", hang_up_after=5)),
    "disk": ("disk full while indexing", full_while_indexing),
    "store": ("disk full while files are stored", full_while_storing),
    "gateway": (f"mail gateway killed under {MESSAGES} mails", killed_gateway),
    "gateway-disk": ("the same, Postfix's queues on a disk", partial(killed_gateway, on_disk=True)),
}


def main(names: list[str]) -> int:
    """Run them one after the other."""
    print(f"{SENDS} sends each. Twice: copies too many, all under one Message-ID unless `differ`.")  # noqa: T201
    print(f"{'fault':40} {'lost':>5} {'twice':>6} {'differ':>7} {'s':>6}  verdict")  # noqa: T201
    failed = 0
    for name, (words, run) in SCENARIOS.items():
        if names and name not in names:
            continue
        began = time.monotonic()
        try:
            done = run()
        except (servers.ServerError, TimeoutError, RuntimeError) as fault:
            first = (str(fault).splitlines() or [type(fault).__name__])[0]
            print(f"{words:40} {'':26} not run, or not over: {first}", flush=True)  # noqa: T201
            failed += 1
            continue
        failed += not done.ok
        verdict = f"{'as promised' if done.ok else 'NOT AS PROMISED'} {done.note}"
        seconds = f"{time.monotonic() - began:6.1f}"
        line = f"{words:40} {done.lost:>5} {done.twice:>6} {done.differing:>7} {seconds}  {verdict}"
        print(line, flush=True)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
