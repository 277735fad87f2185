"""How long `portal --help` takes beside `import flask`, and what the web does not import."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.tables import Table, median, verdict

ROUNDS = 15
PORTAL = str(Path(sys.executable).parent / "portal")
LIMIT = 1.3


def measure() -> list[Table]:
    """Time both in turns and say whether the limit is kept."""
    ours, peer = [], []
    for _ in range(ROUNDS):
        ours.append(_time([PORTAL, "--help"]))
        peer.append(_time([sys.executable, "-c", "import flask"]))
    ratio = median(ours) / median(peer)
    table = Table("`portal --help` beside `import flask`", ("what", "median ms", "fastest ms"))
    table.rows.append(("portal --help", median(ours) * 1000, min(ours) * 1000))
    table.rows.append(("python -c 'import flask'", median(peer) * 1000, min(peer) * 1000))
    table.notes.append(f"Ratio {ratio:.2f}; target at most {LIMIT}: {verdict(met=ratio <= LIMIT)}.")
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, portal.app; print('weasyprint' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    table.notes.append(
        f"WeasyPrint is not imported by the web application: {verdict(met=loaded == 'False')}."
    )
    return [table]


def _time(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
