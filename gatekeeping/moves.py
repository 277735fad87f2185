"""The table of moves between states (gatekeeping 4.2) and the one function that makes a move."""

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.errors import Refusal
from gatekeeping.deadlines import sla
from gatekeeping.models import Move, State, Submission
from gatekeeping.registry.showing import show_standing

S = State  # the tables below are read, not typed

OUTCOMES = frozenset({S.APPROVED, S.APPROVED_COND, S.REDIRECTED, S.MERGED, S.REFUSED})
"""What the gate may say of what is before it."""

MOVES: dict[State, frozenset[State]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.TRIAGE, S.RETURNED}),
    S.RETURNED: frozenset({S.DRAFT}),
    S.TRIAGE: frozenset({S.IN_REVIEW, S.ESCALATED, S.EMERGENCY_RELEASED, S.WITHDRAWN}),
    S.IN_REVIEW: OUTCOMES
    | {S.TRIAGE, S.CHALLENGED, S.RETURNED, S.ESCALATED, S.EMERGENCY_RELEASED, S.WITHDRAWN},
    S.CHALLENGED: frozenset({S.IN_REVIEW, S.WITHDRAWN, S.LAPSED}),
    S.ESCALATED: OUTCOMES | {S.IN_REVIEW, S.EMERGENCY_RELEASED, S.WITHDRAWN},
    S.APPROVED_COND: frozenset({S.APPROVED, S.LAPSED, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.SCHEDULED, S.LIVE, S.EXPIRED, S.SUSPENDED, S.WITHDRAWN}),
    S.SCHEDULED: frozenset({S.LIVE, S.EXPIRED, S.SUSPENDED, S.WITHDRAWN}),
    S.LIVE: frozenset({S.CLOSED, S.EXPIRED, S.SUSPENDED}),
    S.CLOSED: frozenset({S.EXPIRED, S.SUSPENDED}),
    S.REDIRECTED: frozenset({S.APPEAL}),
    # when what it was joined to is not sent after all, or they are parted; when it is withdrawn
    S.MERGED: frozenset({S.TRIAGE, S.WITHDRAWN}),
    S.REFUSED: frozenset({S.APPEAL}),
    S.WITHDRAWN: frozenset(),
    S.LAPSED: frozenset(),
    S.APPEAL: frozenset({S.IN_REVIEW, S.REFUSED, S.REDIRECTED, S.APPROVED_COND}),
    S.EMERGENCY_RELEASED: frozenset({S.AFTER_REVIEW}),
    S.AFTER_REVIEW: frozenset({S.RATIFIED, S.RATIFIED_WITH_LESSONS, S.NOT_RATIFIED}),
    S.RATIFIED: frozenset({S.EXPIRED}),
    S.RATIFIED_WITH_LESSONS: frozenset({S.EXPIRED}),
    S.NOT_RATIFIED: frozenset({S.EXPIRED}),
    S.SUSPENDED: frozenset({S.APPROVED, S.REFUSED, S.EXPIRED}),
    S.EXPIRED: frozenset(),
}
"""Gatekeeping 4.2. A lapsed or expired one leads to a new draft, which is another submission."""

STATE_NAMES: dict[State, str] = {
    S.DRAFT: "Draft",
    S.SUBMITTED: "Submitted",
    S.RETURNED: "Returned to you",
    S.TRIAGE: "Waiting for a gatekeeper",
    S.IN_REVIEW: "Being looked at",
    S.CHALLENGED: "Question for you",
    S.ESCALATED: "With the senior executive",
    S.APPROVED_COND: "Approved on conditions",
    S.APPROVED: "Approved",
    S.SCHEDULED: "Approved, waiting for its date",
    S.LIVE: "With schools",
    S.CLOSED: "Closed",
    S.REDIRECTED: "Redirected to data that is held",
    S.MERGED: "Joined to another",
    S.REFUSED: "Refused",
    S.WITHDRAWN: "Withdrawn",
    S.LAPSED: "Lapsed",
    S.APPEAL: "Appeal",
    S.EMERGENCY_RELEASED: "Sent as an emergency",
    S.AFTER_REVIEW: "Sent as an emergency, being reviewed",
    S.RATIFIED: "Emergency confirmed",
    S.RATIFIED_WITH_LESSONS: "Emergency confirmed, with lessons",
    S.NOT_RATIFIED: "Emergency not confirmed",
    S.SUSPENDED: "Suspended",
    S.EXPIRED: "Expired",
}

WAITING = frozenset({S.SUBMITTED, S.TRIAGE, S.IN_REVIEW, S.CHALLENGED, S.ESCALATED})
"""Put to the gate and not decided yet."""

CURRENT = frozenset(
    {
        S.APPROVED,
        S.SCHEDULED,
        S.LIVE,
        S.CLOSED,
        S.EMERGENCY_RELEASED,
        S.AFTER_REVIEW,
        S.RATIFIED,
        S.RATIFIED_WITH_LESSONS,
    }
)
"""Approved or released and, until the expiry date, with a number that schools may rely on."""


class MoveRefusedError(Refusal):
    """The submission is in a state from which this move does not lead."""

    def __init__(self, before: State, after: State) -> None:
        super().__init__(
            f"This was not done: the submission is “{STATE_NAMES[before].lower()}” and cannot "
            f"become “{STATE_NAMES[after].lower()}” from there. Somebody may have been quicker."
        )
        self.before = before
        self.after = after


def move(
    session: Session,
    submission: Submission,
    *,
    to: State,
    by: int | None,
    at: datetime,
    note: str = "",
) -> None:
    """Move a submission, write the history row, set its clock (``gatekeeping.deadlines.sla``).

    ``by`` is a person's id, None for time. Raises MoveRefusedError, changing nothing, when the
    table does not name the move.
    """
    if to not in MOVES[submission.state]:
        raise MoveRefusedError(submission.state, to)
    session.add(
        Move(
            authority_id=submission.authority_id,
            submission_id=submission.id,
            version=submission.version,
            before=submission.state,
            after=to,
            by_id=by,
            at=at,
            note=note,
        )
    )
    before, submission.state = submission.state, to
    submission.updated_at = at
    sla.entered(session, submission, before=before, at=at)
    show_standing(session, submission, at=at)
