"""What time does to cases, so that nothing waits silently: reminds, raises, lapses, follows.

Each kind works in bounded batches, each its own transaction; what was told is marked in the same
one, so that running it twice tells nobody twice. Time never releases a message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.interfaces import ORMOption

from directory.authorities import authority_ids
from foundation import clock
from foundation.db import EVERY_AUTHORITY, Database
from foundation.sealing import Seal
from gatekeeping import batches
from gatekeeping.batches import BATCH, Now
from gatekeeping.deadlines.moves_by_time import last_day_before
from gatekeeping.deadlines.sla import end_of
from gatekeeping.deadlines.working_days import add_working_days
from gatekeeping.editions import protocol_of
from gatekeeping.mailgate.cases import following, telling, wording_for_staff
from gatekeeping.mailgate.cases.moves import TO_DECIDE, move
from gatekeeping.models import BypassCase, CaseKind, CaseMove, CaseState
from gatekeeping.protocol import Protocol

S = CaseState
NUDGE_DAYS: Final = 3
"""Working days after which a sender who has chosen nothing is reminded."""
DRAFT_DAYS: Final = 10
"""Working days after which the author of a draft that was left alone is reminded."""
DUE: Final = frozenset({*TO_DECIDE, S.RELEASING})
LAPSED_UNHELD: Final = "Nobody noted it within the days for that, so it was closed by time."


@dataclass(frozen=True)
class Look:
    """What time works with: the protocol of the authority, and the seal on held mail."""

    protocol: Protocol
    seal: Seal | None


Kind = Callable[[Session, Now, Look], int]


def look_after(database: Database, *, at: datetime, seal: Seal | None = None) -> int:
    """Do all that is due by now about cases, for every authority; return how many things were done.

    ``seal`` is ``held_mail_seal``: with it the sender's reminder names the message's subject, and
    carries the key of its link.
    """
    done = 0
    with database.session(authority=EVERY_AUTHORITY, writes=False) as session:
        found = {
            authority_id: protocol_of(session, authority_id)
            for authority_id in authority_ids(session)
        }
    for authority_id, protocol in found.items():
        now, look = Now(authority_id, at, ""), Look(protocol, seal)
        for kind in KINDS:
            done += batches.drain(database, partial(_batch, kind, look), now)
    return done


def last_overdue_day(today: date, more: int) -> date:
    """Return the latest day after which so many more working days have passed in full by today."""
    day = today - timedelta(days=1)
    while add_working_days(day, more) >= today:
        day -= timedelta(days=1)
    return day


def _batch(kind: Kind, look: Look, session: Session, now: Now) -> int:
    return kind(session, now, look)


def _due(
    session: Session,
    now: Now,
    *conditions: sa.ColumnElement[bool],
    options: Sequence[ORMOption] = (),
) -> list[BypassCase]:
    """Return up to ``BATCH`` cases that match, locked, first due first; locked ones wait."""
    return list(
        session.scalars(
            sa.select(BypassCase)
            .where(BypassCase.authority_id == now.authority_id, *conditions)
            .options(*options)
            .order_by(BypassCase.due_at, BypassCase.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True, of=BypassCase)
        )
    )


def _remind(session: Session, now: Now, look: Look) -> int:
    """Remind the gatekeepers of what is overdue, once for each case, in one mail."""
    del look
    found = _due(
        session,
        now,
        BypassCase.state.in_(sorted(DUE)),
        BypassCase.due_at < now.at,
        BypassCase.reminded_at.is_(None),
    )
    for case in found:
        case.reminded_at = now.at
    if found:
        letter = wording_for_staff.overdue(found)
        telling.gatekeepers(session, now.authority_id, letter, at=now.at)
    return len(found)


def _raise(session: Session, now: Now, look: Look) -> int:
    """Raise to the executives, once, what nobody has decided days later."""
    more = max(look.protocol.bypass_raise_days - look.protocol.bypass_days, 0)
    last = last_overdue_day(clock.local_date(now.at), more)
    found = _due(
        session,
        now,
        BypassCase.state.in_(sorted(DUE)),
        BypassCase.due_at <= end_of(last),
        BypassCase.escalated_at.is_(None),
    )
    for case in found:
        case.escalated_at = now.at
    if found:
        letter = wording_for_staff.raised(found)
        telling.executives(session, now.authority_id, letter, at=now.at)
    return len(found)


def _reviews(session: Session, now: Now, look: Look) -> int:
    """Tell executives and gatekeepers of an emergency release that nobody reviewed in time."""
    del look
    found = _due(
        session,
        now,
        BypassCase.state == S.RELEASED,
        BypassCase.is_emergency.is_(True),
        BypassCase.reviewed_at.is_(None),
        BypassCase.due_at < now.at,
        BypassCase.reminded_at.is_(None),
    )
    for case in found:
        case.reminded_at = case.escalated_at = now.at
        letter = wording_for_staff.review_due(case, is_late=True)
        telling.executives(session, now.authority_id, letter, at=now.at)
        telling.gatekeepers(session, now.authority_id, letter, but=case.decided_by_id, at=now.at)
    return len(found)


def _nudge(session: Session, now: Now, look: Look) -> int:
    """Remind the sender of held mail who has chosen nothing for three working days."""
    last = last_day_before(clock.local_date(now.at), NUDGE_DAYS)
    found = _due(
        session,
        now,
        BypassCase.state == S.WAITING,
        BypassCase.kind == CaseKind.HELD,
        BypassCase.nudged_at.is_(None),
        _since() <= end_of(last),
        options=[undefer(BypassCase.sealed)],
    )
    for case in found:
        case.nudged_at = now.at
        until = _lapses_on(session, case, look.protocol)
        telling.nudge(session, case, look.seal, until=until, at=now.at)
    return len(found)


def _lapse(session: Session, now: Now, look: Look) -> int:
    """Close what nobody came back to; its sender is told that it was not sent.

    What its sender has explained waits for a gatekeeper, however long.
    """
    last = last_day_before(clock.local_date(now.at), look.protocol.bypass_lapse_days + 1)
    found = _due(session, now, BypassCase.state == S.WAITING, _since() <= end_of(last))
    for case in found:
        is_held = case.kind is CaseKind.HELD
        note = "" if is_held else LAPSED_UNHELD
        move(session, case, to=S.LAPSED, by=None, at=now.at, note=note)
        if is_held:
            telling.of_end(session, case, "lapsed", seal=look.seal, at=now.at)
    return len(found)


def _follow(session: Session, now: Now, look: Look) -> int:
    """End cases as the submissions ended that were made of them."""
    del look
    return following.follow(session, now.authority_id, at=now.at, most=BATCH)


def _nudge_drafts(session: Session, now: Now, look: Look) -> int:
    last = last_day_before(clock.local_date(now.at), DRAFT_DAYS)
    found = following.left_alone(
        session, now.authority_id, BypassCase.nudged_at.is_(None), before=end_of(last), most=BATCH
    )
    for case in found:
        case.nudged_at = now.at
        more = max(look.protocol.bypass_lapse_days - DRAFT_DAYS, 1)
        until = add_working_days(clock.local_date(now.at), more)
        telling.nudge_draft(session, case, until=until, at=now.at)
    return len(found)


def _lapse_drafts(session: Session, now: Now, look: Look) -> int:
    days = max(look.protocol.bypass_lapse_days, DRAFT_DAYS + 1) + 1
    last = last_day_before(clock.local_date(now.at), days)
    found = following.left_alone(
        session,
        now.authority_id,
        BypassCase.nudged_at.is_not(None),
        before=end_of(last),
        most=BATCH,
    )
    for case in found:
        move(session, case, to=S.LAPSED, by=None, at=now.at, note="Its draft was left alone.")
        advice = "The draft that was made of it stays."
        telling.of_end(session, case, "lapsed", advice=advice, seal=look.seal, at=now.at)
    return len(found)


def _since() -> sa.ColumnElement[datetime]:
    """Return since when a case has been in its state: its last move, or when it came."""
    moved = (
        sa.select(sa.func.max(CaseMove.at))
        .where(CaseMove.authority_id == BypassCase.authority_id, CaseMove.case_id == BypassCase.id)
        .scalar_subquery()
    )
    return sa.func.coalesce(moved, BypassCase.received_at)


def _lapses_on(session: Session, case: BypassCase, protocol: Protocol) -> date:
    moved = session.scalar(
        sa.select(sa.func.max(CaseMove.at)).where(
            CaseMove.authority_id == case.authority_id, CaseMove.case_id == case.id
        )
    )
    since = clock.local_date(moved or case.received_at)
    return add_working_days(since, protocol.bypass_lapse_days)


KINDS: Final[tuple[Kind, ...]] = (
    _follow,
    _lapse,
    _nudge,
    _lapse_drafts,
    _nudge_drafts,
    _remind,
    _raise,
    _reviews,
)
"""Everything that time does about cases, in the order in which it is done."""
