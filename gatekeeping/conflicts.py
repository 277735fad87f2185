"""Who may not decide a submission (gatekeeping 4.4), as far as the data knows.

The database refuses the same cases by itself (migration 0009), so that nothing goes round this;
what stands here gives the person a sentence before it comes to that.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, PersonState, Role
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.models import Attachment, Message, Submission, SubmissionVersion


class Conflict(enum.StrEnum):
    """Why somebody may not decide."""

    AUTHOR = "author"
    ANSWERED = "answered"
    DRAFTED = "drafted"
    TEAM = "team"


SENTENCES = {
    Conflict.AUTHOR: "You wrote this submission. Another gatekeeper must decide it.",
    Conflict.ANSWERED: (
        "You answered a question for the officer. Another gatekeeper must decide it."
    ),
    Conflict.DRAFTED: "You worked on this submission. Another gatekeeper must decide it.",
    Conflict.TEAM: "You belong to the team that asks. Another gatekeeper must decide it.",
}


class ConflictError(Refusal):
    """The person has an interest in the outcome; ``conflict`` says which."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(SENTENCES[conflict])
        self.conflict = conflict


class NotGatekeeperError(Refusal):
    """Only somebody who is a gatekeeper today may look at and decide submissions."""

    sentence = "Only a gatekeeper can do this."


def conflict_of(session: Session, submission: Submission, person_id: int) -> Conflict | None:
    """Return why this person may not decide this submission, or None: one statement at most.

    The same team counts from the day the submission was begun: leaving the team later does not
    end the interest. Of a partner organisation every member counts.
    """
    if person_id == submission.author_id:
        return Conflict.AUTHOR
    found = session.execute(
        sa.select(
            _answered(submission, person_id).label(Conflict.ANSWERED.value),
            _drafted(submission, person_id).label(Conflict.DRAFTED.value),
            _colleague(submission, person_id).label(Conflict.TEAM.value),
        )
    ).one()
    for conflict in (Conflict.ANSWERED, Conflict.DRAFTED, Conflict.TEAM):
        if getattr(found, conflict.value):
            return conflict
    return None


def check_may_decide(session: Session, submission: Submission, person_id: int) -> None:
    """Raise NotGatekeeperError or ConflictError unless this person may look at and decide it."""
    if not is_gatekeeper(session, submission.authority_id, person_id):
        raise NotGatekeeperError
    conflict = conflict_of(session, submission, person_id)
    if conflict is not None:
        raise ConflictError(conflict)


def is_gatekeeper(session: Session, authority_id: int, person_id: int) -> bool:
    """Tell whether the person is an active gatekeeper of this authority."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists()
                .where(Membership.person_id == person_id, Membership.role == Role.GATEKEEPER)
                .where(Membership.authority_id == authority_id, Membership.ended_at.is_(None))
                .where(Person.id == Membership.person_id, Person.state == PersonState.ACTIVE)
            )
        )
    )


def record_refused(
    session: Session,
    *,
    authority_id: int,
    submission_id: int,
    verb: str,
    refusal: Refusal,
    by: int,
    at: datetime,
) -> None:
    """Put a refused attempt into the audit trail.

    The refused transaction is rolled back first, by the edge; this belongs to a new one, which
    the edge commits.
    """
    audit.record(
        session,
        authority_id=authority_id,
        action="submission.refused_attempt",
        subject="submission",
        subject_id=submission_id,
        by=by,
        at=at,
        detail={
            "verb": verb,
            "refusal": type(refusal).__name__,
            "why": refusal.conflict.value if isinstance(refusal, ConflictError) else "",
        },
    )


def _answered(submission: Submission, person_id: int) -> sa.Exists:
    return sa.exists().where(
        Message.submission_id == submission.id,
        Message.is_answer.is_(True),
        Message.by_id == person_id,
    )


def _drafted(submission: Submission, person_id: int) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.exists().where(
            SubmissionVersion.submission_id == submission.id,
            SubmissionVersion.submitted_by_id == person_id,
        ),
        sa.exists().where(
            Attachment.submission_id == submission.id, Attachment.added_by_id == person_id
        ),
    )


def _colleague(submission: Submission, person_id: int) -> sa.Exists:
    same: list[sa.ColumnElement[bool]] = []
    if submission.team_id is not None:
        same.append(Membership.team_id == submission.team_id)
    if submission.organisation_id != submission.authority_id:
        same.append(Membership.organisation_id == submission.organisation_id)
    return sa.exists().where(
        Membership.person_id == person_id,
        sa.or_(Membership.ended_at.is_(None), Membership.ended_at > submission.created_at),
        sa.or_(sa.false(), *same),
    )
