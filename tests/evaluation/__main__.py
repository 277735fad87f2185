"""`python -m tests.evaluation [tune]`: how well the portal tells what was asked before.

Beside three ways that compare words alone, in the same run. Needs requirements-bench.txt.
"""

import sys
from collections import Counter

from benchmarks.tables import Table
from tests.evaluation.baselines import BASELINES
from tests.evaluation.measuring import (
    DIFFERENT,
    DUPLICATE,
    OVERLAP,
    RENEWAL,
    Pair,
    average_precision,
    pairs,
    precision_and_recall,
)
from tests.evaluation.ours import compared


def main(part: str) -> None:
    """Print the tables for one part of the pairs."""
    chosen = pairs(part)
    for table in (_ranking(chosen, part), _labels(chosen)):
        table.show()


def _ranking(chosen: list[Pair], part: str) -> Table:
    wanted = [pair.label == DUPLICATE for pair in chosen]
    base = sum(wanted) / len(wanted)
    table = Table(
        f"Duplicates among {len(chosen)} pairs ({part}; by chance {base:.2f})",
        ("how", "average precision", "precision", "recall", "false alarms in negatives"),
    )
    found = compared(chosen)
    told = [one.label.value == DUPLICATE for one in found]
    rows = [("ours", [one.score for one in found], told)]
    for name, method in BASELINES.items():
        scores = list(method(chosen))
        rows.append((name, scores, [score >= _threshold(scores, told) for score in scores]))
    for name, scores, says in rows:
        precision, recall = precision_and_recall(says, wanted)
        negatives = [one for one, pair in zip(says, chosen, strict=True) if pair.label == DIFFERENT]
        alarms = f"{sum(negatives)} of {len(negatives)}"
        table.rows.append((name, average_precision(scores, wanted), precision, recall, alarms))
    table.notes.append("The baselines tell as many duplicates as ours does, their highest scores.")
    return table


def _threshold(scores: list[float], told: list[bool]) -> float:
    return max(sorted(scores, reverse=True)[max(0, sum(told) - 1)], 1e-9)


def _labels(chosen: list[Pair]) -> Table:
    counted = Counter(
        (pair.label, one.label.value) for pair, one in zip(chosen, compared(chosen), strict=True)
    )
    labels = (DUPLICATE, OVERLAP, DIFFERENT, RENEWAL)
    table = Table("What they are, and what ours says", ("", *labels))
    table.rows += [(label, *(counted[label, said] for said in labels)) for label in labels]
    return table


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "unseen")
