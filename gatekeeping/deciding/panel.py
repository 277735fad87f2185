"""The school panel's advice on what is heavy: a vote with its reason, before the gate approves.

Advice binds nobody; advice against must be answered in the decision (gatekeeping 4.1, 4.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Person, Role
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import audit_submission, checked_text, newest_version
from gatekeeping.models import (
    IS_NEWEST,
    Decision,
    PanelVote,
    State,
    Submission,
    SubmissionVersion,
    Track,
    Verb,
)

PAGE = 25
ADVISED_IN = frozenset(
    {
        State.TRIAGE,
        State.IN_REVIEW,
        State.CHALLENGED,
        State.ESCALATED,
        State.APPROVED_COND,  # changed since, so that it asks for more
        State.SUSPENDED,
    }
)
WAITS = "A member of the school panel must advise on this first. It is on the panel’s page."


class NoAdviceError(Refusal):
    """The panel is not asked about this, or not any more."""

    sentence = "The school panel is not asked about this, or it has been decided already."


@dataclass(frozen=True)
class Listed:
    """A submission on the panel's page, and how this member voted on its newest version."""

    submission: Submission
    version: SubmissionVersion
    own: PanelVote | None


def advise(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    for_it: bool | None,
    reason: str,
    at: datetime,
) -> PanelVote:
    """Store a panel member's advice on the version that they have read; it is given once.

    Raises MissingTextError, NotGatekeeperError (not of the panel), ConflictError, NoAdviceError.
    The same again changes nothing.
    """
    reason = checked_text(reason, field="reason", missing="Enter why you advise this.")
    if for_it is None:
        raise Refusal("Choose what you advise.", field="for_it")
    lock(session, submission)
    check_may_decide(session, submission, by.id, roles=[Role.PANEL])
    newest = newest_version(session, submission)
    made = next((vote for vote in votes_on(session, newest) if vote.by_id == by.id), None)
    if made is not None:
        if (made.for_it, made.reason) == (for_it, reason):
            return made
        raise NoAdviceError("You have advised on this version already.")
    if submission.state not in ADVISED_IN or submission.track is not Track.HIGH:
        raise NoAdviceError
    if newest.version != version:
        raise NoAdviceError("The officer has changed this since you opened it. Read it again.")
    vote = PanelVote(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version_id=newest.id,
        by_id=by.id,
        at=at,
        for_it=for_it,
        reason=reason,
    )
    session.add(vote)
    session.flush()
    detail = {"version": version, "for": for_it}
    audit_submission(session, submission, "submission.advised", by=by, at=at, detail=detail)
    return vote


def votes_on(session: Session, version: SubmissionVersion) -> Sequence[PanelVote]:
    """Return the panel's votes on a version with who gave them, in order: one statement."""
    return session.scalars(
        sa.select(PanelVote)
        .where(PanelVote.authority_id == version.authority_id, PanelVote.version_id == version.id)
        .options(joinedload(PanelVote.by))
        .order_by(PanelVote.id)
        .limit(50)
    ).all()


def waiting(
    session: Session, authority_id: int, *, by: int, page: int = 1
) -> tuple[list[Listed], int]:
    """Return a page of what is heavy and undecided, with the member's own vote, and the total.

    What this member has not advised on comes first, oldest first: two statements.
    """
    own = sa.and_(PanelVote.version_id == SubmissionVersion.id, PanelVote.by_id == by)
    confirmed = sa.exists().where(
        Decision.version_id == SubmissionVersion.id,
        Decision.verb.in_([Verb.APPROVE_WITH_CONDITIONS, Verb.VARY]),
    )
    query = (
        sa.select(Submission, SubmissionVersion, PanelVote)
        .join(
            SubmissionVersion,
            IS_NEWEST,
        )
        .outerjoin(PanelVote, own)
        .where(
            Submission.authority_id == authority_id,
            Submission.state.in_(sorted(ADVISED_IN)),
            Submission.track == Track.HIGH,
            sa.or_(Submission.state != State.APPROVED_COND, ~confirmed),
        )
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.execute(
        query.options(joinedload(Submission.team), joinedload(Submission.organisation))
        .order_by(PanelVote.id.is_not(None), Submission.submitted_at, Submission.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [Listed(row[0], row[1], row[2]) for row in rows], total
