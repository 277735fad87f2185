"""Who looks at a submission now: a gatekeeper claims it for two working hours and may renew that.

None of these commits; each locks the submission's row first, so that of two who come at once
the second sees what the first did.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation.dates import moment
from foundation.errors import Refusal
from gatekeeping.deadlines.working_days import working_moment
from gatekeeping.deciding.conflicts import check_may_decide
from gatekeeping.editions import protocol_of
from gatekeeping.models import Decision, PendingDecision, State, Submission, Track, Verb
from gatekeeping.moves import STATE_NAMES, WAITING, move

DONE = {
    Verb.APPROVE: "approved",
    Verb.APPROVE_WITH_CONDITIONS: "approved on conditions",
    Verb.SUPPORT: "supported",
    Verb.CHALLENGE: "asked a question about",
    Verb.RETURN: "returned",
    Verb.REDIRECT: "redirected",
    Verb.MERGE: "joined to another",
    Verb.TAKE_IN: "joined another to",
    Verb.REFUSE: "refused",
    Verb.ESCALATE: "gave to the senior executive",
    Verb.HAND_BACK: "handed back",
    Verb.SUSPEND: "suspended",
    Verb.RESUME: "resumed",
    Verb.RELEASE: "released as an emergency",
    Verb.EXTEND: "extended",
    Verb.RATIFY: "confirmed",
    Verb.RATIFY_WITH_LESSONS: "confirmed, with lessons,",
    Verb.NOT_RATIFY: "did not confirm",
    Verb.UPHOLD: "upheld the decision on",
    Verb.VARY: "varied the decision on",
    Verb.QUASH: "quashed the decision on",
}


class HeldError(Refusal):
    """Another gatekeeper holds the submission."""


class NotHeldError(Refusal):
    """The person does not hold the submission, so they may not decide it."""

    sentence = "Claim this submission first. What you typed is still here."


class AlreadyDoneError(Refusal):
    """Somebody was quicker; the sentence says who did what, and when."""


def claim(session: Session, submission: Submission, *, by: Person, at: datetime) -> None:
    """Take a submission for two working hours, or renew one's claim; TRIAGE becomes IN_REVIEW.

    A claim of somebody else whose hours are over may be taken, unless that person has decided and
    the seconds in which it can be undone still run. Raises HeldError naming who holds it until
    when, NotGatekeeperError, ConflictError, or AlreadyDoneError.
    """
    lock(session, submission)
    check_may_decide(session, submission, by.id)
    if submission.state not in {State.TRIAGE, State.IN_REVIEW}:
        raise AlreadyDoneError(what_happened(session, submission))
    if submission.state is State.IN_REVIEW and submission.claimed_by_id != by.id:
        if is_held(submission, at=at):
            raise HeldError(_holder(submission))
        check_undecided(session, submission, but=by)
        lapse(session, submission, at=at)
    if submission.state is State.TRIAGE:
        check_undecided(session, submission, but=by)  # light ones are approved without a claim
        move(session, submission, to=State.IN_REVIEW, by=by.id, at=at)
    submission.claimed_by_id = by.id
    submission.claimed_until = lease_end(session, submission, at=at)


def lease_end(session: Session, submission: Submission, *, at: datetime) -> datetime:
    """Return until when a claim made now lasts: so many working hours of the protocol.

    An emergency is claimed for as many hours of the clock, because it is answered at night too.
    """
    protocol = protocol_of(session, submission.authority_id)
    if submission.track is Track.EMERGENCY:
        return at + timedelta(hours=protocol.lease_hours)
    return working_moment(at, protocol.lease_hours)


def check_undecided(session: Session, submission: Submission, *, but: Person) -> None:
    """Raise HeldError while a decision of somebody else waits that its maker can still undo."""
    name = session.scalar(
        sa.select(Person.name)
        .join(PendingDecision, PendingDecision.by_id == Person.id)
        .where(
            PendingDecision.authority_id == submission.authority_id,
            PendingDecision.submission_id == submission.id,
            PendingDecision.refused_because == "",
            PendingDecision.by_id != but.id,
        )
        .limit(1)
    )
    if name is not None:
        raise HeldError(f"{name} has just decided this. It takes effect within a minute or two.")


def release(session: Session, submission: Submission, *, by: Person, at: datetime) -> None:
    """Give one's claim back: IN_REVIEW becomes TRIAGE. Without a claim nothing happens."""
    lock(session, submission)
    if submission.state is not State.IN_REVIEW or submission.claimed_by_id != by.id:
        return
    move(session, submission, to=State.TRIAGE, by=by.id, at=at)
    _free(submission)


