"""The table of moves between a case's states, the one function that makes a move, and the lock."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.models import Person
from foundation import clock
from foundation.dates import moment
from foundation.errors import Refusal
from gatekeeping.deadlines.sla import end_of
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.editions import protocol_of
from gatekeeping.models import BypassCase, CaseKind, CaseMove, CaseState, MailTrace
from gatekeeping.protocol import Protocol

S = CaseState  # the tables below are read, not typed

MOVES: Final[dict[CaseState, frozenset[CaseState]]] = {
    S.WAITING: frozenset(
        {
            S.EXPLAINED,
            S.DRAFTED,
            S.RELEASING,
            S.RETURNED,
            S.REFUSED,
            S.WITHDRAWN,
            S.LAPSED,
            S.NOTED,
        }
    ),
    S.EXPLAINED: frozenset(
        {S.DRAFTED, S.RELEASING, S.RETURNED, S.REFUSED, S.WITHDRAWN, S.LAPSED, S.NOTED}
    ),
    # it ends as its submission does
    S.DRAFTED: frozenset({S.ROUTED, S.RETURNED, S.REFUSED, S.WITHDRAWN, S.LAPSED, S.NOTED}),
    S.RELEASING: frozenset({S.RELEASED, S.WAITING}),
    S.RELEASED: frozenset(),
    S.RETURNED: frozenset(),
    S.REFUSED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.ROUTED: frozenset(),
    S.LAPSED: frozenset(),
    S.NOTED: frozenset(),
}

HELD_ONLY: Final = frozenset({S.RELEASING, S.RELEASED, S.RETURNED, S.REFUSED, S.WITHDRAWN})
"""What can only become of a message that no school has got yet."""
SEEN_ONLY: Final = frozenset({S.NOTED})
"""What can only become of one that schools have."""

CASE_STATE_NAMES: Final[dict[CaseState, str]] = {
    S.WAITING: "Held",
    S.EXPLAINED: "Said to need no gate",
    S.DRAFTED: "Made into a submission",
    S.RELEASING: "Being sent",
    S.RELEASED: "Released once",
    S.RETURNED: "Returned to its sender",
    S.REFUSED: "Refused",
    S.WITHDRAWN: "Withdrawn by its sender",
    S.ROUTED: "Sent through the portal",
    S.LAPSED: "Lapsed",
    S.NOTED: "Noted",
}
OTHER_NAMES: Final[dict[tuple[CaseKind, CaseState], str]] = {
    (CaseKind.SEEN, S.WAITING): "Seen, not stopped",
    (CaseKind.REPORTED, S.WAITING): "Reported by a school",
}
"""What is not held is called otherwise while it waits."""

CLOSED: Final = frozenset(state for state, next_ones in MOVES.items() if not next_ones)
OPEN: Final = frozenset(MOVES) - CLOSED
TO_DECIDE: Final = frozenset({S.WAITING, S.EXPLAINED})
"""What a gatekeeper can decide now."""
NOT_SENT: Final = frozenset({S.WITHDRAWN, S.RETURNED, S.REFUSED, S.LAPSED})
"""Ends in which no school gets what was held, in any way."""
NOT_JOINED: Final = NOT_SENT | {S.ROUTED}
"""Ends in which the held message itself never reached a school: later mail is not joined to it."""

LEAVES_WITHIN: Final = timedelta(hours=1)
"""How soon something that was released has left, or people are told that it has not."""


class CaseMoveRefusedError(Refusal):
    """The case is in a state, or of a kind, from which this move does not lead."""

    def __init__(self, kind: CaseKind, before: CaseState, after: CaseState) -> None:
        super().__init__(
            f"This was not done: the case is “{state_name(kind, before).lower()}” and cannot "
            f"become “{CASE_STATE_NAMES[after].lower()}” from there."
        )


class CaseDoneError(Refusal):
    """Somebody was quicker; the sentence says who did what, and when."""


def state_name(kind: CaseKind, state: CaseState) -> str:
    """Return what a case in this state is called."""
    return OTHER_NAMES.get((kind, state), CASE_STATE_NAMES[state])


def leads_to(kind: CaseKind, before: CaseState, after: CaseState) -> bool:
    """Tell whether a case of this kind may go from one state to the other."""
    if kind is CaseKind.HELD and after in SEEN_ONLY:
        return False
    return (kind is CaseKind.HELD or after not in HELD_ONLY) and after in MOVES[before]


def move(
    session: Session,
    case: BypassCase,
    *,
    to: CaseState,
    by: int | None,
    at: datetime,
    note: str = "",
) -> None:
    """Move a case, write the history row, set its clock and how long what it said is kept.

    ``by`` is a person's id; None for time, and for a sender who came by the link in the mail.
    Raises CaseMoveRefusedError, changing nothing, when the table does not name the move.
    """
    if not leads_to(case.kind, case.state, to):
        raise CaseMoveRefusedError(case.kind, case.state, to)
    session.add(
        CaseMove(
            authority_id=case.authority_id,
            case_id=case.id,
            before=case.state,
            after=to,
            by_id=by,
            at=at,
            note=note,
        )
    )
    before, case.state = case.state, to
    with session.no_autoflush:
        protocol = protocol_of(session, case.authority_id)
    case.due_at = due_at(case, protocol, at=at)
    case.reminded_at = None
    if before is S.RELEASING and to is S.WAITING:
        case.escalated_at = case.nudged_at = None
    if to is S.DRAFTED:
        case.nudged_at = None  # of the draft its author is reminded anew
    if to in CLOSED:
        _close(session, case, protocol, at)


def lock(session: Session, case: BypassCase) -> None:
    """Read the case's row afresh and keep others from changing it until the commit."""
    session.flush()  # or reading afresh would undo what this transaction changed already
    session.refresh(case, with_for_update={"of": BypassCase})


def due_at(case: BypassCase, protocol: Protocol, *, at: datetime) -> datetime | None:
    """Return when the next act on a case that has just come into its state becomes overdue."""
    today = clock.local_date(at)
    if case.state in TO_DECIDE:
        return end_of(add_working_days(today, protocol.bypass_days))
    if case.state is S.RELEASING:
        return at + LEAVES_WITHIN
    if case.state is S.RELEASED and case.is_emergency and case.reviewed_at is None:
        return end_of(add_working_days(today, protocol.review_days))
    return None


def what_happened(session: Session, case: BypassCase) -> str:
    """Say in one sentence who did what to this case last, and when."""
    last = session.execute(
        sa.select(CaseMove.after, CaseMove.at, Person.name)
        .outerjoin(Person, Person.id == CaseMove.by_id)
        .where(CaseMove.authority_id == case.authority_id, CaseMove.case_id == case.id)
        .order_by(CaseMove.id.desc())
        .limit(1)
    ).first()
    name = state_name(case.kind, case.state).lower()
    if last is None or last.after is not case.state:
        return f"Nothing was changed: this is “{name}”."
    who = f", by {last.name}" if last.name else ""
    return f"Nothing was changed: this is “{name}” since {moment(last.at)}{who}."


def _close(session: Session, case: BypassCase, protocol: Protocol, at: datetime) -> None:
    case.closed_at, case.claimed_until = at, None
    case.delete_on = clock.local_date(at) + timedelta(days=protocol.bypass_keep_days)
    if case.kind is CaseKind.HELD and case.state in NOT_JOINED:
        session.execute(
            sa.update(MailTrace)
            .where(MailTrace.authority_id == case.authority_id, MailTrace.case_id == case.id)
            .values(counts=False)
            .execution_options(synchronize_session=False)
        )
