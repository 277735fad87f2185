"""The conditions under which somebody has a stake in a submission (gatekeeping 4.4), as SQL."""

import enum
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from directory.models import Membership
from gatekeeping.deciding.interests import managers_of
from gatekeeping.models import (
    Attachment,
    Decision,
    Endorsement,
    Interest,
    Message,
    Stake,
    Submission,
    SubmissionVersion,
    Verb,
)


class Conflict(enum.StrEnum):
    """Why somebody may not decide."""

    AUTHOR = "author"
    ANSWERED = "answered"
    DRAFTED = "drafted"
    ENDORSED = "endorsed"
    TEAM = "team"
    LINE = "line"
    BUDGET = "budget"
    DECIDED = "decided"


OUTCOMES = frozenset(
    {
        Verb.APPROVE,
        Verb.APPROVE_WITH_CONDITIONS,
        Verb.SUPPORT,
        Verb.REDIRECT,
        Verb.MERGE,
        Verb.REFUSE,
        Verb.RELEASE,
        Verb.EXTEND,
    }
)
"""Whoever decided like this does not judge that decision afterwards."""

Same = Callable[[sa.ColumnElement[int]], sa.ColumnElement[bool]]
"""Tells of a column of people's ids whether it names the person who is asked about."""


def acts_for(person_id: int) -> sa.Select[tuple[int | None]]:
    """Return the query of those for whom somebody acts now."""
    return sa.select(Membership.acting_for_id).where(
        Membership.person_id == person_id,
        Membership.ended_at.is_(None),
        Membership.acting_for_id.is_not(None),
    )


def stakes_of(submission: Submission, same: Same) -> dict[Conflict, sa.ColumnElement[bool]]:
    """Return for each conflict the condition under which the person has it.

    The line of management is one step only, for which no recursion is needed: see ``in_line``.
    """
    return {
        Conflict.AUTHOR: sa.or_(
            same(sa.literal(submission.author_id)), _noted(submission, Stake.AUTHOR, same)
        ),
        Conflict.ANSWERED: sa.or_(
            sa.exists().where(
                Message.submission_id == submission.id,
                Message.is_answer.is_(True),
                same(Message.by_id.expression),
            ),
            _noted(submission, Stake.ANSWERED, same),
        ),
        Conflict.DRAFTED: sa.or_(
            _noted(submission, Stake.DRAFTED, same),
            sa.exists().where(
                SubmissionVersion.submission_id == submission.id,
                same(SubmissionVersion.submitted_by_id.expression),
            ),
            sa.exists().where(
                Attachment.submission_id == submission.id,
                same(Attachment.added_by_id.expression),
            ),
        ),
        Conflict.ENDORSED: sa.or_(
            _noted(submission, Stake.ENDORSED, same),
            sa.exists().where(
                Endorsement.submission_id == submission.id, same(Endorsement.by_id.expression)
            ),
        ),
        Conflict.TEAM: _colleague(submission, same),
        Conflict.LINE: sa.or_(
            _noted(submission, Stake.LINE, same), _next_in_line(submission, same)
        ),
        Conflict.BUDGET: _noted(submission, Stake.BUDGET, same),
    }


def _noted(submission: Submission, why: Stake, same: Same) -> sa.Exists:
    return sa.exists().where(
        Interest.submission_id == submission.id,
        Interest.why == why,
        same(Interest.person_id.expression),
    )


def _colleague(submission: Submission, same: Same) -> sa.Exists:
    theirs: list[sa.ColumnElement[bool]] = []
    if submission.team_id is not None:
        theirs.append(Membership.team_id == submission.team_id)
    if submission.organisation_id != submission.authority_id:
        theirs.append(Membership.organisation_id == submission.organisation_id)
    return sa.exists().where(
        same(Membership.person_id.expression),
        sa.or_(Membership.ended_at.is_(None), Membership.ended_at > submission.created_at),
        sa.or_(sa.false(), *theirs),
    )


def _next_in_line(submission: Submission, same: Same) -> sa.ColumnElement[bool]:
    """Return whether the person manages the author, or the author the person: one step."""
    above, below = aliased(Membership), aliased(Membership)
    return sa.or_(
        sa.exists().where(
            above.person_id == submission.author_id,
            above.ended_at.is_(None),
            same(above.manager_id.expression),  # type: ignore[arg-type]
        ),
        sa.exists().where(
            same(below.person_id.expression),
            # who reported to the author while it was written does so long enough
            sa.or_(below.ended_at.is_(None), below.ended_at > submission.created_at),
            below.manager_id == submission.author_id,
        ),
    )


def in_line(submission: Submission, person_id: int) -> sa.ColumnElement[bool]:
    """Return whether one of the two is above the other, however far."""
    above_author = managers_of(submission.author_id, "above_author")
    above_person = managers_of(person_id, "above_person")
    return sa.or_(
        sa.exists().where(above_author.c.id == person_id),
        sa.exists().where(above_person.c.id == submission.author_id),
    )


def decided(submission: Submission, person_id: int, *, afterwards: bool) -> sa.ColumnElement[bool]:
    """Return whether the person decided it before, where that counts."""
    own = sa.exists().where(
        Decision.submission_id == submission.id,
        Decision.by_id == person_id,
        Decision.verb.in_(sorted(OUTCOMES)),
    )
    if afterwards:
        return own
    quashed = aliased(Decision)
    return sa.exists().where(
        Decision.submission_id == submission.id,
        Decision.by_id == person_id,
        Decision.verb.in_(sorted(OUTCOMES)),
        quashed.submission_id == submission.id,
        quashed.verb == Verb.QUASH,
        quashed.id > Decision.id,
    )