def lapse(session: Session, submission: Submission, *, at: datetime) -> None:
    """Put a submission whose claim has run out back into the queue."""
    move(session, submission, to=State.TRIAGE, by=None, at=at, note="The claim ran out.")
    _free(submission)


def lock(session: Session, submission: Submission) -> None:
    """Read the submission's row afresh and keep others from changing it until the commit.

    So it is with what is joined to it, and with all that is joined to the same: taken in one order,
    two who work at both ends of a joining wait for each other and do not block.
    """
    session.flush()  # or reading afresh would undo what this transaction changed already
    lock_families(session, submission)
    session.refresh(submission, with_for_update={"of": Submission})


def lock_families(session: Session, *submissions: Submission) -> None:
    """Lock these, that to which they are joined, and all that is joined to either: by their ids."""
    first = submissions[0]
    roots = {one.merged_into_id or one.id for one in submissions}
    known = roots | {one.id for one in submissions}
    session.execute(
        sa.select(Submission.id)
        .where(
            Submission.authority_id == first.authority_id,
            sa.or_(Submission.id.in_(known), Submission.merged_into_id.in_(roots)),
        )
        .order_by(Submission.id)
        .with_for_update()
    )


def is_held(submission: Submission, *, at: datetime) -> bool:
    """Tell whether somebody's claim on the submission still runs."""
    return (
        submission.state is State.IN_REVIEW
        and submission.claimed_until is not None
        and submission.claimed_until > at
    )


def check_holds(
    session: Session, submission: Submission, *, version: int, by: Person, at: datetime
) -> None:
    """Raise unless this gatekeeper holds the submission and has seen its newest version.

    A claim that ran out while nobody else took the submission still counts: what was typed in
    good faith is not thrown away.
    """
    check_may_decide(session, submission, by.id)
    if submission.state not in WAITING or submission.state is State.CHALLENGED:
        raise AlreadyDoneError(what_happened(session, submission))
    if submission.version != version:
        raise AlreadyDoneError(
            f"This was changed since you opened it: it is version "
            f"{submission.version} now. Read it again before you decide."
        )
    if submission.state is State.IN_REVIEW and submission.claimed_by_id != by.id:
        if is_held(submission, at=at):
            raise HeldError(_holder(submission))
        raise NotHeldError
    if submission.state is not State.IN_REVIEW:
        raise NotHeldError


def what_happened(session: Session, submission: Submission) -> str:
    """Say in one sentence who did what to this submission last, and when."""
    last = session.execute(
        sa.select(Decision.verb, Decision.at, Person.name)
        .join(Person, Person.id == Decision.by_id)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(1)
    ).first()
    if last is None or submission.state in {State.DRAFT, State.WITHDRAWN}:
        return f"Nothing was changed: the submission is “{STATE_NAMES[submission.state].lower()}”."
    return f"Nothing was changed: {last.name} {DONE[last.verb]} this on {moment(last.at)}."


def _holder(submission: Submission) -> str:
    name = submission.claimed_by.name if submission.claimed_by else "Somebody"
    return f"{name} holds this until {moment(submission.claimed_until)}."


def _free(submission: Submission) -> None:
    submission.claimed_by_id = None
    submission.claimed_until = None
