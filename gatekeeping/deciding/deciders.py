"""Who may use which verb on what: role, state, version and claim, asked in one place."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from directory.models import Person, Role
from gatekeeping.deciding.conflicts import anyone_free, check_may_decide
from gatekeeping.deciding.leases import AlreadyDoneError, check_holds, lock, what_happened
from gatekeeping.deciding.recording import Outcome, made_before
from gatekeeping.models import Decision, State, Submission, Track, Verb
from gatekeeping.moves import move

S = State
REVIEWED = frozenset({S.IN_REVIEW, S.ESCALATED})
SUSPENDERS = (Role.GATEKEEPER, Role.EXECUTIVE)
"""Both may stop what is with schools: challenges of many schools go to the executive."""
SENDABLE = frozenset({S.APPROVED, S.SCHEDULED, S.LIVE, S.CLOSED})

YES = frozenset({Verb.APPROVE, Verb.APPROVE_WITH_CONDITIONS})

ALLOWED: Mapping[Verb, frozenset[State]] = {
    Verb.APPROVE: REVIEWED | {S.APPROVED_COND, S.SUSPENDED},
    Verb.APPROVE_WITH_CONDITIONS: REVIEWED,
    Verb.CHALLENGE: frozenset({S.IN_REVIEW}),
    Verb.RETURN: frozenset({S.IN_REVIEW}),
    Verb.REDIRECT: REVIEWED,
    Verb.MERGE: REVIEWED,
    Verb.REFUSE: REVIEWED | {S.SUSPENDED},
    Verb.ESCALATE: frozenset({S.IN_REVIEW}),
    Verb.HAND_BACK: frozenset({S.ESCALATED}),
    Verb.SUSPEND: SENDABLE,
    Verb.RESUME: frozenset({S.SUSPENDED}),
}
"""From which states each verb leads (gatekeeping 4.2, 4.7). LIGHT is released from TRIAGE too."""


def begin(
    session: Session,
    submission: Submission,
    outcome: Outcome,
    *,
    by: Person,
    version: int,
    at: datetime,
    after: Collection[State],
) -> Decision | None:
    """Lock the submission and ask whether ``by`` may decide so about the version they have read.

    Returns the same decision when this person made it before and it brought the submission where
    it is (``after``): a form posted twice. Raises NotGatekeeperError, ConflictError, HeldError,
    NotHeldError or AlreadyDoneError.
    """
    lock(session, submission)
    made = made_before(session, submission, by, outcome)
    if made is not None and submission.state in after:
        return made
    if outcome.verb in YES and submission.state is S.TRIAGE:
        made = made_before(session, submission, by, replace(outcome, verb=Verb.SUPPORT))
        if made is not None:
            return made
    admit(session, submission, outcome.verb, by=by, version=version, at=at)
    return None


def admit(
    session: Session, submission: Submission, verb: Verb, *, by: Person, version: int, at: datetime
) -> None:
    """Raise unless this person may use this verb now; the submission's row is locked already."""
    unclaimed = released_unclaimed(submission, verb)
    leads_on = unclaimed or submission.state in ALLOWED[verb]
    if submission.state in {S.TRIAGE, S.IN_REVIEW} and not unclaimed:
        check_holds(session, submission, version=version, by=by, at=at)
    else:
        roles = SUSPENDERS if verb is Verb.SUSPEND else roles_in(session, submission)
        check_may_decide(session, submission, by.id, roles=roles)
        if submission.version != version and leads_on:
            raise AlreadyDoneError(
                f"This was changed since you opened it: it is version "
                f"{submission.version} now. Read it again before you decide."
            )
    if not leads_on:
        raise AlreadyDoneError(what_happened(session, submission))
    if unclaimed:
        move(session, submission, to=S.IN_REVIEW, by=by.id, at=at)


def released_unclaimed(submission: Submission, verb: Verb) -> bool:
    """Tell whether it is light and free: any gatekeeper releases that without claiming first."""
    return verb is Verb.APPROVE and submission.state is S.TRIAGE and submission.track is Track.LIGHT


def roles_in(session: Session, submission: Submission) -> tuple[Role, ...]:
    """Return who decides in this state: gatekeepers, or the executive.

    The executive decides what was escalated, and afterwards what no gatekeeper is neutral about.
    """
    if submission.state is S.ESCALATED:
        return (Role.EXECUTIVE,)
    if submission.state in {S.APPROVED_COND, S.SUSPENDED, *SENDABLE} and not anyone_free(
        session, submission
    ):
        return (Role.EXECUTIVE,)
    return (Role.GATEKEEPER,)
