"""Undoing what was joined: when one side withdraws or is not sent, or a gatekeeper says so.

The parent lives on with what remains; the child waits by itself again, with its own text, or is
withdrawn. What joining saved is taken back: the record stays, and is marked.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.models import Person
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import audit_submission, checked_text
from gatekeeping.models import Joining, JoiningKind, State, Submission
from gatekeeping.moves import move
from gatekeeping.uniting import told_joined
from gatekeeping.uniting.merging import BATCH, check_still
from gatekeeping.uniting.records import joining_of, joinings_of
from gatekeeping.uniting.taking_out import take_out

S = State
NOT_SENT = frozenset({S.REFUSED, S.WITHDRAWN, S.LAPSED, S.REDIRECTED})
"""A parent in one of these gives its children back; so does one that expired unsent."""


class PartedError(Refusal):
    """The two are not joined any more: somebody was quicker."""

    sentence = "These two are no longer joined. Nothing was changed."


class SentError(Refusal):
    """Schools have the whole already."""

    sentence = (
        "Schools have this already, for both, so that it can no longer be taken apart. If it must "
        "be stopped, suspend it."
    )


def part(
    session: Session,
    joining: Joining,
    *,
    by: Person,
    reason: str = "",
    at: datetime,
    address: str,
) -> None:
    """Undo a joining by hand, while the parent is not with schools; the child waits again.

    Raises PartedError, SentError, MissingTextError, NoParentError while a decision on the parent
    waits or its officer changes it, and what ``conflicts.check_may_decide`` raises of the parent.
    """
    reason = checked_text(
        reason, field="reason", missing="Enter why they no longer belong together."
    )
    parent, child = joining.parent, joining.child
    lock(session, child)  # the child first, as when it is withdrawn: two never wait for each other
    lock(session, parent)
    session.refresh(joining)
    check_may_decide(session, parent, by.id)
    if joining.undone_at is not None:
        raise PartedError
    if joining.kind is JoiningKind.UNITED and parent.sent_at is not None:
        raise SentError
    check_still(session, parent)
    _let_go(session, child, note=f"No longer joined to No. {parent.number}.", by=by, at=at)
    _undo(session, joining, reason, by=by, at=at)
    take_out(session, parent, joining, by=by, at=at, address=address)
    detail = {"parent": parent.number, "saving_minutes": -joining.saving_minutes}
    audit_submission(session, child, "submission.parted", by=by, at=at, detail=detail)
    told_joined.tell_parted(session, joining, reason, at=at, address=address)


def leave(session: Session, child: Submission, *, by: Person, at: datetime, address: str) -> None:
    """Take a child that is withdrawn out of its parent, whose officer is told.

    Call it before the child moves. Nothing happens to one that is joined to nothing. Raises
    NoParentError while a decision on the parent can still be undone, or its officer changes it.
    """
    joining = joining_of(session, child) if child.state is S.MERGED else None
    if joining is None:
        return
    parent = joining.parent
    lock(session, parent)
    check_still(session, parent)
    _undo(session, joining, "Its officer withdrew it.", by=by, at=at)
    session.flush()
    # before the child is let go of, so that what remains is not found to be like what leaves
    take_out(session, parent, joining, by=by, at=at, address=address)
    child.merged_into_id = None
    told_joined.tell_left(session, joining, at=at, address=address)


def give_back(
    session: Session, parent: Submission, *, at: datetime, address: str
) -> list[Submission]:
    """Let what was joined to ``parent`` wait by itself again, when the parent is not sent.

    Does nothing while the parent may still be sent, or was. Their clock starts afresh and their
    officers are told. Call it wherever a parent is refused, redirected, withdrawn or lapses.
    """
    if not _is_not_sent(parent):
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
    joined = {row.child_id: row for row in joinings_of(session, parent, live_only=True)}
    note = f"{parent.number} is not sent after all."
    for child in found:
        _let_go(session, child, note=note, by=None, at=at)
        if child.id in joined:
            _undo(session, joined[child.id], note, by=None, at=at)
        told_joined.tell_given_back(session, child, parent, at=at, address=address)
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
            sa.or_(
                Submission.state.in_(sorted(NOT_SENT)),
                sa.and_(Submission.state == S.EXPIRED, Submission.sent_at.is_(None)),
            ),
        )
        .order_by(Submission.id)
        .distinct()
        .limit(BATCH)
    ).all()
    return sum(len(give_back(session, row, at=at, address=address)) for row in parents)


def settle(session: Session, parent: Submission, *, by: Person, at: datetime, address: str) -> None:
    """Take out of a parent that comes back to the gate what was given back meanwhile.

    Call it after an appeal has moved it: its children wait by themselves since it was refused.
    """
    for joining in _not_taken_out(session, parent):
        take_out(session, parent, joining, by=by, at=at, address=address)


def _not_taken_out(session: Session, parent: Submission) -> Sequence[Joining]:
    return [
        row
        for row in joinings_of(session, parent)
        if row.undone_at is not None
        and row.undone_version_id is None
        and row.kind is JoiningKind.UNITED
    ]


def _is_not_sent(parent: Submission) -> bool:
    return parent.state in NOT_SENT or (parent.state is S.EXPIRED and parent.sent_at is None)


def _let_go(
    session: Session,
    child: Submission,
    *,
    note: str,
    by: Person | None,
    at: datetime,
) -> None:
    """Let a child wait by itself again, with its own text."""
    child.submitted_at = at  # it waits since now, not since it was first put to the gate
    child.decided_at = None
    child.merged_into_id = None
    move(session, child, to=S.TRIAGE, by=by.id if by else None, at=at, note=note)


def _undo(session: Session, joining: Joining, why: str, *, by: Person | None, at: datetime) -> None:
    """Mark the record, so that what was saved is taken back from now on."""
    joining.undone_at, joining.undone_why = at, why
    joining.undone_by_id = by.id if by else None
    session.flush()
