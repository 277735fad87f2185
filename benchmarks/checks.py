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
from gatekeeping.reading.asks import asks
from gatekeeping.reading.plain import sentences
from portal.demonstration.letters import texts

ROUNDS = 30
FEW = list(range(119_126, 119_141))
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


def documents() -> dict[str, dict[str, Any]]:
    """Return what is judged: to all schools, the same in words that many share, to few schools."""
    shared = "\n\n".join([DOCUMENT["body"], *texts()["more"][:3], *texts()["telling"]])
    few = {"districts": [], "urns": FEW, "all": False}
    return {
        "to all schools": DOCUMENT,
        "to all, in paragraphs that thousands share": {**DOCUMENT, "body": shared},
        "to 12 schools, of a team that sends much": {**DOCUMENT, "body": shared, "audience": few},
    }


def measure(stages: list[Stage]) -> list[Table]:
    """Time assess() as a whole, each part of it, and the command from a cold start."""
    fill(stages)
    whole = Table(
        f"All checks on one submission, {EARLIER:,} earlier ones in the register",
        ("database", "document", "median ms", "p95 ms", "findings", "K21 too"),
    )
    parts = Table("Time of each facts module and each check", ("part", *(s.name for s in stages)))
    started = Table("`portal gate check` from a cold start", ("database", "median s"))
    watches = []
    for stage in stages:
        for name, given in documents().items():
            spent, rules = _assess(stage, given)
            p95 = quantiles(spent, n=20)[-1]
            split = "yes" if "K21" in rules else "no"
            whole.rows.append((stage.name, name, median(spent), p95, len(rules), split))
            met = median(spent) < LIMIT_MEDIAN_MS and p95 < LIMIT_P95_MS
            whole.notes.append(
                f"{stage.name}, {name}: median under {LIMIT_MEDIAN_MS} ms, p95 under "
                f"{LIMIT_P95_MS:,} ms {verdict(met=met)}."
            )
        watches.append(_parts(stage))
        cold = median([_cold(stage) for _ in range(COLD_ROUNDS)])
        started.rows.append((stage.name, cold))
        started.notes.append(
            f"{stage.name}: under {LIMIT_COLD_S} s {verdict(met=cold < LIMIT_COLD_S)}."
        )
    for name in watches[0].spent:
        parts.rows.append((name, *(median(watch.spent[name]) * 1000 for watch in watches)))
    return [whole, started, parts]


def _assess(stage: Stage, given: dict[str, Any]) -> tuple[list[float], list[str]]:
    """Return milliseconds of each round and the rules that spoke; no round repeats a text."""
    spent: list[float] = []
    rules: list[str] = []
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        for count in range(ROUNDS + 1):
            document = SubmissionDocument.read(
                {**given, "body": f"{given['body']}\n\nNo. {count}."}
            )
            start = time.perf_counter()
            found = assess(session, stage.authority_id, document, at=clock.now())
            spent.append((time.perf_counter() - start) * 1000)
            session.expunge_all()
            rules = [finding.rule for finding in found.findings]
    return spent[1:], rules


def _parts(stage: Stage) -> _Watch:
    """Time each facts module and each check by itself, on the words that many share."""
    *_, given = documents().values()
    watch, keep = _Watch(), assessment.context_of
    seen: list[tuple[Any, Context]] = []

    def kept(*given: Any) -> Context:
        seen.append((given[1], keep(*given)))
        return seen[-1][1]

    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        for count in range(ROUNDS):
            document = SubmissionDocument.read(
                {**given, "body": f"{given['body']}\n\nNo. {count}."}
            )
            with patch.object(assessment, "context_of", kept):
                assess(session, stage.authority_id, document, at=clock.now())
            asked, context = seen.pop()
            sentences.cache_clear()
            asks.cache_clear()
            for name, read in assessment.FACTS.items():
                session.expunge_all()
                watch.timed(f"facts: {name}", read)(session, asked)
            for rule in checks():
                watch.timed(f"{rule.RULE} {rule.TITLE}", rule.check)(document, context)
    return watch


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
