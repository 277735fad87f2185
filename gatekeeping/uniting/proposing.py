"""What joining one submission to another would make of both: read, worked out, nothing changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from gatekeeping.burden import burden
from gatekeeping.differences import Reach, changes
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.effects import Consequence, consequence_in
from gatekeeping.models import JoiningKind, Kind, State, Submission, SubmissionVersion
from gatekeeping.protocol import Protocol
from gatekeeping.since_frozen import files_then
from gatekeeping.uniting import warning
from gatekeeping.uniting.pairing import Take, chosen, pairs
from gatekeeping.uniting.reaching import Cells, Counts, cells_of, counts_of, together
from gatekeeping.uniting.records import Made, joinings_of, made_of
from gatekeeping.uniting.savings import Cost, Saving, cost_of, saving_of
from gatekeeping.uniting.wholes import CannotUniteError, Side, Whole, unite
from gatekeeping.uniting.work import Part, whole_effort
from gatekeeping.weighing import Change
from gatekeeping.wording import audience_in_words


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


def propose(
    session: Session,
    parent: tuple[Submission, SubmissionVersion],
    child: tuple[Submission, SubmissionVersion],
    said: Mapping[str, str],
) -> Proposal:
    """Work out what joining ``child`` to ``parent`` makes: five statements at most.

    ``said`` tells by an item's place what a gatekeeper chose (``Take``). Raises CannotUniteError.
    """
    ours, theirs = side_of(*parent), side_of(*child)
    paired = pairs(ours.document.items, ours.title, theirs.document)
    takes = chosen(theirs.document, paired, said)
    protocol = protocol_of(session, parent[0].authority_id)
    found = Found((parent, child), (ours, theirs), protocol)
    if parent[0].state is State.LIVE:
        return _reusing(session, found, paired, takes)
    return _uniting(session, found, paired, takes)


Pair = tuple[tuple[Submission, SubmissionVersion], tuple[Submission, SubmissionVersion]]


@dataclass(frozen=True)
class Found:
    """Parent and child as they were read, and the protocol by which they are judged."""

    rows: Pair
    sides: tuple[Side, Side]
    protocol: Protocol


def _uniting(
    session: Session, found: Found, paired: Mapping[int, int], takes: Sequence[Take]
) -> Proposal:
    ((parent, version), (child, childs)), (ours, theirs), protocol = (
        found.rows,
        found.sides,
        found.protocol,
    )
    authority_id = parent.authority_id
    made = made_of(session, version, joinings_of(session, parent))
    audience = together(session, authority_id, ours.document.audience, theirs.document.audience)
    words = [part.document.audience for part in made.parts(ours.number, ours.document.items)]
    cells = cells_of(session, authority_id, [*words, theirs.document.audience])
    counts = counts_of(cells, len(words))
    whole = unite(ours, theirs, paired=paired, takes=takes, audience=audience, counts=counts)
    asks = frozenset(place for place in whole.asks if place is not None)
    parts = [
        *made.parts(ours.number, whole.document.items, beside=theirs.number),
        Part(theirs.number, theirs.document, asks),
    ]
    of = {
        here: _of_whom(parts, cells, place)
        for here, place in enumerate(whole.asks)
        if place is not None
    }
    effort = whole_effort(whole.document.kind, parts, cells, protocol)
    document = whole.document.model_copy(update={"effort": effort})
    document = SubmissionDocument.read(document.as_json())  # whatever is too large is refused here
    whole = Whole(document, whole.asks, whole.texts, whole.categories, whole.urns, whole.files)
    cost = burden(document, counts.whole, protocol)
    costs = {
        "parent": _cost(version),
        "child": _cost(childs),
        "whole": cost_of(cost, counts.whole, document.expected_response),
    }
    differing = _changes(found.rows, whole, counts)
    return Proposal(
        parent=parent,
        child=child,
        versions=(version, childs),
        kind=JoiningKind.UNITED,
        whole=whole,
        items=_rows(ours, theirs, paired, takes, of),
        parents_items=[
            (item.name, _of_whom(parts, cells, place))
            for place, item in enumerate(ours.document.items)
        ],
        counts=counts,
        costs=costs,
        saving=saving_of(
            costs["parent"], costs["child"], costs["whole"], warning.often(ours, theirs)
        ),
        warnings=[
            *warning.between(ours, theirs, paired, counts),
            *warning.heavier(parent, document, cost, counts.whole, protocol),
        ],
        changes=differing,
        consequence=consequence_in(parent.state, differing),
        made=made,
    )


def _reusing(
    session: Session, found: Found, paired: Mapping[int, int], takes: Sequence[Take]
) -> Proposal:
    ((parent, version), (child, childs)), (ours, theirs), protocol = (
        found.rows,
        found.sides,
        found.protocol,
    )
    if theirs.document.kind is Kind.COMMUNICATION or ours.document.kind is Kind.COMMUNICATION:
        message = (
            "That one is with schools already, and nothing can be added to it. Only its answers "
            "can be reused, and one of the two asks for none."
        )
        raise CannotUniteError(message, field="into")
    answered = {place for place, take in enumerate(takes) if take is Take.SAME}
    if theirs.document.items and not answered:
        message = (
            "That one is with schools already and asks none of these items, so that there are no "
            "answers to reuse."
        )
        raise CannotUniteError(message, field="into")
    audiences = [ours.document.audience, theirs.document.audience]
    cells = cells_of(session, parent.authority_id, audiences)
    counts = counts_of(cells, 1)
    left = _left(theirs.document, answered, counts, protocol)
    costs = {
        "parent": _cost(version),
        "child": _cost(childs),
        "whole": _cost(version),
        "left": left,
    }
    saved = saving_of(left, Cost(0, 0, 0, 0, 0), costs["child"])
    rows = _rows(ours, theirs, paired, takes)
    return Proposal(
        parent=parent,
        child=child,
        versions=(version, childs),
        kind=JoiningKind.REUSED,
        whole=None,
        items=[
            row
            if row.take is Take.SAME
            else ItemRow(row.place, row.name, row.definition, Take.OUT, row.same_as, "")
            for row in rows
        ],
        parents_items=[(item.name, "") for item in ours.document.items],
        counts=counts,
        costs=costs,
        saving=Saving(-saved.minutes, -saved.pence),
        warnings=warning.between(ours, theirs, paired, counts, reusing=True),
        changes=(),
        consequence=None,
        made=Made(version),
    )


def _left(
    document: SubmissionDocument, answered: set[int], counts: Counts, protocol: Protocol
) -> Cost:
    """Return what the child would still cost, asked by itself of whom nobody else asks it."""
    elsewhere = counts.child - counts.both
    cells = {frozenset({1}): elsewhere}
    if document.items:
        cells[frozenset({0, 1})] = counts.both
    known = document.model_copy(update={"effort": [], "kind": Kind.DATA_REQUEST})
    parts = [
        Part("", known, frozenset(answered)),
        Part("", document, frozenset(range(len(document.items)))),
    ]
    effort = whole_effort(Kind.DATA_REQUEST, parts, cells, protocol)
    schools = counts.child if len(answered) < len(document.items) else elsewhere
    rest = document.model_copy(update={"effort": effort})
    return cost_of(burden(rest, schools, protocol), schools, document.expected_response)


def _cost(version: SubmissionVersion) -> Cost:
    response = float(version.document.get("expected_response", 1.0))
    return cost_of(version.burden, version.schools, response)


def _rows(
    ours: Side,
    theirs: Side,
    paired: Mapping[int, int],
    takes: Sequence[Take],
    of: Mapping[int, str] = MappingProxyType({}),
) -> list[ItemRow]:
    """Return a row for each item of the child; ``of`` says whom it is asked of, by its place."""
    return [
        ItemRow(
            place,
            item.name,
            item.definition,
            take,
            ours.document.items[paired[place]].name if place in paired else "",
            of.get(place, ""),
        )
        for place, (item, take) in enumerate(zip(theirs.document.items, takes, strict=True))
    ]


def _of_whom(parts: Sequence[Part], cells: Cells, place: int) -> str:
    """Return whom an item of the whole is asked of, in words; nothing where it is all schools."""
    asking = frozenset(number for number, part in enumerate(parts) if place in part.asks)
    if all(cell & asking for cell in cells):
        return ""
    said = [audience_in_words(parts[number].document.audience) for number in sorted(asking)]
    return "; ".join(dict.fromkeys(said))


def _changes(both: Pair, whole: Whole, counts: Counts) -> list[Change]:
    (parent, version), _ = both
    before = files_then(version)
    added: list[tuple[str, str]] = [
        (str(file["name"]), str(file["sha256"])) for file in whole.files
    ]
    return changes(
        SubmissionDocument.read(version.document),
        whole.document,
        reach=Reach(added=counts.whole - counts.parent),
        files=(before, [*before, *added]),
        valid_to=parent.expires_on,
    )


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
