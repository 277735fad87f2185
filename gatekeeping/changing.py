"""Changing what was put to the gate: always a new version, never behind anybody's back (4.2).

Before a decision the new version takes the place of the old one. An approval survives a change
that asks no more of schools; anything more suspends it until a gatekeeper approves the new version
(docs/decisions/0008-what-voids-an-approval.md). None of these commits.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.errors import Refusal
from foundation.outbox import publish
from gatekeeping.addressees import write_to
from gatekeeping.authors import check_may_write
from gatekeeping.documents import SubmissionDocument
from gatekeeping.effects import CHANGEABLE, Consequence, Effect, effect_of
from gatekeeping.endorsing import check_endorsed
from gatekeeping.events import SubmissionApproved
from gatekeeping.freezing import freeze
from gatekeeping.lacking import IncompleteError, judge, must_mend
from gatekeeping.leases import lock
from gatekeeping.models import (
    Decision,
    Move,
    State,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)
from gatekeeping.moves import move
from gatekeeping.recording import audit_submission
from gatekeeping.submissions import AlreadySubmittedError, FrozenError
from gatekeeping.weighing import voids
from notifications.amending import amend


class MeansOtherwiseError(Refusal):
    """While the page was open it was decided, so that the change means something else now."""

    sentence = (
        "Something was decided while you had this page open, so your change means something else "
        "now. Read below what it means, then send it again. Nothing was sent yet."
    )


def begin_change(session: Session, submission: Submission, *, by: Person, at: datetime) -> None:
    """Open the pages of what was submitted; what came back becomes a draft again.

    Nothing that others see changes until ``submit_change``. Done twice, nothing more happens.
    Raises NotYourSubmissionError, and FrozenError where nothing can be changed any more.
    """
    lock(session, submission)
    check_may_write(session, submission, by)
    if submission.state is State.RETURNED:
        move(session, submission, to=State.DRAFT, by=by.id, at=at)
        return
    if submission.state in {State.DRAFT, State.CHALLENGED} or submission.changing_since:
        return
    if submission.state not in CHANGEABLE:
        raise FrozenError(submission.state)
    submission.changing_since = at
    session.flush()


def submit_change(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    expected: Consequence | None = None,
    at: datetime,
    address: str,
) -> Effect:
    """Freeze what was changed as the next version and do what follows from it.

    ``expected`` is what the person was told that it means: MeansOtherwiseError when it means
    something else by now. Raises IncompleteError, NotEndorsedError (a heavy one that asks for
    more), FrozenError when it can no longer be changed, and AlreadySubmittedError when no change
    is open. Nothing changed: the change is closed and no version made.
    """
    lock(session, submission)
    check_may_write(session, submission, by)
    if submission.changing_since is None:
        raise AlreadySubmittedError
    if submission.state not in CHANGEABLE:
        raise FrozenError(submission.state)
    assessment = judge(session, submission, at)
    faults = must_mend(SubmissionDocument.read(submission.document), assessment)
    if faults:
        raise IncompleteError(faults)
    effect = effect_of(session, submission, assessment)
    if expected is not None and effect.consequence is not expected:
        raise MeansOtherwiseError
    if effect.consequence is Consequence.NOTHING:
        submission.changing_since = None
        session.flush()
        return effect
    if assessment.track is Track.HIGH and voids(effect.changes):
        check_endorsed(session, submission)
    before = submission.version
    version = freeze(session, submission, by=by.id, at=at, assessment=assessment)
    _follow(session, submission, version, effect, before, by=by, at=at, address=address)
    detail = {
        "version": submission.version,
        "consequence": effect.consequence.value,
        "more": sorted({change.field for change in effect.changes if change.weight == "more"}),
    }
    audit_submission(session, submission, "submission.changed", by=by, at=at, detail=detail)
    return effect


NOTES: Final[Mapping[Consequence, str]] = {
    Consequence.WAITS: "Changed: version {now} takes the place of version {before}.",
    Consequence.KEEPS: "Changed: version {now} keeps the approval of version {before}.",
    Consequence.CONFIRMED: "Changed: version {now} waits for the conditions to be confirmed.",
    Consequence.SUSPENDED: "Changed: version {now} waits for a gatekeeper.",
    Consequence.VOIDS: "Changed: version {now} asks for more and needs a new decision.",
}


def _follow(
    session: Session,
    submission: Submission,
    version: SubmissionVersion,
    effect: Effect,
    before: int,
    *,
    by: Person,
    at: datetime,
    address: str,
) -> None:
    """Do what a changed version means; each way leaves a line in the history."""
    note = NOTES[effect.consequence].format(now=submission.version, before=before)
    if effect.consequence is Consequence.VOIDS:
        move(session, submission, to=State.SUSPENDED, by=by.id, at=at, note=note)
        _tell(session, submission, _approver(session, submission), note, at=at, address=address)
        return
    session.add(
        Move(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            version=submission.version,
            before=submission.state,
            after=submission.state,
            by_id=by.id,
            at=at,
            note=note,
        )
    )
    if effect.consequence is Consequence.WAITS:
        _tell(session, submission, submission.claimed_by, note, at=at, address=address)
    elif effect.consequence is Consequence.KEEPS:
        _carry(session, submission, version, at)


def _carry(
    session: Session, submission: Submission, version: SubmissionVersion, at: datetime
) -> None:
    """Let the new version go in the place of the approved one, or correct what schools have."""
    if submission.state is State.APPROVED:
        event = SubmissionApproved(submission.authority_id, submission.id, version.id)
        publish(session, event, at=at)  # that of the version before finds itself replaced
    if submission.sent_at is None:
        return
    document = SubmissionDocument.read(version.document)
    amend(
        session,
        submission.authority_id,
        sa.select(SubmissionVersion.id).where(
            SubmissionVersion.authority_id == submission.authority_id,
            SubmissionVersion.submission_id == submission.id,
        ),
        title=document.title,
        body=document.body,
        reference=f"{submission.number} v{submission.version}",
        due_on=document.due_on,
        at=at,
    )


def _approver(session: Session, submission: Submission) -> Person | None:
    return session.scalars(
        sa.select(Person)
        .join(Decision, Decision.by_id == Person.id)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
            Decision.verb == Verb.APPROVE,
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(1)
    ).first()


def _tell(
    session: Session,
    submission: Submission,
    person: Person | None,
    note: str,
    *,
    at: datetime,
    address: str,
) -> None:
    """Tell the gatekeeper who has to do with it, if anybody, that it was changed."""
    if person is not None:
        link = f"{address}/queue/{submission.id}"
        write_to(session, submission, [person], "Changed", [note, link], at=at)
