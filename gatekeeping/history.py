"""What happened to a submission: its thread, its moves, its decisions with their letters."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from gatekeeping.models import Decision, Message, Move, Submission, SubmissionVersion

MOST = 500


@dataclass(frozen=True)
class History:
    """Everything in the order in which it happened, the decisions with who made them."""

    messages: Sequence[Message]
    moves: Sequence[Move]
    decisions: Sequence[Decision]


def history_of(session: Session, submission: Submission) -> History:
    """Return a submission's history with the people in it: three statements."""
    return History(
        thread_of(session, submission), _moves(session, submission), _decisions(session, submission)
    )


def thread_of(session: Session, submission: Submission) -> Sequence[Message]:
    """Return the questions and answers, in order, with who wrote them: one statement."""
    return session.scalars(
        sa.select(Message)
        .where(
            Message.authority_id == submission.authority_id,
            Message.submission_id == submission.id,
        )
        .options(joinedload(Message.by))
        .order_by(Message.at, Message.id)
        .limit(MOST)
    ).all()


def _moves(session: Session, submission: Submission) -> Sequence[Move]:
    return session.scalars(
        sa.select(Move)
        .where(Move.authority_id == submission.authority_id, Move.submission_id == submission.id)
        .options(joinedload(Move.by))
        .order_by(Move.id)  # as it happened, also where a clock was put back
        .limit(MOST)
    ).all()


def _decisions(session: Session, submission: Submission) -> Sequence[Decision]:
    return session.scalars(
        sa.select(Decision)
        .where(
            Decision.authority_id == submission.authority_id,
            Decision.submission_id == submission.id,
        )
        .options(
            joinedload(Decision.by),
            joinedload(Decision.version).load_only(SubmissionVersion.version),
        )
        .order_by(Decision.at, Decision.id)
        .limit(MOST)
    ).all()
