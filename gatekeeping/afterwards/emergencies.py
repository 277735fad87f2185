"""Emergencies: out first, judged afterwards (gatekeeping 4.9).

Each verb makes its change and records it, or raises a Refusal and changes nothing. None commits.
The stake rule of 4.4 is never waived, however urgent it is: who may not, is told who may.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from directory.models import Person, Role
from foundation import clock
from foundation.dates import day, moment
from foundation.db import wake
from foundation.errors import Refusal
from foundation.outbox import publish
from gatekeeping.afterwards.emergency_route import ORDINARY
from gatekeeping.assessment import assess
from gatekeeping.deadlines import sla
from gatekeeping.deciding.conflicts import ANOTHER, ConflictError, check_may_decide, conflict_of
from gatekeeping.deciding.leases import AlreadyDoneError, lock, what_happened
from gatekeeping.deciding.recording import (
    MissingTextError,
    Outcome,
    checked_text,
    made_before,
    newest_version,
    store_decision,
)
from gatekeeping.documents import SubmissionDocument
from gatekeeping.editions import protocol_of
from gatekeeping.events import SubmissionApproved
from gatekeeping.letters import told
from gatekeeping.letters.addressees import people_in, write_to
from gatekeeping.models import Decision, State, Submission, Track, Verb
from gatekeeping.moves import move

S = State
WAITING = frozenset({S.TRIAGE, S.IN_REVIEW, S.ESCALATED})
"""An emergency that was not answered yet is in one of these."""
RELEASED = frozenset(
    {
        S.EMERGENCY_RELEASED,
        S.AFTER_REVIEW,
        S.RATIFIED,
        S.RATIFIED_WITH_LESSONS,
        S.NOT_RATIFIED,
    }
)
EXTENDABLE = RELEASED - {S.NOT_RATIFIED}
LONGEST_REASON = 500


class StakeError(ConflictError):
    """Somebody with a stake would release; the sentence says who else may be asked."""

    def __init__(self, found: ConflictError, ask: str) -> None:
        super().__init__(found.conflict)
        self.args = (f"{str(found).replace(ANOTHER, '').strip()} {ask}",)


class NotAnEmergencyError(Refusal):
    """The submission is not on the emergency track."""

    sentence = "This is not an emergency. It is decided like any other submission."


def is_waiting(submission: Submission) -> bool:
    """Tell whether this is an emergency that waits for the executive's answer."""
    return submission.track is Track.EMERGENCY and submission.state in WAITING


def announce(session: Session, submission: Submission, *, at: datetime, address: str) -> None:
    """Tell every executive and gatekeeper at once that an emergency waits, before other mail.

    Call it when something was submitted; for what is no waiting emergency it does nothing.
    """
    if not is_waiting(submission):
        return
    when = f"by {moment(submission.state_due_at)}" if submission.state_due_at else "within the hour"
    people = people_in(session, submission.authority_id, Role.EXECUTIVE, Role.GATEKEEPER)
    write_to(
        session,
        submission,
        people,
        "Emergency",
        [
            f"{told_by(submission)} asks to send this as an emergency. Please answer {when}.",
            "The senior executive releases it, or has it judged as an ordinary submission.",
            f"{address}/emergencies/{submission.id}",
        ],
        at=at,
        urgent=True,
    )


def release(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str,
    at: datetime,
    address: str,
) -> Decision:
    """Send an emergency now; its number is valid for 14 days, and a review follows.

    ``reason`` has at most 500 characters. Releasing the same again changes nothing. Raises
    NotGatekeeperError, ConflictError (which says who else may be asked), MissingTextError,
    NotAnEmergencyError, AlreadyDoneError.
    """
    outcome = Outcome(Verb.RELEASE, short_reason(reason, "Enter why it cannot wait."))
    lock(session, submission)
    made = made_before(session, submission, by, outcome)
    if made is not None and submission.state in RELEASED:
        return made
    _admit(session, submission, by=by, version=version)
    valid = timedelta(days=protocol_of(session, submission.authority_id).emergency_valid_days)
    submission.expires_on = clock.local_date(at) + valid
    decision = store_decision(session, submission, outcome, by=by, at=at)
    move(session, submission, to=S.EMERGENCY_RELEASED, by=by.id, at=at)
    submission.decided_at = at
    submission.claimed_by_id = submission.claimed_until = None
    event = SubmissionApproved(submission.authority_id, submission.id, decision.version_id)
    publish(session, event, at=at)
    wake(session, "letters")
    told.tell_author(session, submission, decision, at=at, address=address)
    _ask_for_review(session, submission, by, at=at, address=address)
    return decision


