"""Who hears an appeal: three people, two at least from schools, none with a stake (4.4, 4.8).

The senior executive appoints them. Nobody's coming or going ever decides anything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import ROLE_NAMES, Membership, Person, PersonState, Role, School
from foundation import audit
from foundation.dates import day
from foundation.errors import Refusal
from gatekeeping.deciding.conflicts import OUTCOMES, check_may_decide
from gatekeeping.deciding.leases import AlreadyDoneError, lock, what_happened
from gatekeeping.letters.addressees import write_to
from gatekeeping.models import Appeal, AppealMember, Decision, Interest, State, Submission

SEATS, FROM_SCHOOLS = 3, 2
PANEL = (Role.PANEL,)
COUNCIL = (Role.GATEKEEPER, Role.EXECUTIVE)
"""Who may take the one seat that need not be a school's."""
MOST = 300


class PanelError(Refusal):
    """The panel would not have three people, two of them from schools; ``field`` may name one."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be appointed; ``place`` is the school, or the role at the council."""

    person_id: int
    name: str
    place: str
    from_school: bool


def candidates(session: Session, appeal: Appeal, *, but: int) -> list[Candidate]:
    """Return who may be asked to sit: no stake noted, no part in the decision, not on it yet.

    ``but`` is whoever appoints. One statement; ``appoint`` asks for every conflict.
    """
    ruled_out = sa.union(
        sa.select(Interest.person_id).where(
            Interest.authority_id == appeal.authority_id,
            Interest.submission_id == appeal.submission_id,
        ),
        sa.select(Decision.by_id).where(
            Decision.authority_id == appeal.authority_id,
            Decision.submission_id == appeal.submission_id,
            Decision.verb.in_(OUTCOMES),
        ),
        sa.select(AppealMember.person_id).where(AppealMember.appeal_id == appeal.id),
    )
    rows = session.execute(
        sa.select(Membership.person_id, Person.name, Membership.role, School.name.label("school"))
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(School, School.id == Membership.school_id)
        .where(
            Membership.authority_id == appeal.authority_id,
            Membership.ended_at.is_(None),
            Membership.role.in_([*PANEL, *COUNCIL]),
            Person.state == PersonState.ACTIVE,
            Person.id != but,
            Person.id.not_in(ruled_out),
        )
        .order_by(Person.name, Membership.person_id, Membership.id)
        .limit(MOST)
    ).all()
    return [
        Candidate(
            row.person_id, row.name, row.school or ROLE_NAMES[row.role], row.role is Role.PANEL
        )
        for row in rows
    ]


def appoint(
    session: Session,
    appeal: Appeal,
    people: Collection[int],
    *,
    by: Person,
    at: datetime,
    address: str,
) -> None:
    """Let these people hear the appeal, so that three sit: two at least from schools.

    Members who may not vote any more give up their seats first; a vote they gave stays on record
    and does not count. Appointing never decides anything. Raises NotGatekeeperError, ConflictError
    (of the appointer, or of somebody appointed), PanelError, AlreadyDoneError.
    """
    submission = appeal.submission
    lock(session, submission)
    check_may_decide(session, submission, by.id, roles=(Role.EXECUTIVE,), afterwards=True)
    if appeal.ended_at is not None or submission.state is not State.APPEAL:
        raise AlreadyDoneError(what_happened(session, submission))
    seated = _vacate(session, appeal)
    known = {member.person_id for member in appeal.members}
    fresh = [person_id for person_id in dict.fromkeys(people) if person_id not in known]
    if not fresh and len(seated) == SEATS:  # posted twice
        return
    if by.id in fresh:
        raise PanelError("You appoint the panel, so you cannot sit on it.", field="people")
    schools = {person_id: _sits_for_school(session, submission, person_id) for person_id in fresh}
    from_schools = sum(schools.values()) + sum(member.from_school for member in seated)
    if len(seated) + len(fresh) != SEATS or from_schools < FROM_SCHOOLS:
        raise PanelError(
            f"Choose {SEATS} different people for the panel, at least {FROM_SCHOOLS} of them from "
            "schools.",
            field="people",
        )
    for person_id, from_school in schools.items():
        session.add(
            AppealMember(
                authority_id=appeal.authority_id,
                appeal_id=appeal.id,
                person_id=person_id,
                from_school=from_school,
                appointed_by_id=by.id,
                appointed_at=at,
            )
        )
    session.flush()
    session.expire(appeal, ["members"])
    _audit(session, appeal, "appeal.appointed", fresh, by=by, at=at)
    _invite(session, appeal, fresh, at=at, address=address)


