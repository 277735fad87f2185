"""Decisions in the seconds in which they can be undone.

What a gatekeeper presses is tried at once, so that whatever the rules refuse is refused while the
person looks, and is then put by. When the seconds are over it is carried out with every rule asked
again. What was taken back, or was refused then, stays with what was typed until that person acts.
None of this commits. ``gatekeeping.deciding.carrying_out`` is what carries them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Person
from foundation.errors import Refusal
from gatekeeping.deciding.leases import HeldError, lock
from gatekeeping.deciding.recording import audit_submission
from gatekeeping.deciding.verbs import carry_out
from gatekeeping.editions import protocol_of
from gatekeeping.models import Decision, PendingDecision, Submission, Verb

AT_ONCE = frozenset({Verb.RELEASE, Verb.EXTEND})
"""Verbs that wait for nothing: an emergency's message goes first."""

TAKEN_BACK = "You took this decision back. What you typed is still here."


class UndoneTooLateError(Refusal):
    """There is nothing to undo: it took effect, or it was somebody else's."""

    sentence = "This can no longer be undone. It took effect already, or it is not yours."


@dataclass(frozen=True)
class Pressed:
    """What became of a button: ``decision`` took effect, or ``pending`` does when it is due."""

    decision: Decision | None = None
    pending: PendingDecision | None = None


def press(  # noqa: PLR0913 - what every verb takes, and the setting
    session: Session,
    submission: Submission,
    verb: Verb,
    values: Mapping[str, Any],
    *,
    by: Person,
    version: int,
    at: datetime,
    address: str,
    undo_seconds: int | None = None,
) -> Pressed:
    """Decide, so that it takes effect when the seconds for undoing it are over.

    ``undo_seconds`` is the setting that overrides the protocol; with 0, and for an emergency's
    release, it takes effect at once. Every rule is asked now; whatever the verb refuses is raised
    and nothing is kept. Raises HeldError while another person's decision waits. The same pressed
    again is the same pending decision.
    """
    lock(session, submission)
    waiting = waiting_on(session, submission)
    if waiting is not None:
        same = (waiting.by_id, waiting.verb, waiting.version) == (by.id, verb, version)
        if same and waiting.values == dict(values):
            return Pressed(pending=waiting)
        raise HeldError(_whose(waiting, by))
    seconds = undo_seconds
    if seconds is None:
        seconds = protocol_of(session, submission.authority_id).undo_seconds
    call: dict[str, Any] = {"by": by, "version": version, "at": at, "address": address}
    forget(session, submission, by)
    if not seconds or verb in AT_ONCE:
        return Pressed(decision=carry_out(session, submission, verb, values, **call))
    _try(session, submission, verb, values, call)
    pending = PendingDecision(
        authority_id=submission.authority_id,
        submission_id=submission.id,
        verb=verb,
        version=version,
        values=dict(values),
        by_id=by.id,
        made_at=at,
        due_at=at + timedelta(seconds=seconds),
    )
    session.add(pending)
    session.flush()
    detail = {"verb": verb.value, "version": version}
    audit_submission(session, submission, "submission.pressed", by=by, at=at, detail=detail)
    return Pressed(pending=pending)


def undo(session: Session, submission: Submission, *, by: Person, at: datetime) -> PendingDecision:
    """Take one's own decision back before it takes effect; what was typed stays to be seen.

    Done twice, nothing more happens. Raises UndoneTooLateError.
    """
    lock(session, submission)
    pending = session.get(PendingDecision, (submission.id, by.id), populate_existing=True)
    if pending is None:
        raise UndoneTooLateError
    if not pending.refused_because:
        pending.refused_because = TAKEN_BACK
        detail = {"verb": pending.verb.value, "version": pending.version}
        audit_submission(session, submission, "submission.undone", by=by, at=at, detail=detail)
    return pending


def forget(session: Session, submission: Submission, by: Person) -> None:
    """Throw away what this person took back or was refused, once they no longer need it."""
    session.execute(
        sa.delete(PendingDecision).where(
            PendingDecision.authority_id == submission.authority_id,
            PendingDecision.submission_id == submission.id,
            PendingDecision.by_id == by.id,
            PendingDecision.refused_because != "",
        )
    )


def waiting_on(session: Session, submission: Submission) -> PendingDecision | None:
    """Return the decision on this submission that can still be undone, if there is one."""
    return session.scalars(
        sa.select(PendingDecision)
        .where(
            PendingDecision.authority_id == submission.authority_id,
            PendingDecision.submission_id == submission.id,
            PendingDecision.refused_because == "",
        )
        .options(joinedload(PendingDecision.by))
        .limit(1)
    ).first()


def of_submission(
    session: Session, submission: Submission, person_id: int
) -> tuple[PendingDecision | None, PendingDecision | None]:
    """Return what waits on this submission, and what this person got back: one statement.

    The first is anybody's decision that can still be undone (by its maker); the second this
    person's own with ``refused_because``, whose ``verb`` and ``values`` the form offers again.
    """
    rows = session.scalars(
        sa.select(PendingDecision)
        .where(
            PendingDecision.authority_id == submission.authority_id,
            PendingDecision.submission_id == submission.id,
            sa.or_(PendingDecision.refused_because == "", PendingDecision.by_id == person_id),
        )
        .options(joinedload(PendingDecision.by))
        .order_by(PendingDecision.made_at)
        .limit(2)
    ).all()
    waiting = next((row for row in rows if not row.refused_because), None)
    back = next((row for row in rows if row.refused_because), None)
    return waiting, back


def refused_of(session: Session, authority_id: int, person_id: int) -> list[PendingDecision]:
    """Return what could not be carried out for this person, for the queue; not what they undid."""
    return list(
        session.scalars(
            sa.select(PendingDecision)
            .where(
                PendingDecision.authority_id == authority_id,
                PendingDecision.by_id == person_id,
                PendingDecision.refused_because.not_in(["", TAKEN_BACK]),
            )
            .options(joinedload(PendingDecision.submission))
            .order_by(PendingDecision.made_at, PendingDecision.submission_id)
            .limit(20)
        )
    )


def _try(
    session: Session,
    submission: Submission,
    verb: Verb,
    values: Mapping[str, Any],
    call: Mapping[str, Any],
) -> None:
    """Carry it out and take it back at once, so that every rule has been asked."""
    woken = set(session.info.get("wake", ()))
    trial = session.begin_nested()
    try:
        carry_out(session, submission, verb, values, **call)
        session.flush()
    finally:
        trial.rollback()
        session.info["wake"] = woken
    session.refresh(submission)


def _whose(waiting: PendingDecision, by: Person) -> str:
    if waiting.by_id == by.id:
        return "You have decided this already. Undo that first."
    return f"{waiting.by.name} has just decided this. It takes effect within a minute or two."
