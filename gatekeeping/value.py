"""What a request is worth, as far as its own words show it, beside what it costs (4.12).

Value is not turned into pounds. Five questions give up to two points each; the machine proposes
them from what was written and found, and a person judges.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import Kind, StoredFinding
from gatekeeping.protocol import Protocol

MOST = 2
FEW_WORDS = 5
SOURCES = frozenset({"K10", "K11", "K12"})
TIMES = frozenset({"K50", "K51", "K52"})


@dataclass(frozen=True)
class Part:
    """One question with its points, 0 to 2, and why."""

    name: str
    points: int
    why: str


@dataclass(frozen=True)
class Value:
    """The points of all parts, out of ten, and the tier of the yearly cost."""

    parts: tuple[Part, ...]
    tier: str

    @property
    def points(self) -> int:
        """Return all points together."""
        return sum(part.points for part in self.parts)

    @property
    def most(self) -> int:
        """Return how many points there could be."""
        return MOST * len(self.parts)


def value_of(
    document: SubmissionDocument,
    findings: Sequence[StoredFinding],
    *,
    gross_pence: int,
    protocol: Protocol,
) -> Value | None:
    """Return what a data request is worth beside its cost; None for a communication.

    ``findings`` are those of the same version with their overrides; one that was set aside does
    not count.
    """
    if document.kind is not Kind.DATA_REQUEST:
        return None
    return Value(
        (
            _decision(document),
            _use(document),
            _source(document, _open(findings, SOURCES)),
            _returns(document),
            _in_time(_open(findings, TIMES)),
        ),
        tier_of(gross_pence, protocol),
    )


def tier_of(gross_pence: int, protocol: Protocol) -> str:
    """Return the tier of a yearly cost: high from the protocol's limit, low below a tenth of it."""
    if gross_pence >= protocol.high_cost_pence:
        return "high"
    return "middle" if gross_pence * 10 >= protocol.high_cost_pence else "low"


def _open(findings: Sequence[StoredFinding], rules: Collection[str]) -> list[StoredFinding]:
    return [row for row in findings if row.rule in rules and not row.overrides]


def _decision(document: SubmissionDocument) -> Part:
    maker = bool(document.decision_maker.strip())
    purpose = len(document.purpose.split()) >= FEW_WORDS
    why = {
        2: "It says who decides what with the answers.",
        1: "It says who decides, not what." if maker else "It says what for, not who decides.",
        0: "It names no decision.",
    }[maker + purpose]
    return Part("A decision is named", maker + purpose, why)


def _use(document: SubmissionDocument) -> Part:
    name = "Use is shown"
    if document.used_before.strip():
        return Part(name, 2, "It says what earlier answers changed.")
    if document.renews.strip():
        return Part(name, 0, "It was asked before, and no use of the answers is shown.")
    return Part(name, 1, "It is new: no use can be shown yet.")


def _source(document: SubmissionDocument, found: Sequence[StoredFinding]) -> Part:
    name = "There is no other source"
    if not found:
        return Part(name, 2, "The checks found none.")
    items = {str(item) for row in found for item in row.detail.get("items", [])}
    if items and len(items) < len(document.items):
        return Part(name, 1, f"{len(items)} of {len(document.items)} items may be held already.")
    return Part(name, 0, "It may be held or asked already.")


def _returns(document: SubmissionDocument) -> Part:
    name = "Schools get something back"
    words = len(document.results_back.split())
    if words >= FEW_WORDS:
        return Part(name, 2, "It says how schools see the outcome.")
    return Part(name, 1, "It says so in a word.") if words else Part(name, 0, "It does not say so.")


def _in_time(found: Sequence[StoredFinding]) -> Part:
    name = "It comes at a good time"
    if not found:
        return Part(name, 2, "The checks found no fault with the dates.")
    points = 1 if len(found) == 1 else 0
    return Part(name, points, "; ".join(dict.fromkeys(row.title for row in found)) + ".")
