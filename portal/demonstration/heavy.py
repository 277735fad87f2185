"""What the high track asks for: a manager's endorsement, a second yes, a school's advice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, Role
from gatekeeping.deciding.recording import Outcome, store_decision
from gatekeeping.models import (
    Endorsement,
    PanelVote,
    State,
    Submission,
    SubmissionVersion,
    Verb,
)
from gatekeeping.moves import move
from gatekeeping.writing.endorsing import NotEndorsedError, digest_of
from gatekeeping.writing.submissions import submit
from portal.demonstration.remarks import ADVICE, SUPPORTS

BETWEEN = timedelta(hours=3)


def submit_endorsed(session: Session, submission: Submission, *, by: Person, at: datetime) -> None:
    """Put it to the gate; when it is heavy, its author's manager stands behind it first."""
    try:
        submit(session, submission, by=by, at=at)
    except NotEndorsedError:
        session.add(
            Endorsement(
                authority_id=submission.authority_id,
                submission_id=submission.id,
                digest=digest_of(submission),
                by_id=_manager_of(session, submission),
                at=at - timedelta(minutes=15),
            )
        )
        session.flush()
        submit(session, submission, by=by, at=at)


def support(
    session: Session,
    submission: Submission,
    version: SubmissionVersion,
    others: Sequence[Person],
    *,
    by: Person,
    at: datetime,
) -> None:
    """Let another gatekeeper say yes first, and a school panel member advise."""
    first = next(one for one in others if one.id != by.id)
    said = SUPPORTS[submission.id % len(SUPPORTS)]
    earlier = at - BETWEEN
    store_decision(session, submission, Outcome(Verb.SUPPORT, said), by=first, at=earlier)
    move(session, submission, to=State.TRIAGE, by=first.id, at=earlier)
    move(session, submission, to=State.IN_REVIEW, by=by.id, at=at)
    member = panel_of(session, submission.authority_id)[0]
    session.add(
        PanelVote(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            version_id=version.id,
            by_id=member,
            at=earlier,
            for_it=True,
            reason=ADVICE[submission.id % len(ADVICE)],
        )
    )


def panel_of(session: Session, authority_id: int) -> Sequence[int]:
    """Return the people of the schools' panel."""
    return session.scalars(
        sa.select(Membership.person_id)
        .where(Membership.authority_id == authority_id, Membership.role == Role.PANEL)
        .order_by(Membership.id)
    ).all()


def _manager_of(session: Session, submission: Submission) -> int:
    """Return the author's manager; who leads a team answers to the senior executive."""
    place = Membership.person_id == submission.author_id
    manager = session.scalars(
        sa.select(Membership.manager_id)
        .where(Membership.authority_id == submission.authority_id, place)
        .where(Membership.manager_id.is_not(None))
        .order_by(Membership.id)
        .limit(1)
    ).first()
    return (
        manager
        or session.scalars(
            sa.select(Membership.person_id)
            .where(
                Membership.authority_id == submission.authority_id,
                Membership.role == Role.EXECUTIVE,
            )
            .order_by(Membership.id)
            .limit(1)
        ).one()
    )
