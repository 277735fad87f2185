"""The table of moves between states (gatekeeping 4.2) and the one function that makes a move."""

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.errors import Refusal
from gatekeeping.models import Move, State, Submission

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.TRIAGE}),
    State.TRIAGE: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
    State.IN_REVIEW: frozenset(
        {State.APPROVED, State.REFUSED, State.CHALLENGED, State.TRIAGE, State.WITHDRAWN}
    ),
    State.CHALLENGED: frozenset({State.IN_REVIEW, State.WITHDRAWN}),
    State.APPROVED: frozenset({State.SCHEDULED, State.LIVE, State.EXPIRED}),
    State.SCHEDULED: frozenset({State.LIVE, State.EXPIRED}),
    State.LIVE: frozenset({State.CLOSED, State.EXPIRED}),
    State.CLOSED: frozenset({State.EXPIRED}),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.EXPIRED: frozenset(),
}

STATE_NAMES: dict[State, str] = {
    State.DRAFT: "Draft",
    State.SUBMITTED: "Submitted",
    State.TRIAGE: "Waiting for a gatekeeper",
    State.IN_REVIEW: "Being looked at",
    State.CHALLENGED: "Question for you",
    State.APPROVED: "Approved",
    State.SCHEDULED: "Approved, waiting for its date",
    State.LIVE: "With schools",
    State.CLOSED: "Closed",
    State.REFUSED: "Refused",
    State.WITHDRAWN: "Withdrawn",
    State.EXPIRED: "Expired",
}

WAITING = frozenset({State.SUBMITTED, State.TRIAGE, State.IN_REVIEW, State.CHALLENGED})
"""Put to the gate and not decided yet."""

CURRENT = frozenset({State.APPROVED, State.SCHEDULED, State.LIVE, State.CLOSED})
"""Approved and, until the expiry date, with a number that schools may rely on."""


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
    """Move a submission and write the history row; ``by`` is a person's id, None for time.

    Raises MoveRefusedError, changing nothing, when the table does not name the move.
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
    submission.state = to
    submission.updated_at = at
