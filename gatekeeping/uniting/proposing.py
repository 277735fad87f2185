"""What joining one submission to another would make of both: read, worked out, nothing changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from gatekeeping.burden import burden
from gatekeeping.changes.differences import Reach, changes
from gatekeeping.changes.effects import consequence_in
from gatekeeping.changes.since_frozen import files_then
from gatekeeping.changes.weighing import Change
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.models import JoiningKind, State, Submission, SubmissionVersion
from gatekeeping.uniting import warning
from gatekeeping.uniting.pairing import chosen, pairs
from gatekeeping.uniting.proposal import (
    Found,
    Pair,
    Proposal,
    cost_of_version,
    rows_of,
    side_of,
)
from gatekeeping.uniting.reaching import Cells, Counts, cells_of, counts_of, together
from gatekeeping.uniting.records import Made, joinings_of, made_of
from gatekeeping.uniting.reusing import reuse
from gatekeeping.uniting.savings import cost_of, saving_of
from gatekeeping.uniting.wholes import Whole, unite
from gatekeeping.uniting.work import Part, whole_effort
from gatekeeping.wording import audience_in_words


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
    found = Found(
        rows=(parent, child),
        sides=(ours, theirs),
        paired=paired,
        takes=chosen(theirs.document, paired, said),
        protocol=protocol_of(session, parent[0].authority_id),
    )
    if parent[0].state is State.LIVE:
        return reuse(session, found)
    return _united(session, found)


def _united(session: Session, found: Found) -> Proposal:
    ((parent, version), (child, childs)), (ours, theirs) = found.rows, found.sides
    made = made_of(session, version, joinings_of(session, parent))
    cells, counts = _reach(session, found, made)
    whole, parts = _whole(session, found, made, cells, counts)
    cost = burden(whole.document, counts.whole, found.protocol)
    costs = {
        "parent": cost_of_version(version),
        "child": cost_of_version(childs),
        "whole": cost_of(cost, counts.whole, whole.document.expected_response),
    }
    of = {
        here: _of_whom(parts, cells, place)
        for here, place in enumerate(whole.asks)
        if place is not None
    }
    differing = _changes(found.rows, whole, counts)
    return Proposal(
        parent=parent,
        child=child,
        versions=(version, childs),
        kind=JoiningKind.UNITED,
        whole=whole,
        items=rows_of(found, of),
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
            *warning.between(ours, theirs, found.paired, counts),
            *warning.heavier(parent, whole.document, cost, counts.whole, found.protocol),
        ],
        changes=differing,
        consequence=consequence_in(parent.state, differing),
        made=made,
    )


def _reach(session: Session, found: Found, made: Made) -> tuple[Cells, Counts]:
    """Return which schools are in which parts, the child the last of them."""
    ours, theirs = found.sides
    parts = made.parts(ours.number, ours.document.items)
    words = [*(part.document.audience for part in parts), theirs.document.audience]
    cells = cells_of(session, found.rows[0][0].authority_id, words)
    return cells, counts_of(cells, len(parts))


def _whole(
    session: Session, found: Found, made: Made, cells: Cells, counts: Counts
) -> tuple[Whole, list[Part]]:
    """Return the whole with its work, and the parts of which it consists."""
    ours, theirs = found.sides
    whole = unite(
        ours,
        theirs,
        paired=found.paired,
        takes=found.takes,
        audience=together(
            session,
            found.rows[0][0].authority_id,
            ours.document.audience,
            theirs.document.audience,
        ),
        counts=counts,
    )
    asks = frozenset(place for place in whole.asks if place is not None)
    parts = [
        *made.parts(ours.number, whole.document.items, beside=theirs.number),
        Part(theirs.number, theirs.document, asks),
    ]
    effort = whole_effort(whole.document.kind, parts, cells, found.protocol)
    document = whole.document.model_copy(update={"effort": effort})
    # whatever is too large for a document is refused here
    return replace(whole, document=SubmissionDocument.read(document.as_json())), parts


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
