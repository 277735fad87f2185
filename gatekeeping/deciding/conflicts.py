"""Who may not decide a submission (gatekeeping 4.4), as far as the data knows.

The database refuses the same people by itself (migration 0015), so that nothing goes round this;
what stands here gives the person a sentence before it comes to that. Of somebody who acts for
another both are asked about.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, PersonState, Role
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.deciding.stakes import OUTCOMES, Conflict, acts_for, decided, in_line, stakes_of
from gatekeeping.models import Submission

__all__ = [
    "OUTCOMES",
    "Conflict",
    "ConflictError",
    "NotGatekeeperError",
    "anyone_free",
    "check_may_decide",
    "conflict_of",
    "has_role",
    "is_gatekeeper",
    "may_decide",
    "record_refused",
    "sentence_for",
]

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
ROLE_SENTENCES = {
    Role.GATEKEEPER: "Only a gatekeeper can do this.",
    Role.EXECUTIVE: "Only the senior executive can do this.",
    Role.PANEL: "Only a member of the school panel can do this.",
    Role.GOVERNANCE: "Only the data protection officer can do this.",
    Role.LEGAL: "Only a legal reviewer can do this.",
}
MOST_CANDIDATES = 200


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
    own = stakes_of(submission, lambda column: column == person_id)
    own[Conflict.LINE] = sa.or_(own[Conflict.LINE], in_line(submission, person_id))
    own[Conflict.DECIDED] = decided(submission, person_id, afterwards=afterwards)
    acting = acts_for(person_id)
    others = stakes_of(submission, lambda column: column.in_(acting))
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
    own = stakes_of(submission, lambda column: column == person_id)
    acting = acts_for(person_id)
    others = stakes_of(submission, lambda column: column.in_(acting))
    stakes = [*own.values(), *others.values(), in_line(submission, person_id)]
    stakes.append(decided(submission, person_id, afterwards=False))
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
