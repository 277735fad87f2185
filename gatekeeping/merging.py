"""Joining a submission to another, so that schools are asked once; no chains and no circles."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from directory.models import Person
from foundation.errors import Refusal
from gatekeeping import interests, told
from gatekeeping.deciders import begin
from gatekeeping.models import Decision, State, Submission, Verb
from gatekeeping.moves import move
from gatekeeping.numbers import parse_number
from gatekeeping.outcomes import close
from gatekeeping.recording import Outcome, checked_text

S = State
PARENTS = frozenset(
    {
        S.TRIAGE,
        S.IN_REVIEW,
        S.CHALLENGED,
        S.ESCALATED,
        S.APPROVED_COND,
        S.APPROVED,
        S.SCHEDULED,
        S.LIVE,
    }
)
"""Into what another may be joined: it waits for the gate, or schools get or have it."""

NOT_SENT = frozenset({S.REFUSED, S.WITHDRAWN, S.LAPSED, S.REDIRECTED})
"""A parent in one of these gives its children back."""

BATCH = 200


class NoParentError(Refusal):
    """There is nothing of that number to which this could be joined."""


def merge(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    into: str = "",
    reason: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Join a submission to the one with the number ``into``; both officers are told.

    Whoever has a stake in it has one in the parent from now on. Raises NoParentError, what
    ``deciders.begin`` raises, and MissingTextError. The same again changes nothing.
    """
    reason = checked_text(reason, field="reason", missing="Enter why they belong together.")
    parent = _find(session, submission, into)
    _lock_both(session, submission, parent)
    outcome = Outcome(Verb.MERGE, reason, into_id=parent.id)
    made = begin(session, submission, outcome, by=by, version=version, at=at, after={S.MERGED})
    if made is not None:
        return made
    _check(session, submission, parent)
    decision = close(session, submission, outcome, to=S.MERGED, by=by, at=at)
    submission.merged_into_id = parent.id
    session.flush()
    interests.share(session, submission, parent)
    told.tell_author(session, submission, decision, at=at, address=address)
    told.tell_owner_of_parent(session, parent, submission, at=at, address=address)
    return decision


def give_back(
    session: Session, parent: Submission, *, at: datetime, address: str
) -> list[Submission]:
    """Let what was joined to ``parent`` wait by itself again, when the parent is not sent.

    Does nothing while the parent is anything but NOT_SENT. Their clock starts afresh and their
    officers are told. Call it wherever a parent is refused, redirected, withdrawn or lapses.
    """
    if parent.state not in NOT_SENT:
        return []
    session.flush()
    found = session.scalars(
        sa.select(Submission)
        .where(
            Submission.authority_id == parent.authority_id,
            Submission.merged_into_id == parent.id,
            Submission.state == S.MERGED,
        )
        .order_by(Submission.id)
        .limit(BATCH)
        .with_for_update()
    ).all()
    for child in found:
        note = f"{parent.number} is not sent after all."
        child.submitted_at = at  # it waits since now, not since it was first put to the gate
        child.decided_at = None
        child.merged_into_id = None
        move(session, child, to=S.TRIAGE, by=None, at=at, note=note)
        told.tell_given_back(session, child, parent, at=at, address=address)
    return list(found)


def give_back_due(session: Session, authority_id: int, *, at: datetime, address: str) -> int:
    """Give back what still hangs on parents that are not sent; return how many were."""
    child = aliased(Submission)
    parents = session.scalars(
        sa.select(Submission)
        .join(child, child.merged_into_id == Submission.id)
        .where(
            Submission.authority_id == authority_id,
            child.authority_id == authority_id,
            child.state == S.MERGED,
            Submission.state.in_(sorted(NOT_SENT)),
        )
        .order_by(Submission.id)
        .distinct()
        .limit(BATCH)
    ).all()
    return sum(len(give_back(session, row, at=at, address=address)) for row in parents)


def children_of(session: Session, submission: Submission) -> Sequence[Submission]:
    """Return what was joined to a submission, with the officers: one statement."""
    return session.scalars(
        sa.select(Submission)
        .where(
            Submission.authority_id == submission.authority_id,
            Submission.merged_into_id == submission.id,
            Submission.state == S.MERGED,
        )
        .options(joinedload(Submission.author), joinedload(Submission.team))
        .order_by(Submission.id)
        .limit(BATCH)
    ).all()


def _find(session: Session, submission: Submission, into: str) -> Submission:
    number = parse_number(into)
    if number is None:
        raise NoParentError(
            "Enter the number of the other submission, such as 888-2627-D-00417-X.", field="into"
        )
    bare = str(number).split(" v", maxsplit=1)[0]
    parent = session.scalars(
        sa.select(Submission).where(
            Submission.authority_id == submission.authority_id, Submission.number == bare
        )
    ).first()
    if parent is None:
        raise NoParentError("The register does not hold this number.", field="into")
    return parent


def _lock_both(session: Session, submission: Submission, parent: Submission) -> None:
    """Lock both rows in one order, so that two merges crosswise wait and do not block."""
    session.flush()
    session.execute(
        sa.select(Submission.id)
        .where(
            Submission.authority_id == submission.authority_id,
            Submission.id.in_([submission.id, parent.id]),
        )
        .order_by(Submission.id)
        .with_for_update()
    )
    session.refresh(parent)


def _check(session: Session, submission: Submission, parent: Submission) -> None:
    if parent.id == submission.id:
        raise NoParentError("That is this submission itself.", field="into")
    if parent.state is S.MERGED:
        raise NoParentError(
            "That one is joined to another itself. Enter the number of the other.", field="into"
        )
    if parent.state not in PARENTS:
        raise NoParentError(
            "That one neither waits for the gate nor goes to schools.", field="into"
        )
    if children_of(session, submission):
        raise NoParentError(
            "Others are joined to this one, so it cannot be joined to another.", field="into"
        )
