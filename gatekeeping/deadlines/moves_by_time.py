"""What time does to submissions: sending on their date, closing, expiring, lapsing, escalating.

Every kind works in bounded batches, each its own transaction, so that a long standstill is made
up without one long lock. Running it twice changes nothing the second time. Time never approves.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.authorities import authority_ids
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.outbox import OutboxEvent, publish
from gatekeeping import batches
from gatekeeping.batches import Batch, Now, due, undecided
from gatekeeping.deadlines import overdue_mail, sla
from gatekeeping.deadlines.overdue import OVERDUE, escalate_unclaimable
from gatekeeping.deadlines.working_days import is_working_day
from gatekeeping.deciding.leases import lapse, lease_end
from gatekeeping.editions import protocol_of
from gatekeeping.events import SubmissionApproved
from gatekeeping.models import Condition, Move, State, Submission
from gatekeeping.moves import move
from gatekeeping.sending import versions_to_send
from gatekeeping.uniting import parting

AGAIN = timedelta(hours=1)
"""How long after an event failed for good it is published once more."""

S = State
EXPIRES = (
    S.APPROVED,
    S.SCHEDULED,
    S.LIVE,
    S.CLOSED,
    S.SUSPENDED,
    S.RATIFIED,
    S.RATIFIED_WITH_LESSONS,
    S.NOT_RATIFIED,
)
"""What has a number that dies on its last day."""

AT_MOST = timedelta(days=31)
"""No claim made today lasts longer; one that does was made before the clock was put back."""


def move_by_time(database: Database, *, at: datetime, address: str = "") -> int:
    """Do all that is due by now, for every authority; return how many things were done.

    ``address`` is where the portal's pages are, for the links in mails.
    """
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        authorities = authority_ids(session)
    return sum(_act(database, Now(authority_id, at, address)) for authority_id in authorities)


def _act(database: Database, now: Now) -> int:
    done = sum(batches.drain(database, batch, now) for batch in BATCHES)
    return done + escalate_unclaimable(database, now)


def last_day_before(today: date, days: int) -> date:
    """Return the latest day since which so many working days have passed by today."""
    day = today
    while days > 0:
        days -= is_working_day(day)
        day -= timedelta(days=1)
    return day


def asked_before(last: date) -> sa.ColumnElement[bool]:
    """Match submissions whose question was asked on that day or before."""
    asked = (
        sa.select(sa.func.max(Move.at))
        .where(Move.submission_id == Submission.id, Move.after == State.CHALLENGED)
        .scalar_subquery()
    )
    return asked <= sla.end_of(last)


def _lapse_claims(session: Session, now: Now) -> int:
    found = due(
        session,
        now,
        Submission.state == State.IN_REVIEW,
        sa.or_(Submission.claimed_until.is_(None), Submission.claimed_until <= now.at),
        undecided(),
    )
    for submission in found:
        lapse(session, submission, at=now.at)
    return len(found)


def _shorten_claims(session: Session, now: Now) -> int:
    found = due(
        session,
        now,
        Submission.state == State.IN_REVIEW,
        Submission.claimed_until > now.at + AT_MOST,
    )
    for submission in found:
        submission.claimed_until = lease_end(session, submission, at=now.at)
    return len(found)


def _start_clocks(session: Session, now: Now) -> int:
    found = due(
        session,
        now,
        Submission.state.in_([State.TRIAGE, State.IN_REVIEW]),
        Submission.decide_by.is_(None),
    )
    for submission in found:
        sla.entered(session, submission, before=State.SUBMITTED, at=now.at)
    return len(found)


def _remind(session: Session, now: Now) -> int:
    protocol = protocol_of(session, now.authority_id)
    last = last_day_before(clock.local_date(now.at), protocol.remind_days)
    found = due(
        session,
        now,
        Submission.state == State.CHALLENGED,
        Submission.reminded_at.is_(None),
        asked_before(last),
    )
    for submission in found:
        submission.reminded_at = now.at
        overdue_mail.remind_officer(session, submission, now, protocol)
    return len(found)


def _lapse_unanswered(session: Session, now: Now) -> int:
    protocol = protocol_of(session, now.authority_id)
    last = last_day_before(clock.local_date(now.at), protocol.lapse_days)
    found = due(session, now, Submission.state == State.CHALLENGED, asked_before(last))
    why = f"Your gatekeeper’s question was not answered within {protocol.lapse_days} working days."
    return _lapse_all(session, found, why, now)


def _lapse_unmet(session: Session, now: Now) -> int:
    # What the officer says is done waits for a gatekeeper: that is not the officer's delay.
    unmet = sa.exists().where(
        Condition.submission_id == Submission.id,
        Condition.before_sending.is_(True),
        Condition.met_at.is_(None),
        Condition.done_at.is_(None),
        Condition.due_on < clock.local_date(now.at),
    )
    found = due(session, now, Submission.state == State.APPROVED_COND, unmet)
    why = "A condition that came before sending was not met by its date."
    return _lapse_all(session, found, why, now)


def _lapse_all(session: Session, found: list[Submission], why: str, now: Now) -> int:
    for submission in found:
        move(session, submission, to=State.LAPSED, by=None, at=now.at, note=why)
        submission.claimed_by_id = submission.claimed_until = None
        overdue_mail.tell_lapsed(session, submission, why, now)
        parting.give_back(session, submission, at=now.at, address=now.address)
    return len(found)


def _give_back(session: Session, now: Now) -> int:
    return parting.give_back_due(session, now.authority_id, at=now.at, address=now.address)


def _expire(session: Session, now: Now) -> int:
    today = clock.local_date(now.at)
    gone = (Submission.state.in_(EXPIRES), Submission.expires_on < today)
    return _moved(session, now, State.EXPIRED, *gone)


def _close(session: Session, now: Now) -> int:
    today = clock.local_date(now.at)
    over = (Submission.state == State.LIVE, Submission.due_on < today)
    return _moved(session, now, State.CLOSED, *over)


def _send(session: Session, now: Now) -> int:
    # Sending is the relay's work. What it has been told already is not told again.
    waiting = set(
        session.scalars(
            sa.select(OutboxEvent.payload["submission_id"].as_integer()).where(
                OutboxEvent.authority_id == now.authority_id,
                OutboxEvent.name == SubmissionApproved.__name__,
                OutboxEvent.handled_at.is_(None),
                sa.or_(OutboxEvent.failed_at.is_(None), OutboxEvent.failed_at > now.at - AGAIN),
            )
        )
    )
    events = [
        event
        for event in versions_to_send(session, at=now.at, most=batches.BATCH + len(waiting))
        if event.authority_id == now.authority_id and event.submission_id not in waiting
    ]
    for event in events:
        publish(session, event, at=now.at)
    return len(events)


def _moved(session: Session, now: Now, to: State, *conditions: sa.ColumnElement[bool]) -> int:
    found = due(session, now, *conditions)
    for submission in found:
        move(session, submission, to=to, by=None, at=now.at)
    return len(found)


BATCHES: tuple[Batch, ...] = (
    _shorten_claims,
    _lapse_claims,
    _start_clocks,
    _remind,
    _lapse_unanswered,
    _lapse_unmet,
    _give_back,
    *OVERDUE,
    _expire,
    _close,
    _send,
)
"""Everything that time does, in the order in which it is done."""
