from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from foundation.outbox import OutboxEvent, relay
from gatekeeping.deadlines.moves_by_time import move_by_time
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Move, State, Submission
from gatekeeping.sending import send_approved
from tests.factories.base import NOON
from tests.factories.directory import GatekeeperFactory
from tests.factories.gatekeeping import make_submission

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def state_of(session, submission):
    found = session.scalar(sa.select(Submission.state).where(Submission.id == submission.id))
    session.commit()  # or SQLite would keep everybody else from writing
    return found


@pytest.mark.parametrize(
    ("before", "facts", "after"),
    [
        (State.LIVE, {"due_on": TODAY - DAY}, State.CLOSED),
        (State.LIVE, {"due_on": TODAY}, State.LIVE),
        (State.LIVE, {}, State.LIVE),
        (State.LIVE, {"expires_on": TODAY}, State.LIVE),
        (State.LIVE, {"expires_on": TODAY - DAY}, State.EXPIRED),
        (State.LIVE, {"due_on": TODAY - DAY, "expires_on": TODAY - DAY}, State.EXPIRED),
        (State.CLOSED, {"expires_on": TODAY - DAY}, State.EXPIRED),
        (State.APPROVED, {"expires_on": TODAY - DAY}, State.EXPIRED),
        (State.SCHEDULED, {"expires_on": TODAY - DAY, "send_on": TODAY}, State.EXPIRED),
        (State.REFUSED, {"expires_on": TODAY - DAY}, State.REFUSED),
        (State.IN_REVIEW, {"claimed_until": NOON}, State.TRIAGE),
        (State.IN_REVIEW, {"claimed_until": NOON + timedelta(seconds=1)}, State.IN_REVIEW),
        (State.CHALLENGED, {"due_on": TODAY - DAY}, State.CHALLENGED),
    ],
)
def test_time_moves_what_is_due_and_nothing_else(database, session, before, facts, after):
    GatekeeperFactory()
    submission = make_submission(before, **facts)
    session.commit()
    assert move_by_time(database, at=NOON) == (before is not after)
    assert state_of(session, submission) is after
    assert move_by_time(database, at=NOON) == 0
    moves = session.scalars(sa.select(Move)).all()
    assert [(move.before, move.after, move.by_id) for move in moves] == (
        [(before, after, None)] if before is not after else []
    )


@pytest.mark.sqlite_only
def test_a_lost_lease_is_nobodys(database, session):
    submission = make_submission(State.IN_REVIEW, claimed_by=GatekeeperFactory())
    session.commit()
    move_by_time(database, at=NOON + timedelta(hours=3))
    session.refresh(submission)
    assert (submission.claimed_by_id, submission.claimed_until) == (None, None)


@pytest.mark.parametrize("days", [0, -1])
def test_what_was_put_down_for_today_is_handed_to_sending_once(database, session, days):
    submission = make_submission(State.SCHEDULED, send_on=TODAY + days * DAY)
    session.commit()
    assert [move_by_time(database, at=NOON) for _ in range(3)] == [1, 0, 0]
    event = session.scalars(sa.select(OutboxEvent)).one()
    session.commit()
    assert event.payload["submission_id"] == submission.id
    assert relay(database, {SubmissionApproved: [send_approved]}, at=NOON) == 1
    assert state_of(session, submission) is State.LIVE
    assert move_by_time(database, at=NOON) == 0


@pytest.mark.sqlite_only
def test_what_is_put_down_for_later_waits(database, session):
    make_submission(State.SCHEDULED, send_on=TODAY + DAY)
    session.commit()
    assert move_by_time(database, at=NOON) == 0


@pytest.mark.sqlite_only
def test_more_than_a_batch_is_made_up(database, session, monkeypatch):
    monkeypatch.setattr("gatekeeping.batches.BATCH", 3)
    for _ in range(7):
        make_submission(State.LIVE, due_on=TODAY - DAY)
    session.commit()
    assert move_by_time(database, at=NOON) == 7
