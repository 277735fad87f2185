"""How far schools may rely on a number: its standing in one word, and what to tell them of it."""

import enum
from collections.abc import Mapping
from datetime import date

from foundation.dates import day
from gatekeeping.models import Kind, State, Submission


class Standing(enum.StrEnum):
    """The answer about a number in one word."""

    UNREADABLE = "unreadable"
    WRONG_CHECK = "wrong_check"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    REFUSED = "refused"
    JOINED = "joined"
    SUSPENDED = "suspended"
    NOT_CONFIRMED = "not_confirmed"
    OTHER_VERSION = "other_version"
    EXPIRED = "expired"
    EMERGENCY = "emergency"
    CURRENT = "current"


STANDINGS: Mapping[State, Standing] = {
    State.DRAFT: Standing.WAITING,
    State.SUBMITTED: Standing.WAITING,
    State.RETURNED: Standing.WAITING,
    State.TRIAGE: Standing.WAITING,
    State.IN_REVIEW: Standing.WAITING,
    State.CHALLENGED: Standing.WAITING,
    State.ESCALATED: Standing.WAITING,
    State.APPROVED_COND: Standing.WAITING,
    State.APPROVED: Standing.CURRENT,
    State.SCHEDULED: Standing.CURRENT,
    State.LIVE: Standing.CURRENT,
    State.CLOSED: Standing.CURRENT,
    State.REDIRECTED: Standing.REFUSED,
    State.MERGED: Standing.JOINED,
    State.REFUSED: Standing.REFUSED,
    State.WITHDRAWN: Standing.REFUSED,
    State.LAPSED: Standing.REFUSED,
    State.APPEAL: Standing.REFUSED,
    State.EMERGENCY_RELEASED: Standing.EMERGENCY,
    State.AFTER_REVIEW: Standing.EMERGENCY,
    State.RATIFIED: Standing.CURRENT,
    State.RATIFIED_WITH_LESSONS: Standing.CURRENT,
    State.NOT_RATIFIED: Standing.NOT_CONFIRMED,
    State.SUSPENDED: Standing.SUSPENDED,
    State.EXPIRED: Standing.EXPIRED,
}
GOOD = frozenset({Standing.CURRENT, Standing.EMERGENCY})
"""Standings on which a school may rely."""

WHY: Mapping[Standing, str] = {
    Standing.WAITING: "The gate has not approved this yet, so it has not been sent to schools.",
    Standing.REFUSED: "This was not approved.",
    Standing.JOINED: "This was joined to another request and is not sent under this number.",
    Standing.SUSPENDED: "Its approval is suspended while the gate looks at it again.",
    Standing.NOT_CONFIRMED: "It went out as an emergency, and the review did not confirm that.",
}


def standing_of(submission: Submission, on: date) -> Standing:
    """Return how a submission's number stands on that day."""
    standing = STANDINGS[submission.state]
    over = submission.expires_on is not None and submission.expires_on < on
    return Standing.EXPIRED if standing in GOOD and over else standing


def for_schools(submission: Submission, on: date) -> str:
    """Return what a school that received it must know now; empty when all is well."""
    standing = standing_of(submission, on)
    if standing is Standing.CURRENT:
        return ""
    if standing is Standing.EMERGENCY:
        return "This was sent under the emergency route and is being reviewed."
    if standing is Standing.EXPIRED:
        over = f"Its number was valid to {day(submission.expires_on)}."
        asks = submission.kind is Kind.DATA_REQUEST or submission.due_on is not None
        return f"{over} You need not answer it now." if asks else over
    return f"{WHY[standing]} You need not answer it now."
