"""What happens when a promise of the gate is broken (4.8): it is told once, shown, and escalated.

Overdue never approves anything: a decision that is overdue goes to the senior executive. Each
batch is idempotent: what was told is marked in the same transaction.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from directory.models import Role
from foundation import clock
from foundation.db import Database
from gatekeeping.batches import BATCH, Batch, Now, due, undecided
from gatekeeping.deadlines import overdue_mail, sla
from gatekeeping.deadlines.working_days import working_days
from gatekeeping.deciding.conflicts import anyone_free
from gatekeeping.deciding.dpia import verdict_on
from gatekeeping.deciding.handing import escalate_if_nobody_is_free
from gatekeeping.editions import protocol_of
from gatekeeping.models import (
    Awaited,
    Reminder,
    State,
    StoredFinding,
    Submission,
    SubmissionVersion,
    Track,
)
from gatekeeping.moves import move

S = State
GATE = (S.TRIAGE, S.IN_REVIEW)
IS_EMERGENCY = Submission.track == Track.EMERGENCY
IS_NONE = Submission.track.is_distinct_from(Track.EMERGENCY)
OVERDUE_NOTE = "The days for deciding it are over, so the senior executive decides."
DPIA_RULE = "K71"
FEW = 10
MINUTE = 60


def _emergencies(session: Session, now: Now) -> int:
    """Tell the executive and the deputy that an emergency was not answered within the hour."""
    found = due(
        session,
        now,
        IS_EMERGENCY,
        Submission.state.in_([*GATE, S.ESCALATED]),
        Submission.state_due_at < now.at,
        Submission.overdue_at.is_(None),
    )
    for submission in found:
        submission.overdue_at = now.at
        overdue_mail.tell(session, submission, overdue_mail.UNANSWERED, now, Role.EXECUTIVE)
    return len(found)


def _decisions(session: Session, now: Now) -> int:
    """Give to the executive what should have been decided by now."""
    found = due(
        session,
        now,
        IS_NONE,
        Submission.state.in_(GATE),
        Submission.decide_by < clock.local_date(now.at),
        undecided(),
    )
    for submission in found:
        move(session, submission, to=S.ESCALATED, by=None, at=now.at, note=OVERDUE_NOTE)
        submission.claimed_by_id = submission.claimed_until = None
        overdue_mail.tell(session, submission, overdue_mail.UNDECIDED, now, Role.EXECUTIVE)
    return len(found)


def _first_looks(session: Session, now: Now) -> int:
    """Tell the executive, once, that nobody has looked at something."""
    return _told_once(session, now, S.TRIAGE, overdue_mail.NOT_LOOKED_AT, Role.EXECUTIVE)


def _escalations(session: Session, now: Now) -> int:
    return _told_once(session, now, S.ESCALATED, overdue_mail.NOT_DECIDED, Role.EXECUTIVE)


def _appeals(session: Session, now: Now) -> int:
    return _told_once(session, now, S.APPEAL, overdue_mail.NOT_HEARD, Role.EXECUTIVE)


def _reviews_to_start(session: Session, now: Now) -> int:
    return _told_once(
        session,
        now,
        S.EMERGENCY_RELEASED,
        overdue_mail.NOT_STARTED,
        Role.EXECUTIVE,
        Role.GATEKEEPER,
    )


def _reviews_to_end(session: Session, now: Now) -> int:
    return _told_once(
        session,
        now,
        S.AFTER_REVIEW,
        overdue_mail.NOT_ENDED,
        Role.EXECUTIVE,
        Role.GATEKEEPER,
    )


def _dpia_verdicts(session: Session, now: Now) -> int:
    """Tell the data protection officers, once for a version, that their verdict is overdue."""
    asked = sa.exists().where(
        StoredFinding.version_id == SubmissionVersion.id, StoredFinding.rule == DPIA_RULE
    )
    late = [
        row for row in _late(session, now, Awaited.DPIA, asked) if not verdict_on(session, row[1])
    ]
    return _remind(session, now, late, Awaited.DPIA, overdue_mail.NO_VERDICT, Role.GOVERNANCE)


def _rulings(session: Session, now: Now) -> int:
    """Tell the legal reviewers, once for a version, that nobody has verified its claim."""
    law = SubmissionVersion.law
    asked = sa.and_(
        law["verdict"].as_string().is_not(None), law["verified"].as_boolean().is_(False)
    )
    late = _late(session, now, Awaited.LAW, asked)
    return _remind(session, now, late, Awaited.LAW, overdue_mail.NO_RULING, Role.LEGAL)


def _late(
    session: Session, now: Now, what: Awaited, asked: sa.ColumnElement[bool]
) -> list[tuple[Submission, SubmissionVersion]]:
    days, version = protocol_of(session, now.authority_id).verdict_days, SubmissionVersion
    today = clock.local_date(now.at)
    # So many calendar days have passed at least; the working days are counted afterwards.
    rows = session.execute(
        sa.select(Submission, version)
        .join(
            version,
            sa.and_(version.submission_id == Submission.id, version.version == Submission.version),
        )
        .where(
            Submission.authority_id == now.authority_id,
            Submission.state.in_([*GATE, S.ESCALATED]),
            version.submitted_at < sla.end_of(today) - sla.DAY * days,
            asked,
            ~sa.exists().where(Reminder.version_id == version.id, Reminder.what == what),
        )
        .options(joinedload(Submission.author))
        .order_by(Submission.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Submission)
    ).all()
    return [
        (submission, frozen)
        for submission, frozen in rows
        if working_days(clock.local_date(frozen.submitted_at), today) > days
    ]


def _remind(  # noqa: PLR0917 - private, and each is named
    session: Session,
    now: Now,
    late: Sequence[tuple[Submission, SubmissionVersion]],
    what: Awaited,
    words: overdue_mail.Words,
    role: Role,
) -> int:
    for submission, version in late:
        marked = {"authority_id": now.authority_id, "version_id": version.id}
        session.add(Reminder(**marked, what=what, at=now.at))
        overdue_mail.tell(session, submission, words, now, role)
    return len(late)


def _told_once(
    session: Session, now: Now, state: State, words: overdue_mail.Words, *roles: Role
) -> int:
    found = due(
        session,
        now,
        Submission.state == state,
        *([IS_NONE] if state in sla.RUNNING else []),  # emergencies are told of by the hour
        Submission.state_due_at < now.at,
        Submission.reminded_at.is_(None),
    )
    for submission in found:
        submission.reminded_at = now.at
        submission.overdue_at = submission.overdue_at or now.at
        overdue_mail.tell(session, submission, words, now, *roles)
    return len(found)


def escalate_unclaimable(database: Database, now: Now) -> int:
    """Give to the executive what every gatekeeper has a stake in; return how many that were.

    Submitting asks it for each new one, so here it is only about gatekeepers who have left since.
    Asking is dear: a few are asked about each minute, in turn, without locking anything.
    """
    with database.session(authority=now.authority_id, writes=False) as session:
        ids = session.scalars(
            sa.select(Submission.id)
            .where(
                Submission.authority_id == now.authority_id,
                IS_NONE,
                Submission.state == S.TRIAGE,
                undecided(),
            )
            .order_by(Submission.id)
            .limit(BATCH * FEW)
        ).all()
        turn = int(now.at.timestamp() // MINUTE) * FEW % max(len(ids), 1)
        asked = [*ids[turn:], *ids[:turn]][:FEW]
        waiting = [session.get_one(Submission, key) for key in asked]
        stuck = [submission.id for submission in waiting if not anyone_free(session, submission)]
    return sum(_escalate(database, submission_id, now) for submission_id in stuck)


def _escalate(database: Database, submission_id: int, now: Now) -> bool:
    with database.transaction(authority=now.authority_id) as session:
        submission = session.get_one(Submission, submission_id)
        return escalate_if_nobody_is_free(session, submission, at=now.at, address=now.address)


OVERDUE: tuple[Batch, ...] = (
    _emergencies,
    _decisions,
    _first_looks,
    _escalations,
    _appeals,
    _reviews_to_start,
    _reviews_to_end,
    _dpia_verdicts,
    _rulings,
)
