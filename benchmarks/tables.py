"""Printing measurements: one table each, as Markdown, so that docs can keep it as it is."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Table:
    """One measurement: what was measured, rows, and whether the target was met."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def show(self) -> None:
        """Print it as a Markdown table."""
        print(f"\n### {self.title}\n")
        print("| " + " | ".join(self.columns) + " |")
        print("|" + "---|" * len(self.columns))
        for row in self.rows:
            print("| " + " | ".join(_words(cell) for cell in row) + " |")
        for note in self.notes:
            print(f"\n{note}")


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def verdict(*, met: bool) -> str:
    """Say whether a target was met."""
    return "met" if met else "**missed**"


def _words(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}" if abs(cell) >= 10 else f"{cell:,.2f}"  # noqa: PLR2004
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