def judge_as_ordinary(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    version: int,
    reason: str,
    at: datetime,
    address: str,
) -> Decision:
    """Put an emergency back among ordinary submissions: the track is what it is without haste.

    It keeps its place and its claim. Raises what ``release`` raises.
    """
    outcome = Outcome(
        Verb.HAND_BACK, short_reason(reason, "Enter why it is no emergency."), code=ORDINARY
    )
    lock(session, submission)
    made = made_before(session, submission, by, outcome)
    if made is not None and submission.track is not Track.EMERGENCY:
        return made
    _admit(session, submission, by=by, version=version)
    decision = store_decision(session, submission, outcome, by=by, at=at)
    document = SubmissionDocument.read(newest_version(session, submission).document)
    judged = assess(session, submission.authority_id, document, at=at, submission_id=submission.id)
    submission.track = judged.track
    if submission.state is S.ESCALATED:
        move(session, submission, to=S.IN_REVIEW, by=by.id, at=at)
    if submission.state is S.IN_REVIEW and submission.claimed_by_id is None:
        move(session, submission, to=S.TRIAGE, by=by.id, at=at)
    sla.restart(session, submission, was=Track.EMERGENCY, at=at)
    submission.updated_at = at
    write_to(
        session,
        submission,
        [submission.author],
        "Not an emergency",
        [
            outcome.reason,
            f"It is judged as an ordinary submission, track {judged.track.value.lower()}.",
            "You need not do anything.",
            f"{address}/submissions/{submission.id}",
        ],
        at=at,
    )
    return decision


def free_executives(session: Session, submission: Submission, *, but: int) -> Sequence[Person]:
    """Return the other executives who have no stake in it: a statement for each of the few."""
    return [
        person
        for person in people_in(session, submission.authority_id, Role.EXECUTIVE)
        if person.id != but and conflict_of(session, submission, person.id) is None
    ]


def told_by(submission: Submission) -> str:
    """Return who asks, in words: the team with its organisation."""
    organisation = submission.organisation.name
    return f"{submission.team.name}, {organisation}" if submission.team else organisation


def _admit(session: Session, submission: Submission, *, by: Person, version: int) -> None:
    if submission.state not in WAITING:
        raise AlreadyDoneError(what_happened(session, submission))
    if submission.track is not Track.EMERGENCY:
        raise NotAnEmergencyError
    check_free(session, submission, by)
    if submission.version != version:
        raise AlreadyDoneError(
            f"The officer has changed this since you opened it: it is version "
            f"{submission.version} now. Read it again before you decide."
        )


def check_free(session: Session, submission: Submission, by: Person) -> None:
    """Raise unless this is an executive without a stake; the refusal says who else may be asked."""
    try:
        check_may_decide(session, submission, by.id, roles=(Role.EXECUTIVE,))
    except ConflictError as conflict:
        free = [person.name for person in free_executives(session, submission, but=by.id)]
        ask = (
            f"Ask {' or '.join(free)}."
            if free
            else "Nobody else who may release it is free of a stake: ask an administrator to name "
            "another senior executive or deputy now."
        )
        raise StakeError(conflict, ask) from None


def short_reason(reason: str, missing: str) -> str:
    """Return the reason; MissingTextError when it is empty or longer than ``LONGEST_REASON``."""
    reason = checked_text(reason, field="reason", missing=missing)
    if len(reason) > LONGEST_REASON:
        raise MissingTextError(
            f"Use {LONGEST_REASON} characters at most; you have used {len(reason)}.",
            field="reason",
        )
    return reason


def _ask_for_review(
    session: Session, submission: Submission, by: Person, *, at: datetime, address: str
) -> None:
    """Tell the gatekeepers that a review is owed, but not whoever released it."""
    gatekeepers = people_in(session, submission.authority_id, Role.GATEKEEPER)
    start = f", and begins by {day(submission.state_due_at)}" if submission.state_due_at else ""
    write_to(
        session,
        submission,
        [person for person in gatekeepers if person.id != by.id],
        "Review this emergency",
        [
            "This went to schools as an emergency.",
            f"A gatekeeper without a stake in it reviews whether that was right{start}.",
            f"{address}/emergencies/{submission.id}",
        ],
        at=at,
    )
