"""A school challenges what it received: the gate answers, and may suspend it.

Whoever may read the item may challenge it; one challenge at a time for each school and version.
None of the verbs commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Person, Role, School
from foundation.errors import NotFoundError, Refusal
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.deciding.deciders import SENDABLE
from gatekeeping.deciding.leases import lock
from gatekeeping.deciding.recording import audit_submission, checked_text
from gatekeeping.deciding.suspending import suspend
from gatekeeping.editions import protocol_of
from gatekeeping.letters.addressees import people_in, write_to
from gatekeeping.models import Ground, SchoolChallenge, Submission, SubmissionVersion

GROUNDS: Mapping[Ground, str] = {
    Ground.NOT_STATUTORY: "The law does not make us give this",
    Ground.ALREADY_GIVEN: "The council or the government has this already",
    Ground.TOO_MUCH: "It takes more work than it says, or than it is worth",
    Ground.TOO_SOON: "There is not enough time to answer",
    Ground.NOT_AS_APPROVED: "It is not what was approved",
    Ground.PERSONAL_DATA: "It asks for personal data that is not needed, or not safely",
    Ground.OTHER: "Something else",
}
DUTY = (
    "A duty that the law itself puts on you is never removed by this, nor any child-protection "
    "step."
)
ANSWERERS = (Role.GATEKEEPER, Role.EXECUTIVE)


class AnsweredError(Refusal):
    """Somebody answered the challenge before, and differently."""

    sentence = "This challenge has been answered already. Nothing was changed."


class NotSuspendableError(Refusal):
    """What was challenged is not with schools any more, so there is nothing to suspend."""

    sentence = (
        "There is no approval to suspend: it is not with schools now, or it went out as an "
        "emergency, which the review ends. Answer without suspending it."
    )


@dataclass(frozen=True)
class Raising:
    """Who challenges: a school, through one of its people."""

    school_id: int
    by: Person


def challenge(
    session: Session,
    version_id: int,
    *,
    who: Raising,
    ground: str,
    text: str,
    at: datetime,
    address: str,
) -> SchoolChallenge:
    """Ask the gate why the school was sent this version, which it must have received.

    The gatekeepers and the officer are told; with the fifth school also the executives. A school
    whose challenge of the same version is still open gets that one: nothing is sent twice. Raises
    MissingTextError.
    """
    if ground not in set(Ground):
        text = checked_text("", field="ground", missing="Choose why you challenge it.")
    text = checked_text(text, field="text", missing="Enter what is wrong with it.")
    submission, version = _challenged(session, who.by.authority_id, version_id)
    lock(session, submission)
    known = open_challenge(session, submission, version.version, who.school_id)
    if known is not None:
        return known
    made = SchoolChallenge(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        version=version.version,
        school_id=who.school_id,
        by_id=who.by.id,
        at=at,
        ground=Ground(ground),
        text=text,
    )
    session.add(made)
    session.flush()
    schools = schools_open(session, submission)
    _tell_gate(session, submission, made, schools, at=at, address=address)
    detail = {"challenge": made.id, "ground": ground, "school": who.school_id, "schools": schools}
    audit_submission(
        session, submission, "submission.challenged_by_school", by=who.by, at=at, detail=detail
    )
    return made


def answer(
    session: Session,
    made: SchoolChallenge,
    *,
    by: Person,
    upheld: bool,
    text: str,
    suspending: bool = False,
    at: datetime,
    address: str,
) -> None:
    """Answer a school; ``suspending`` pauses the approval in the same step.

    The school is told by mail and sees it on the item. A gatekeeper or executive without a stake
    answers. The same answer again changes nothing. Raises NotGatekeeperError, ConflictError,
    MissingTextError, AnsweredError, NotSuspendableError, and what ``suspend`` raises.
    """
    text = checked_text(text, field="answer", missing="Enter what you answer the school.")
    submission = made.submission
    lock(session, submission)
    session.refresh(made)
    if made.answered_at is not None:
        if (made.answered_by_id, made.answer, made.upheld) == (by.id, text, upheld):
            return
        raise AnsweredError
    check_may_decide(session, submission, by.id, roles=ANSWERERS)
    if suspending:
        _suspend(session, submission, by=by, reason=text, at=at, address=address)
    made.answered_by_id, made.answered_at = by.id, at
    made.answer, made.upheld, made.suspended = text, upheld, suspending
    session.flush()
    _tell_school(session, submission, made, at=at, address=address)
    detail = {"challenge": made.id, "upheld": upheld, "suspended": suspending}
    audit_submission(
        session, submission, "submission.challenge_answered", by=by, at=at, detail=detail
    )


def can_suspend(submission: Submission) -> bool:
    """Tell whether an approval can be suspended together with an answer."""
    return submission.state in SENDABLE


def open_challenge(
    session: Session, submission: Submission, version: int, school_id: int
) -> SchoolChallenge | None:
    """Return the challenge of this school and version that waits for an answer, if any."""
    return session.scalars(
        sa.select(SchoolChallenge)
        .where(
            SchoolChallenge.authority_id == submission.authority_id,
            SchoolChallenge.submission_id == submission.id,
            SchoolChallenge.version == version,
            SchoolChallenge.school_id == school_id,
            SchoolChallenge.answered_at.is_(None),
        )
        .order_by(SchoolChallenge.id)
        .limit(1)
    ).first()


def schools_open(session: Session, submission: Submission) -> int:
    """Return how many schools have an open challenge of this submission, any version."""
    found = session.scalar(
        sa.select(sa.func.count(SchoolChallenge.school_id.distinct())).where(
            SchoolChallenge.authority_id == submission.authority_id,
            SchoolChallenge.submission_id == submission.id,
            SchoolChallenge.answered_at.is_(None),
        )
    )
    return found or 0


def _challenged(
    session: Session, authority_id: int, version_id: int
) -> tuple[Submission, SubmissionVersion]:
    row = session.execute(
        sa.select(Submission, SubmissionVersion)
        .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .where(Submission.authority_id == authority_id, SubmissionVersion.id == version_id)
        .options(joinedload(Submission.author))
    ).first()
    if row is None:
        raise NotFoundError
    return row[0], row[1]


def _suspend(
    session: Session, submission: Submission, *, by: Person, reason: str, at: datetime, address: str
) -> None:
    if not can_suspend(submission):
        raise NotSuspendableError(field="suspending")
    reason = f"A school challenged it. {reason}"
    suspend(
        session,
        submission,
        by=by,
        version=submission.version,
        reason=reason,
        at=at,
        address=address,
    )


def _tell_gate(
    session: Session,
    submission: Submission,
    made: SchoolChallenge,
    schools: int,
    *,
    at: datetime,
    address: str,
) -> None:
    ground = f"{GROUNDS[made.ground]}."
    gatekeepers = people_in(session, submission.authority_id, Role.GATEKEEPER)
    link = f"{address}/challenges/{made.id}"
    write_to(session, submission, gatekeepers, "A school challenges this", [ground, link], at=at)
    write_to(
        session,
        submission,
        [submission.author],
        "A school challenges your request",
        [ground, "A gatekeeper answers the school. You need not do anything unless you are asked."],
        at=at,
    )
    if schools == protocol_of(session, submission.authority_id).challenges_raised:
        write_to(
            session,
            submission,
            people_in(session, submission.authority_id, Role.EXECUTIVE),
            f"{schools} schools challenge this",
            ["So many schools ask why they were sent it that you should look at it.", link],
            at=at,
        )


def _tell_school(
    session: Session, submission: Submission, made: SchoolChallenge, *, at: datetime, address: str
) -> None:
    school = session.get_one(School, made.school_id)
    found = "You are right." if made.upheld else "The gate does not agree with the challenge."
    stopped = "It is suspended: you need not answer it now." if made.suspended else ""
    write_to(
        session,
        submission,
        [made.by],
        "Your challenge was answered",
        [
            f"{school.name}: {GROUNDS[made.ground]}.",
            found,
            made.answer,
            stopped,
            DUTY,
            "Open the item in your inbox to see it there:",
            f"{address}/inbox",
        ],
        at=at,
    )
