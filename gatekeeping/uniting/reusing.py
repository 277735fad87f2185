"""Joining to what schools have already: it stays as it is, and its answers are reused."""

from dataclasses import replace

from sqlalchemy.orm import Session

from gatekeeping.burden import burden
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import JoiningKind, Kind
from gatekeeping.protocol import Protocol
from gatekeeping.uniting import warning
from gatekeeping.uniting.pairing import Take
from gatekeeping.uniting.proposal import Found, Proposal, cost_of_version, rows_of
from gatekeeping.uniting.reaching import Counts, cells_of, counts_of
from gatekeeping.uniting.records import Made
from gatekeeping.uniting.savings import Cost, Saving, cost_of
from gatekeeping.uniting.wholes import CannotUniteError
from gatekeeping.uniting.work import Part, whole_effort


def reuse(session: Session, found: Found) -> Proposal:
    """Work out what of the child the parent answers, and what it still has to ask by itself.

    One statement. Raises CannotUniteError when there is nothing to reuse.
    """
    ((parent, version), (child, childs)), (ours, theirs) = found.rows, found.sides
    answered = _answered(found)
    audiences = [ours.document.audience, theirs.document.audience]
    counts = counts_of(cells_of(session, parent.authority_id, audiences), 1)
    left = _left(theirs.document, answered, counts, found.protocol)
    costs = {
        "parent": cost_of_version(version),
        "child": cost_of_version(childs),
        "whole": cost_of_version(version),
        "left": left,
    }
    return Proposal(
        parent=parent,
        child=child,
        versions=(version, childs),
        kind=JoiningKind.REUSED,
        whole=None,
        items=[
            row if row.take is Take.SAME else replace(row, take=Take.OUT) for row in rows_of(found)
        ],
        parents_items=[(item.name, "") for item in ours.document.items],
        counts=counts,
        costs=costs,
        saving=Saving(
            costs["child"].expected_minutes - left.expected_minutes,
            costs["child"].expected_pence - left.expected_pence,
        ),
        warnings=warning.between(ours, theirs, found.paired, counts, reusing=True),
        changes=(),
        consequence=None,
        made=Made(version),
    )


def _answered(found: Found) -> set[int]:
    """Return the places of the child's items that the parent answers."""
    ours, theirs = (side.document for side in found.sides)
    if Kind.COMMUNICATION in {ours.kind, theirs.kind}:
        message = (
            "That one is with schools already, and nothing can be added to it. Only its answers "
            "can be reused, and one of the two asks for none."
        )
        raise CannotUniteError(message, field="into")
    answered = {place for place, take in enumerate(found.takes) if take is Take.SAME}
    if theirs.items and not answered:
        message = (
            "That one is with schools already and asks none of these items, so that there are no "
            "answers to reuse."
        )
        raise CannotUniteError(message, field="into")
    return answered


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
