"""Who may not decide a submission (gatekeeping 4.4), as far as the data knows.

The database refuses the same people by itself (migration 0015), so that nothing goes round this;
what stands here gives the person a sentence before it comes to that. Of somebody who acts for
another both are asked about.
"""

import enum
from collections.abc import Callable, Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.models import Membership, Person, PersonState, Role
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.interests import managers_of
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


ANOTHER = "Another gatekeeper must decide it."
SENTENCES = {
    Conflict.AUTHOR: f"You wrote this submission. {ANOTHER}",
    Conflict.ANSWERED: f"You answered a question for the officer. {ANOTHER}",
    Conflict.DRAFTED: f"You worked on this submission. {ANOTHER}",
    Conflict.ENDORSED: f"You endorsed this submission. {ANOTHER}",
    Conflict.TEAM: f"You belong to the team that asks. {ANOTHER}",
    Conflict.LINE: f"You are in the author’s line of management, above or below. {ANOTHER}",
    Conflict.BUDGET: f"You answer for the budget that gains from this. {ANOTHER}",
    Conflict.DECIDED: "You decided this before. Somebody else must look at it again.",
}
ACTING = "You act for somebody who has a stake in this submission. {another}"
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

ROLE_SENTENCES = {
    Role.GATEKEEPER: "Only a gatekeeper can do this.",
    Role.EXECUTIVE: "Only the senior executive can do this.",
    Role.PANEL: "Only a member of the school panel can do this.",
    Role.GOVERNANCE: "Only the data protection officer can do this.",
    Role.LEGAL: "Only a legal reviewer can do this.",
}
MOST_CANDIDATES = 200
Same = Callable[[sa.ColumnElement[int]], sa.ColumnElement[bool]]
"""Tells of a column of people's ids whether it names the person who is asked about."""


class ConflictError(Refusal):
    """The person has an interest in the outcome; ``conflict`` says which."""

    def __init__(self, conflict: Conflict, *, acting: bool = False) -> None:
        super().__init__(sentence_for(conflict, acting=acting))
        self.conflict = conflict


class NotGatekeeperError(Refusal):
    """Only somebody who has the role today, and is active, may look at and decide submissions."""

    sentence = ROLE_SENTENCES[Role.GATEKEEPER]


def sentence_for(conflict: Conflict, *, acting: bool = False) -> str:
    """Return what is said to somebody who has this conflict, themselves or by whom they act for."""
    return ACTING.format(another=ANOTHER) if acting else SENTENCES[conflict]


def conflict_of(
    session: Session, submission: Submission, person_id: int, *, afterwards: bool = False
) -> ConflictError | None:
    """Return why this person may not decide this submission, or None: one statement.

    The same team counts from the day the submission was begun: leaving the team later does not
    end the interest. Of a partner organisation every member counts. The line of management is
    that of today, beside what was noted when it was submitted. ``afterwards`` says that a
    decision is judged (after-review, appeal), from which those who made it are kept out; so they
    are after an appeal that quashed it.
    """
    own = _conflicts(submission, lambda column: column == person_id)
    own[Conflict.LINE] = sa.or_(own[Conflict.LINE], _in_line(submission, person_id))
    own[Conflict.DECIDED] = _decided(submission, person_id, afterwards=afterwards)
    acting = _acts_for(person_id)
    others = _conflicts(submission, lambda column: column.in_(acting))
    found = session.execute(
        sa.select(
            *(condition.label(name.value) for name, condition in own.items()),
            *(condition.label(f"acting_{name.value}") for name, condition in others.items()),
        )
    ).one()
    for conflict in Conflict:
        if getattr(found, conflict.value):
            return ConflictError(conflict)
    for conflict in others:
        if getattr(found, f"acting_{conflict.value}"):
            return ConflictError(conflict, acting=True)
    return None


def check_may_decide(
    session: Session,
    submission: Submission,
    person_id: int,
    *,
    roles: Collection[Role] = (Role.GATEKEEPER,),
    afterwards: bool = False,
) -> None:
    """Raise unless this person has one of the roles now, is active, and has no stake in it.

    Raises NotGatekeeperError or ConflictError. ``afterwards``: see ``conflict_of``.
    """
    if not has_role(session, submission.authority_id, person_id, roles):
        raise NotGatekeeperError(ROLE_SENTENCES.get(next(iter(roles))))
    conflict = conflict_of(session, submission, person_id, afterwards=afterwards)
    if conflict is not None:
        raise conflict


def may_decide(session: Session, submission: Submission, person_id: int, role: Role) -> bool:
    """Tell whether this person could decide it in this role now: one statement."""
    active = (
        sa.select(Person.id)
        .where(Person.id == person_id, Person.state == PersonState.ACTIVE)
        .where(Person.id.in_(_people_in(submission.authority_id, [role])))
        .exists()
    )
    own = _conflicts(submission, lambda column: column == person_id)
    acting = _acts_for(person_id)
    others = _conflicts(submission, lambda column: column.in_(acting))
    stakes = [*own.values(), *others.values(), _in_line(submission, person_id)]
    stakes.append(_decided(submission, person_id, afterwards=False))
    return bool(session.scalar(sa.select(sa.and_(active, ~sa.or_(*stakes)))))


def anyone_free(session: Session, submission: Submission, *, role: Role = Role.GATEKEEPER) -> bool:
    """Tell whether somebody active in this role could decide it: two statements as a rule."""
    candidates = session.scalars(
        sa.select(Person.id)
        .where(
            Person.authority_id == submission.authority_id,
            Person.id.in_(_people_in(submission.authority_id, [role])),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Person.id)
        .limit(MOST_CANDIDATES)
    ).all()
    return any(may_decide(session, submission, person_id, role) for person_id in candidates)


def is_gatekeeper(session: Session, authority_id: int, person_id: int) -> bool:
    """Tell whether the person is an active gatekeeper of this authority."""
    return has_role(session, authority_id, person_id, [Role.GATEKEEPER])


def has_role(session: Session, authority_id: int, person_id: int, roles: Collection[Role]) -> bool:
    """Tell whether the person is active and has one of the roles in this authority now."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists()
                .where(Membership.person_id == person_id, Membership.role.in_(list(roles)))
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
    """Put a refused attempt into the audit trail, whether a page, a command or a task made it.

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


def _people_in(authority_id: int, roles: Collection[Role]) -> sa.Select[tuple[int]]:
    return sa.select(Membership.person_id).where(
        Membership.authority_id == authority_id,
        Membership.role.in_(list(roles)),
        Membership.ended_at.is_(None),
    )


def _acts_for(person_id: int) -> sa.Select[tuple[int | None]]:
    return sa.select(Membership.acting_for_id).where(
        Membership.person_id == person_id,
        Membership.ended_at.is_(None),
        Membership.acting_for_id.is_not(None),
    )


def _conflicts(submission: Submission, same: Same) -> dict[Conflict, sa.ColumnElement[bool]]:
    """Return for each conflict the condition under which the person has it."""
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


def _in_line(submission: Submission, person_id: int) -> sa.ColumnElement[bool]:
    """Return whether one of the two is above the other, however far."""
    above_author = managers_of(submission.author_id, "above_author")
    above_person = managers_of(person_id, "above_person")
    return sa.or_(
        sa.exists().where(above_author.c.id == person_id),
        sa.exists().where(above_person.c.id == submission.author_id),
    )


def _decided(submission: Submission, person_id: int, *, afterwards: bool) -> sa.ColumnElement[bool]:
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
