"""How long work tells the edge that it moves on, without knowing who watches."""

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int], None]
"""Called with the number of units (rows, bytes, schools) just done."""


def silent(_units: int) -> None:
    """Watch nothing."""


@dataclass(frozen=True)
class BadRow:
    """A row that was not used: its line in the file, the column if known, and why, in words."""

    line: int
    column: str | None
    reason: str


@dataclass
class ImportReport:
    """What an import did: how many rows were added, changed and so on, and every bad row.

    ``closed`` counts those among the changed that were open before and are closed now;
    ``elsewhere`` counts rows of other authorities, which were left out on purpose.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    elsewhere: int = 0
    rejected: list[BadRow] = field(default_factory=list)
    import_id: int | None = None
    """What ``portal owners undo`` takes, where something was applied that can be undone."""

    def reject(self, line: int, column: str | None, reason: str) -> None:
        """Note a row that was not used."""
        self.rejected.append(BadRow(line, column, reason))

    def as_json(self) -> dict[str, object]:
        """Return the report in the form that ``--json`` prints."""
        found: dict[str, object] = {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "closed": self.closed,
            "elsewhere": self.elsewhere,
            "rejected": [
                {"line": bad.line, "column": bad.column, "reason": bad.reason}
                for bad in self.rejected
            ],
        }
        return found if self.import_id is None else {**found, "import": self.import_id}
