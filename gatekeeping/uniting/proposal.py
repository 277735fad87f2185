"""What joining one submission to another would make of both, as values; and what is kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gatekeeping.changes.effects import Consequence
from gatekeeping.changes.weighing import Change
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import JoiningKind, Submission, SubmissionVersion
from gatekeeping.protocol import Protocol
from gatekeeping.uniting.pairing import Take
from gatekeeping.uniting.reaching import Counts
from gatekeeping.uniting.records import Made
from gatekeeping.uniting.savings import Cost, Saving, cost_of
from gatekeeping.uniting.wholes import Side, Whole

Pair = tuple[tuple[Submission, SubmissionVersion], tuple[Submission, SubmissionVersion]]


@dataclass(frozen=True)
class ItemRow:
    """An item of the child: what it asks, what becomes of it, of whom it is asked then.

    ``same_as`` is the parent's item that asks the same, if one does.
    """

    place: int
    name: str
    definition: str
    take: Take
    same_as: str
    of: str


@dataclass(frozen=True)
class Proposal:
    """Parent and child as one, and what that would cost and save.

    ``whole`` is None where the parent is with schools: then it stays, and its answers are reused.
    ``left`` is then the cost of what the child still has to ask by itself.
    """

    parent: Submission
    child: Submission
    versions: tuple[SubmissionVersion, SubmissionVersion]
    kind: JoiningKind
    whole: Whole | None
    items: Sequence[ItemRow]
    parents_items: Sequence[tuple[str, str]]
    counts: Counts
    costs: Mapping[str, Cost]
    saving: Saving
    warnings: Sequence[str]
    changes: Sequence[Change]
    consequence: Consequence | None
    made: Made


@dataclass(frozen=True)
class Found:
    """Parent and child as they were read, what both ask, and what was chosen for each item."""

    rows: Pair
    sides: tuple[Side, Side]
    paired: Mapping[int, int]
    takes: Sequence[Take]
    protocol: Protocol


def side_of(submission: Submission, version: SubmissionVersion) -> Side:
    """Return a submission as a whole names it: its author, team and organisation must be loaded."""
    team, organisation = submission.team, submission.organisation.name
    return Side(
        number=submission.number or "",
        title=str(version.document.get("title", "")),
        owner=f"{team.name}, {organisation}" if team else organisation,
        document=SubmissionDocument.read(version.document),
        files=version.attachments,
    )


def cost_of_version(version: SubmissionVersion) -> Cost:
    """Return what a version costs by what it keeps."""
    response = float(version.document.get("expected_response", 1.0))
    return cost_of(version.burden, version.schools, response)


def rows_of(found: Found, of: Mapping[int, str] = MappingProxyType({})) -> list[ItemRow]:
    """Return a row for each item of the child; ``of`` says whom it is asked of, by its place."""
    ours, theirs = found.sides
    return [
        ItemRow(
            place,
            item.name,
            item.definition,
            take,
            (ours.document.items[found.paired[place]].name if place in found.paired else ""),
            of.get(place, ""),
        )
        for place, (item, take) in enumerate(zip(theirs.document.items, found.takes, strict=True))
    ]


def brought(proposal: Proposal) -> dict[str, Any]:
    """Return what the child brought, as a ``Joining`` keeps it."""
    whole = proposal.whole
    items = [
        {
            "name": row.name,
            "definition": row.definition,
            "take": row.take.value,
            "same_as": row.same_as,
            "of": row.of,
        }
        for row in proposal.items
    ]
    if whole is None:
        return {"items": items}
    return {
        "items": items,
        "texts": dict(whole.texts),
        "categories": list(whole.categories),
        "urns": list(whole.urns),
        "files": [{"name": file["name"], "sha256": file["sha256"]} for file in whole.files],
    }


def figures(proposal: Proposal) -> dict[str, Any]:
    """Return the sums behind the saving, as a ``Joining`` keeps them."""
    counts = proposal.counts
    return {
        **{name: cost.as_json() for name, cost in proposal.costs.items()},
        "both": counts.both,
        "schools": counts.whole,
    }