def remove(session: Session, appeal: Appeal, member_id: int, *, by: Person, at: datetime) -> None:
    """Take somebody off the panel who has not voted yet; it never completes a decision.

    Gone already, nothing happens. Raises NotGatekeeperError, ConflictError, PanelError after the
    vote.
    """
    submission = appeal.submission
    lock(session, submission)
    check_may_decide(session, submission, by.id, roles=(Role.EXECUTIVE,), afterwards=True)
    member = next((each for each in appeal.members if each.id == member_id), None)
    if member is None:
        return
    if member.vote is not None:
        raise PanelError("This member has voted already, and a vote is never taken away.")
    _audit(session, appeal, "appeal.removed", [member.person_id], by=by, at=at)
    session.delete(member)
    session.flush()
    session.expire(appeal, ["members"])


def may_sit(session: Session, submission: Submission, member: AppealMember) -> Refusal | None:
    """Return why this member may not vote now, or None: the role, or a stake; three statements."""
    roles = _roles(member)
    try:
        check_may_decide(session, submission, member.person_id, roles=roles, afterwards=True)
    except Refusal as refusal:
        return refusal
    return None


def seated(session: Session, appeal: Appeal, members: Sequence[AppealMember]) -> list[AppealMember]:
    """Return, for a page, which members have their role still: one statement.

    A stake that somebody got since is asked for too once everybody voted and nothing is decided.
    """
    having = set(
        session.execute(
            sa.select(Membership.person_id, Membership.role)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.authority_id == appeal.authority_id,
                Membership.person_id.in_([member.person_id for member in members]),
                Membership.role.in_([*PANEL, *COUNCIL]),
                Membership.ended_at.is_(None),
                Person.state == PersonState.ACTIVE,
            )
        ).tuples()
    )
    found = [
        member
        for member in members
        if any((member.person_id, role) in having for role in _roles(member))
    ]
    if found and all(member.vote is not None for member in found):
        return [each for each in found if may_sit(session, appeal.submission, each) is None]
    return found


def _roles(member: AppealMember) -> tuple[Role, ...]:
    return PANEL if member.from_school else COUNCIL


def _sits_for_school(session: Session, submission: Submission, person_id: int) -> bool:
    """Tell whether this person would take a school's seat; refuse whoever may take none."""
    try:
        check_may_decide(session, submission, person_id, roles=PANEL, afterwards=True)
    except Refusal:
        # their stake counts in every role: it is raised here
        check_may_decide(session, submission, person_id, roles=COUNCIL, afterwards=True)
        return False
    return True


def _vacate(session: Session, appeal: Appeal) -> list[AppealMember]:
    """Take away who may not sit any more and has not voted; return who sits."""
    seated = []
    for member in list(appeal.members):
        if may_sit(session, appeal.submission, member) is None:
            seated.append(member)
        elif member.vote is None:
            session.delete(member)
    session.flush()
    session.expire(appeal, ["members"])
    return seated


def _invite(
    session: Session, appeal: Appeal, people: Collection[int], *, at: datetime, address: str
) -> None:
    invited = session.scalars(sa.select(Person).where(Person.id.in_(people))).all()
    write_to(
        session,
        appeal.submission,
        invited,
        "You are asked to hear an appeal",
        [
            "A decision of the gate is appealed against, and you are one of three who decide.",
            f"Read the file and give your vote with its reasons by {day(appeal.hear_by)}.",
            f"{address}/appeals/{appeal.id}",
        ],
        at=at,
    )


def _audit(
    session: Session,
    appeal: Appeal,
    action: str,
    people: Collection[int],
    *,
    by: Person,
    at: datetime,
) -> None:
    audit.record(
        session,
        authority_id=appeal.authority_id,
        action=action,
        subject="appeal",
        subject_id=appeal.id,
        by=by.id,
        at=at,
        detail={"people": sorted(people), "submission": appeal.submission_id},
    )
