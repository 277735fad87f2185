"""All checks on one submission to all schools, with 45,000 earlier ones in the register."""

import json
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from statistics import quantiles
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar
from unittest.mock import patch

from benchmarks.register import EARLIER, fill
from benchmarks.stage import PORTAL, Stage, environment_of
from benchmarks.tables import Table, median, verdict
from foundation import clock
from gatekeeping import assessment
from gatekeeping.assessment import assess
from gatekeeping.checks import checks
from gatekeeping.documents import SubmissionDocument
from gatekeeping.findings import Context

ROUNDS = 30
COLD_ROUNDS = 5
LIMIT_MEDIAN_MS = 400
LIMIT_P95_MS = 1_000
LIMIT_COLD_S = 3
Told = TypeVar("Told")

DOCUMENT: dict[str, Any] = {
    "kind": "data_request",
    "title": "Autumn return on meals, energy and attendance",
    "purpose": "Cabinet decides in March how much to spend on kitchens.",
    "body": (
        "Dear headteacher,\n\nUnder section 537A of the Education Act 1996 schools must complete "
        "the attached form. Please tell us how many pupils have free school meals, how many meals "
        "your kitchen serves in a week, and what your school spends on gas and electricity. Print "
        "the form, sign it in ink and post it to County Hall by 15 January 2027.\n\n"
        + "We have read the answers of last year, and thank you for them. They showed that small "
        "kitchens need more time than we thought, and that most ovens are older than ten years. "
        * 8
    ),
    "origin": "statute",
    "legal_claim": "Education Act 1996 s 537A; ASCL Act 2009 s 251",
    "items": [
        {"name": "Pupils eligible for free school meals", "personal": True, "in_mis": True},
        {"name": "Number on roll", "in_mis": True},
        {"name": "Meals served each week"},
        {"name": "Spend on gas and electricity"},
        {"name": "Age of the oldest oven"},
        {"name": "What would help your kitchen most"},
    ],
    "audience": {"all": True},
    "categories": ["catering", "energy"],
    "send_on": "2026-12-14",
    "due_on": "2027-01-15",
    "effort": [
        {"role": "office", "minutes": {"read": 5, "gather": 20, "complete": 15, "check": 5}},
        {"role": "business_manager", "minutes": {"gather": 10, "complete": 10}},
        {"role": "head", "minutes": {"check": 10}},
    ],
    "reply_by": "post",
    "signature": "ink",
    "author": "officer7@council.example",
    "team": "School Improvement",
}


class _Watch:
    """Adds up how long each named thing takes in each round."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = defaultdict(list)

    def timed(self, name: str, call: Callable[..., Told]) -> Callable[..., Told]:
        def timed(*given: Any, **named: Any) -> Told:
            start = time.perf_counter()
            told = call(*given, **named)
            self.spent[name].append(time.perf_counter() - start)
            return told

        return timed


def measure(stages: list[Stage]) -> list[Table]:
    """Time assess() as a whole, each part of it, and the command from a cold start."""
    fill(stages)
    whole = Table(
        f"All checks on one submission to all schools, {EARLIER:,} earlier ones",
        ("database", "median ms", "p95 ms", "findings", "cold start of `gate check`, s"),
    )
    parts = Table("Time of each facts module and each check", ("part", *(s.name for s in stages)))
    watches = []
    for stage in stages:
        spent, watch, findings = _assess(stage)
        cold = median([_cold(stage) for _ in range(COLD_ROUNDS)])
        p95 = quantiles(spent, n=20)[-1]
        whole.rows.append((stage.name, median(spent), p95, findings, cold))
        met = median(spent) < LIMIT_MEDIAN_MS and p95 < LIMIT_P95_MS
        whole.notes.append(
            f"{stage.name}: median under {LIMIT_MEDIAN_MS} ms and p95 under {LIMIT_P95_MS} ms "
            f"{verdict(met=met)}; cold start under {LIMIT_COLD_S} s "
            f"{verdict(met=cold < LIMIT_COLD_S)}."
        )
        watches.append(watch)
    for name in watches[0].spent:
        parts.rows.append((name, *(median(watch.spent[name]) * 1000 for watch in watches)))
    return [whole, parts]


def _assess(stage: Stage) -> tuple[list[float], _Watch, int]:
    """Return milliseconds of each round, the watch on its parts, and the number of findings."""
    document = SubmissionDocument.read(DOCUMENT)
    watch, spent, findings = _Watch(), [], 0
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        for _ in range(ROUNDS + 1):
            start = time.perf_counter()
            found = assess(session, stage.authority_id, document, at=clock.now())
            spent.append((time.perf_counter() - start) * 1000)
            session.expunge_all()
            findings = len(found.findings)
        _parts(stage, watch, document, session)
    return spent[1:], watch, findings


def _parts(stage: Stage, watch: _Watch, document: SubmissionDocument, session: Any) -> None:
    asked: list[Any] = []
    context: list[Context] = []
    facts = dict(assessment.FACTS)
    keep = assessment.context_of

    def kept(*given: Any) -> Context:
        asked.append(given[1])
        context.append(keep(*given))
        return context[-1]

    with patch.object(assessment, "context_of", kept):
        assess(session, stage.authority_id, document, at=clock.now())
    for _ in range(ROUNDS):
        for name, read in facts.items():
            session.expunge_all()
            watch.timed(f"facts: {name}", read)(session, asked[0])
        for rule in checks():
            watch.timed(f"{rule.RULE} {rule.TITLE}", rule.check)(document, context[0])


def _cold(stage: Stage) -> float:
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(DOCUMENT, file)
        file.flush()
        start = time.perf_counter()
        subprocess.run(
            [PORTAL, "gate", "check", file.name, "--json"],
            env=environment_of(stage),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - start
