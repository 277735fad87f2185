"""Joining a submission to another, so that schools are asked once; no chains and no circles.

The parent's next version asks for both (``gatekeeping.uniting``); what is with schools already
stays as it is, and its answers are reused. ``gatekeeping.uniting.parting`` undoes it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Person
from foundation.errors import Refusal
from gatekeeping.changes.since_frozen import changed_since_frozen
from gatekeeping.deciding import interests
from gatekeeping.deciding.conflicts import conflict_of
from gatekeeping.deciding.deciders import begin
from gatekeeping.deciding.leases import lock_families
from gatekeeping.deciding.outcomes import close
from gatekeeping.deciding.recording import (
    Outcome,
    audit_submission,
    checked_text,
    newest_version,
    store_decision,
)
from gatekeeping.letters import told
from gatekeeping.models import (
    IS_NEWEST,
    Decision,
    Joining,
    PendingDecision,
    State,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)
from gatekeeping.registry.numbers import parse_number
from gatekeeping.uniting import told_joined
from gatekeeping.uniting.proposal import Proposal, brought, figures
from gatekeeping.uniting.proposing import propose
from gatekeeping.uniting.taking_in import take_in

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
        S.SUSPENDED,
    }
)
"""Into what another may be joined: it waits for the gate, or schools get or have it."""

BATCH = 200
Both = tuple[Submission, SubmissionVersion]


class NoParentError(Refusal):
    """There is nothing of that number to which this could be joined."""


def merge(  # noqa: PLR0913 - what every verb takes, and what it decides
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    into: str = "",
    items: Mapping[str, str] | None = None,
    parent_version: int | None = None,
    reason: str = "",
    at: datetime,
    address: str,
) -> Decision:
    """Join a submission to the one with the number ``into``; both officers are told, with letters.

    ``items`` says by an item's place what becomes of it (``uniting.pairing.Take``), where that is
    not what is proposed; ``parent_version`` is the other's version that the person has read.
    Whoever has a stake in it has one in the parent from now on. Raises NoParentError,
    CannotUniteError, what ``deciders.begin`` raises, ConflictError when the person has a stake in
    the parent, and MissingTextError. The same again changes nothing.
    """
    reason = checked_text(reason, field="reason", missing="Enter why they belong together.")
    parent, _ = find_parent(session, submission, into)
    _lock_both(session, submission, parent)
    outcome = Outcome(Verb.MERGE, reason, into_id=parent.id)
    made = begin(session, submission, outcome, by=by, version=version, at=at, after={S.MERGED})
    if made is not None:
        return made
    check_joinable(session, submission, parent, by=by)
    if parent_version is not None and parent.version != parent_version:
        raise NoParentError(
            f"No. {parent.number} was changed while you had this page open: it is version "
            f"{parent.version} now. Look at what they are together, then join them.",
            field="into",
        )
    versions = newest_version(session, parent), newest_version(session, submission)
    proposal = propose(session, (parent, versions[0]), (submission, versions[1]), items or {})
    decision = close(session, submission, outcome, to=S.MERGED, by=by, at=at)
    submission.merged_into_id = parent.id
    session.flush()
    joining = _join(session, proposal, reason, by=by, at=at, address=address)
    interests.share(session, submission, parent)
    told.tell_author(session, submission, decision, at=at, address=address)
    told_joined.tell_owner_of_parent(session, parent, joining, at=at, address=address)
    return decision


def find_parent(session: Session, submission: Submission, into: str) -> Both:
    """Return the submission of a number with its newest version; NoParentError says why not."""
    number = parse_number(into)
    if number is None:
        raise NoParentError(
            "Enter the number of the other submission, such as 888-2627-D-00417-X.", field="into"
        )
    bare = str(number).split(" v", maxsplit=1)[0]
    row = session.execute(
        sa.select(Submission, SubmissionVersion)
        .join(SubmissionVersion, IS_NEWEST)
        .where(Submission.authority_id == submission.authority_id, Submission.number == bare)
        .options(
            joinedload(Submission.author),
            joinedload(Submission.team),
            joinedload(Submission.organisation),
        )
    ).first()
    if row is None:
        raise NoParentError("The register does not hold this number.", field="into")
    return row[0], row[1]


def check_joinable(
    session: Session, submission: Submission, parent: Submission, *, by: Person
) -> None:
    """Raise NoParentError, or ConflictError, unless this can be joined to that by this person."""
    if parent.id == submission.id:
        raise NoParentError("That is this submission itself.", field="into")
    if parent.state is S.MERGED:
        raise NoParentError(
            "That one is joined to another itself. Enter the number of the other.", field="into"
        )
    if parent.state not in PARENTS or (parent.state is S.SUSPENDED and parent.sent_at):
        raise NoParentError(
            "That one neither waits for the gate nor goes to schools.", field="into"
        )
    if parent.track is Track.EMERGENCY:
        raise NoParentError(
            "That one is an emergency, which must not wait for another.", field="into"
        )
    if children_of(session, submission):
        raise NoParentError(
            "Others are joined to this one, so it cannot be joined to another.", field="into"
        )
    check_still(session, parent)
    conflict = conflict_of(session, parent, by.id)
    if conflict is not None:
        conflict.field = "into"
        raise conflict


def check_still(session: Session, parent: Submission) -> None:
    """Raise NoParentError while a decision on it can be undone, or its officer changes it."""
    name = session.scalar(
        sa.select(Person.name)
        .join(PendingDecision, PendingDecision.by_id == Person.id)
        .where(
            PendingDecision.authority_id == parent.authority_id,
            PendingDecision.submission_id == parent.id,
            PendingDecision.refused_because == "",
        )
        .limit(1)
    )
    if name is not None:
        raise NoParentError(
            f"{name} has just decided No. {parent.number}. That takes effect within a minute or "
            "two. Try again then.",
            field="into",
        )
    changing = parent.changing_since is not None or (
        parent.state is S.CHALLENGED
        and changed_since_frozen(parent, newest_version(session, parent))
    )
    if changing:
        raise NoParentError(
            f"{parent.author.name} is changing No. {parent.number} just now. Ask them to send the "
            "change or to give it up, then try again.",
            field="into",
        )


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


def _join(
    session: Session, proposal: Proposal, reason: str, *, by: Person, at: datetime, address: str
) -> Joining:
    """Let the parent take the child in, and write down what that brought and saved."""
    parent, child = proposal.parent, proposal.child
    before, childs = proposal.versions
    after = before
    if proposal.whole is not None:
        after = take_in(session, parent, child, proposal.whole, by=by, at=at, address=address)
    joining = Joining(
        authority_id=parent.authority_id,
        kind=proposal.kind,
        parent_id=parent.id,
        child_id=child.id,
        child_version_id=childs.id,
        base_id=proposal.made.base.id,
        before_id=before.id,
        after_id=after.id,
        brought=brought(proposal),
        figures=figures(proposal),
        saving_minutes=proposal.saving.minutes,
        saving_pence=proposal.saving.pence,
        saving_why=proposal.saving.why,
        reason=reason,
        by_id=by.id,
        at=at,
    )
    session.add(joining)
    session.flush()
    store_decision(session, parent, Outcome(Verb.TAKE_IN, reason, into_id=child.id), by=by, at=at)
    detail = {
        "parent": parent.number,
        "kind": proposal.kind.value,
        "before": before.version,
        "after": parent.version,
        "schools": proposal.counts.whole,
        "items": len(proposal.items),
        "saving_minutes": proposal.saving.minutes,
        "saving_pence": proposal.saving.pence,
    }
    audit_submission(session, child, "submission.joined", by=by, at=at, detail=detail)
    return joining


def _lock_both(session: Session, submission: Submission, parent: Submission) -> None:
    """Lock both in one order, so that two merges crosswise wait and do not block."""
    session.flush()
    lock_families(session, submission, parent)
    session.refresh(parent)
