"""Whose a submission is: its author's, and that of the author's team."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.hats import Hat
from directory.models import Membership, Person
from foundation.errors import Refusal
from gatekeeping.models import State, Submission


class NotYourSubmissionError(Refusal):
    """Somebody outside the team tries to change a submission."""

    sentence = "Only the author and colleagues of the same team can change this submission."


def of_the_team(hat: Hat) -> sa.ColumnElement[bool]:
    """Return the condition that a submission is this person's own or their team's."""
    mine = Submission.author_id == hat.person_id
    in_authority = Submission.authority_id == hat.authority_id
    if hat.team_id is None:
        return sa.and_(in_authority, mine)
    return sa.and_(in_authority, sa.or_(mine, Submission.team_id == hat.team_id))


def is_of_the_team(hat: Hat, submission: Submission) -> bool:
    """Tell the same of a submission that was read."""
    same_team = hat.team_id is not None and submission.team_id == hat.team_id
    return submission.author_id == hat.person_id or same_team


def serves_the_team(hat: Hat) -> sa.ColumnElement[bool]:
    """Return the condition that a submission of this person's team is joined to it."""
    child = aliased(Submission)
    mine = child.author_id == hat.person_id
    if hat.team_id is not None:
        mine = sa.or_(mine, child.team_id == hat.team_id)
    return sa.and_(
        Submission.authority_id == hat.authority_id,
        sa.exists().where(
            child.authority_id == hat.authority_id,
            child.merged_into_id == Submission.id,
            child.state == State.MERGED,
            mine,
        ),
    )


def check_may_write(session: Session, submission: Submission, person: Person) -> None:
    """Raise NotYourSubmissionError unless the person is the author or of the team today."""
    if person.id == submission.author_id:
        return
    colleague = sa.exists().where(
        Membership.authority_id == submission.authority_id,
        Membership.person_id == person.id,
        Membership.team_id == submission.team_id,
        Membership.ended_at.is_(None),
    )
    if submission.team_id is None or not session.scalar(sa.select(colleague)):
        raise NotYourSubmissionError
