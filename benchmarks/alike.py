"""One submission against all earlier ones: how soon, how much memory, and how often it is found."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import rivals
from benchmarks.alike_stage import Entry, Filled, Wanted, entries, filled, wanted
from benchmarks.tables import Table, verdict
from tests.evaluation.measuring import text_of

SIZES = {45_000: 50, 450_000: 120}
"""How many earlier ones, and the milliseconds in which 95 of 100 questions are answered."""
LIMIT_MB = 200
LIMIT_FOUND_MS = 1_000
LIMIT_RECALL = 0.9
COLUMNS = (
    "what",
    "database",
    "p50 ms",
    "p95 ms",
    "memory MB",
    "first question ms",
    "added is found ms",
    "recall at 5, tuned on",
    "recall at 5, unseen",
)


def measure() -> list[Table]:
    """Measure ours on both databases and the rivals beside it, at each size."""
    sizes = os.environ.get("ALIKE_SIZES")
    hidden = wanted()
    return [
        _measured(size, hidden, SIZES.get(size, max(SIZES.values())))
        for size in (map(int, sizes.split(",")) if sizes else SIZES)
    ]


def _measured(size: int, hidden: Sequence[Wanted], limit_ms: int) -> Table:
    register = entries(size, hidden)
    table = Table(f"One submission against {size:,} earlier ones", COLUMNS)
    with filled(register) as stages:
        for stage in stages:
            _ours(table, stage, _ask_worker(stage), limit_ms)
    for found in rivals.measure(*_texts(register, hidden)):
        row = (found.name, "-", found.p50_ms, found.p95_ms, found.memory_mb, "-", "-")
        table.rows.append((*row, found.recall["tune"], found.recall["unseen"]))
        print(found, file=sys.stderr)
    return table


def _texts(
    register: Sequence[Entry], hidden: Sequence[Wanted]
) -> tuple[list[str], list[tuple[str, str, int]]]:
    questions = [(one.part, text_of(one.query), place) for place, one in enumerate(hidden)]
    return [entry.words for entry in register], questions


def _ask_worker(stage: Filled) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.alike_worker", stage.url, str(stage.authority_id)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(stage.name, done.stdout, file=sys.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _ours(table: Table, stage: Filled, took: dict[str, Any], limit_ms: int) -> None:
    table.rows.append(
        (
            "ours",
            stage.name,
            took["p50_ms"],
            took["p95_ms"],
            took["memory_mb"],
            took["first_ms"],
            took["found_ms"],
            took["recall"]["tune"],
            took["recall"]["unseen"],
        )
    )
    table.notes.append(
        f"{stage.name}: p95 under {limit_ms} ms {verdict(met=took['p95_ms'] < limit_ms)}; "
        f"less than {LIMIT_MB} MB {verdict(met=took['memory_mb'] < LIMIT_MB)}; "
        f"an added one found within 1 s {verdict(met=took['found_ms'] < LIMIT_FOUND_MS)}; "
        f"recall at 5 on the unseen part {LIMIT_RECALL} "
        f"{verdict(met=took['recall']['unseen'] >= LIMIT_RECALL)}."
    )
