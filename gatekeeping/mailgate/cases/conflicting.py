"""Who may not decide about a message: its sender, the sender's team, the line of management.

The same people as for submissions (gatekeeping 4.4), by what a case knows of its sender. Of
somebody who acts for another both are asked about.
"""

import enum
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Membership, Person, Role, Team
from foundation import audit
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import ROLE_SENTENCES, NotGatekeeperError, has_role
from gatekeeping.deciding.interests import managers_of
from gatekeeping.letters.addressees import people_in
from gatekeeping.models import BypassCase

DECIDERS: Final = (Role.GATEKEEPER, Role.EXECUTIVE)
"""Who decides about held mail; what is raised to the executives they may decide themselves."""
MOST_ASKED: Final = 5


class CaseConflict(enum.StrEnum):
    """Why somebody may not decide."""

    SENDER = "sender"
    TEAM = "team"
    LINE = "line"


SENTENCES: Final = {
    CaseConflict.SENDER: "You, or somebody for whom you act, sent this message.",
    CaseConflict.TEAM: "You, or somebody for whom you act, belong to the sender’s team.",
    CaseConflict.LINE: "You are in the sender’s line of management, above or below.",
}


class CaseConflictError(Refusal):
    """The person has an interest in the outcome; ``conflict`` says which."""

    def __init__(self, conflict: CaseConflict, ask: str = "Somebody else must decide.") -> None:
        super().__init__(f"{SENTENCES[conflict]} {ask}")
        self.conflict = conflict


def conflict_of(session: Session, case: BypassCase, person_id: int) -> CaseConflictError | None:
    """Return why this person may not decide about a case, or None: one statement.

    Whoever was in the team when the message was sent, or came to it since, is of the team.
    """
    asked = _asked(person_id)
    conditions = {
        CaseConflict.SENDER: _sent(case, asked),
        CaseConflict.TEAM: _colleague(case, asked),
        CaseConflict.LINE: _in_line(case, person_id),
    }
    found = session.execute(
        sa.select(*(condition.label(name.value) for name, condition in conditions.items()))
    ).one()
    for conflict in CaseConflict:
        if getattr(found, conflict.value):
            return CaseConflictError(conflict)
    return None


def check_may_decide(
    session: Session,
    case: BypassCase,
    person_id: int,
    *,
    roles: Collection[Role] = DECIDERS,
) -> None:
    """Raise unless this person has one of the roles now, is active, and has no stake in it.

    Raises NotGatekeeperError or CaseConflictError, which names others in the first role to ask.
    """
    first = next(iter(roles))
    if not has_role(session, case.authority_id, person_id, roles):
        raise NotGatekeeperError(ROLE_SENTENCES.get(first))
    found = conflict_of(session, case, person_id)
    if found is not None:
        raise CaseConflictError(found.conflict, _ask(session, case, first, but=person_id))


def free_people(session: Session, case: BypassCase, role: Role, *, but: int) -> Sequence[Person]:
    """Return some others in a role who have no stake in a case; a statement for each."""
    found: list[Person] = []
    for person in people_in(session, case.authority_id, role):
        if person.id != but and conflict_of(session, case, person.id) is None:
            found.append(person)
        if len(found) == MOST_ASKED:
            break
    return found


def record_refused(
    session: Session,
    case_id: int,
    *,
    authority_id: int,
    verb: str,
    refusal: Refusal,
    by: int | None,
    at: datetime,
) -> None:
    """Put a refused attempt into the audit trail.

    The refused transaction is rolled back first, by the edge; this belongs to a new one, which
    the edge commits.
    """
    why = refusal.conflict.value if isinstance(refusal, CaseConflictError) else ""
    audit.record(
        session,
        authority_id=authority_id,
        action="bypass.refused_attempt",
        subject="bypass_case",
        subject_id=case_id,
        by=by,
        at=at,
        detail={"verb": verb, "refusal": type(refusal).__name__, "why": why},
    )


def _ask(session: Session, case: BypassCase, role: Role, *, but: int) -> str:
    names = [person.name for person in free_people(session, case, role, but=but)]
    if names:
        return f"Ask {' or '.join(names)}."
    return "Nobody else who may decide it is free of a stake: ask an administrator to name one."


def _asked(person_id: int) -> sa.Select[tuple[int]]:
    """Return the query of the person and of those for whom they act."""
    acts_for = sa.select(Membership.acting_for_id).where(
        Membership.person_id == person_id,
        Membership.ended_at.is_(None),
        Membership.acting_for_id.is_not(None),
    )
    return sa.select(Person.id).where(sa.or_(Person.id == person_id, Person.id.in_(acts_for)))


def _sent(case: BypassCase, asked: sa.Select[tuple[int]]) -> sa.ColumnElement[bool]:
    same = sa.or_(Person.id == case.sender_id, Person.email == case.sender)
    return sa.exists().where(Person.authority_id == case.authority_id, same, Person.id.in_(asked))


def _colleague(case: BypassCase, asked: sa.Select[tuple[int]]) -> sa.ColumnElement[bool]:
    team: sa.ColumnElement[bool] = Membership.team_id == case.team_id
    if case.team_id is None:
        named = sa.select(Team.id).where(
            Team.authority_id == case.authority_id, Team.name == case.team, Team.name != ""
        )
        team = Membership.team_id.in_(named)
    return sa.exists().where(
        Membership.authority_id == case.authority_id,
        team,
        Membership.person_id.in_(asked),
        sa.or_(Membership.ended_at.is_(None), Membership.ended_at > case.received_at),
    )


def _in_line(case: BypassCase, person_id: int) -> sa.ColumnElement[bool]:
    if case.sender_id is None:
        return sa.false()
    above_sender = managers_of(case.sender_id, "above_sender")
    above_person = managers_of(person_id, "above_person")
    return sa.or_(
        sa.exists().where(above_sender.c.id.in_(_asked(person_id))),
        sa.exists().where(above_person.c.id == case.sender_id),
    )
