"""Letting an emergency's number be valid longer than its 14 days (gatekeeping 4.9)."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation import clock
from foundation.dates import day
from foundation.db import wake
from foundation.errors import Refusal
from gatekeeping.afterwards.emergencies import (
    EXTENDABLE,
    NotAnEmergencyError,
    check_free,
    short_reason,
)
from gatekeeping.deciding.leases import AlreadyDoneError, lock, what_happened
from gatekeeping.deciding.recording import Outcome, made_before, store_decision
from gatekeeping.editions import protocol_of
from gatekeeping.letters import told
from gatekeeping.models import Decision, Submission, Track, Verb
from gatekeeping.registry.showing import show_standing


class ExtensionError(Refusal):
    """The new last day is not later, or lies beyond what an emergency may have in all."""


def extend(
    session: Session,
    submission: Submission,
    *,
    by: Person,
    until: date,
    reason: str,
    at: datetime,
    address: str,
) -> Decision:
    """Let an emergency's number be valid to a later day, 90 days in all at most.

    Raises ExtensionError with the last day that is possible, and what ``release`` raises.
    """
    reason = short_reason(reason, "Enter why it is still needed.")
    outcome = Outcome(Verb.EXTEND, f"Valid to {day(until)}. {reason}")
    lock(session, submission)
    made = made_before(session, submission, by, outcome)
    if made is not None and submission.expires_on == until:
        return made
    if submission.track is not Track.EMERGENCY:
        raise NotAnEmergencyError
    if submission.state not in EXTENDABLE:
        raise AlreadyDoneError(what_happened(session, submission))
    check_free(session, submission, by)
    last = last_day(session, submission)
    if submission.expires_on is not None and until <= submission.expires_on:
        raise ExtensionError(
            f"It is valid to {day(submission.expires_on)} already. Enter a later day.",
            field="until",
        )
    if until > last:
        raise ExtensionError(
            f"An emergency may not be valid longer than to {day(last)}. Enter that day or an "
            "earlier one, or have the officer submit an ordinary request.",
            field="until",
        )
    decision = store_decision(session, submission, outcome, by=by, at=at)
    submission.expires_on = until
    submission.updated_at = at
    show_standing(session, submission, at=at)
    wake(session, "letters")
    told.tell_author(session, submission, decision, at=at, address=address)
    return decision


def last_day(session: Session, submission: Submission) -> date:
    """Return the last day to which an emergency may be valid: 90 days after its release."""
    released = session.scalar(
        sa.select(sa.func.min(Decision.at)).where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
            Decision.verb == Verb.RELEASE,
        )
    )
    most = timedelta(days=protocol_of(session, submission.authority_id).emergency_most_days)
    return clock.local_date(released or submission.decided_at or submission.created_at) + most
