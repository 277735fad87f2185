"""Changing what was put to the gate: always a new version, never behind anybody's back (4.2).

Before a decision the new version takes the place of the old one. An approval survives a change
that asks no more of schools; anything more suspends it until a gatekeeper approves the new version
(docs/decisions/0008-what-voids-an-approval.md). None of these commits.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person
from foundation.errors import Refusal
from gatekeeping.authors import check_may_write
from gatekeeping.changes.effects import CHANGEABLE, Consequence, Effect, effect_of
from gatekeeping.changes.replacing import replace_version
from gatekeeping.changes.weighing import voids
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import audit_submission
from gatekeeping.documents import SubmissionDocument
from gatekeeping.models import (
    State,
    Submission,
    Track,
)
from gatekeeping.moves import move
from gatekeeping.writing.endorsing import check_endorsed
from gatekeeping.writing.freezing import freeze
from gatekeeping.writing.lacking import IncompleteError, judge, must_mend
from gatekeeping.writing.submissions import AlreadySubmittedError, FrozenError


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
    version = freeze(session, submission, by=by.id, at=at, assessment=assessment)
    replace_version(session, submission, version, effect, by=by, at=at, address=address)
    detail = {
        "version": submission.version,
        "consequence": effect.consequence.value,
        "more": sorted({change.field for change in effect.changes if change.weight == "more"}),
    }
    audit_submission(session, submission, "submission.changed", by=by, at=at, detail=detail)
    return effect
