"""Traces of mail to more than one school, and how many messages of each kind came on a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from directory.mail_directory.reached import Correspondent
from foundation.bulk import insert_missing
from gatekeeping.mailgate.policy import Earlier, Why
from gatekeeping.models.mailgate import MailTally, MailTrace

MOST_COMPARED: Final = 2_000
"""How many earlier messages one is compared with: the sender's own before the team's."""
CLOCKS: Final = timedelta(minutes=5)
"""How far the clocks of two gateways, or one that was put back, may be apart."""
FORGOTTEN_AT_ONCE: Final = 5_000
LAST_ID: Final = 2**62
LOCK: Final = 0x6D61696C
"""The first half of the lock's name; the authority's id is the other."""


@dataclass(frozen=True)
class Alike:
    """The earlier messages that are alike, newest first."""

    earlier: tuple[Earlier, ...]
    is_all: bool = True
    """False where there were more to compare with than ``MOST_COMPARED``."""


def lock(session: Session, authority_id: int) -> None:
    """Let nobody else judge mail of this authority until this transaction ends.

    So that of two halves of a message which come at once the second sees the first. On SQLite
    only one transaction writes at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK, authority_id)))


def alike_before(
    session: Session,
    authority_id: int,
    sender: Correspondent,
    *,
    is_alike: Callable[[bytes], bool],
    token: str,
    at: datetime,
    days: int,
) -> Alike:
    """Return the messages of the days before that count and are alike: one statement.

    Of the same sender or the same team; later than so many days before ``at``, to the second, and
    not after it but for what clocks are apart. ``token`` is the message's own, which is never
    joined to itself. A message that is brought once more, because nobody could answer the first
    time, is judged as it was then: it may be with schools already, and what came in between did
    not come before it.
    """
    who = [MailTrace.sender == sender.address] if sender.address else []
    if sender.team:
        who.append(MailTrace.team == team_key(sender.team))
    if not who:
        return Alike(())
    itself = aliased(MailTrace)
    first = sa.select(itself.id).where(itself.authority_id == authority_id, itself.token == token)
    rows = session.execute(
        sa.select(MailTrace.id, MailTrace.at, MailTrace.sender, MailTrace.urns, MailTrace.marks)
        .where(
            MailTrace.authority_id == authority_id,
            MailTrace.counts.is_(True),
            MailTrace.at > at - timedelta(days=days),
            MailTrace.at <= at + CLOCKS,
            MailTrace.id < sa.func.coalesce(first.scalar_subquery(), LAST_ID),
            sa.or_(*who),
        )
        .order_by(
            (MailTrace.sender == sender.address).desc(), MailTrace.at.desc(), MailTrace.id.desc()
        )
        .limit(MOST_COMPARED + 1)
    ).all()
    found = [
        Earlier(row.id, row.at, row.sender, frozenset(row.urns))
        for row in rows[:MOST_COMPARED]
        if is_alike(row.marks)
    ]
    found.sort(key=lambda each: (each.at, each.trace_id), reverse=True)
    return Alike(tuple(found), is_all=len(rows) <= MOST_COMPARED)


def keep_trace(
    session: Session,
    authority_id: int,
    *,
    sender: Correspondent,
    urns: frozenset[int],
    token: str,
    marks: bytes,
    at: datetime,
    case_id: int | None = None,
) -> None:
    """Store that a message went by; what was stored under its token already stays."""
    row = {
        "authority_id": authority_id,
        "token": token,
        "sender": sender.address[:254],
        "team": team_key(sender.team),
        "at": at,
        "urns": sorted(urns),
        "marks": marks,
        "counts": True,
        "case_id": case_id,
    }
    insert_missing(session, MailTrace, [row])


def team_key(team: str) -> str:
    """Return a team's name as traces hold it, so that case and spaces make no other team."""
    return " ".join(team.casefold().split())[:120]


def count(session: Session, authority_id: int, why: Why, *, on: date, messages: int = 1) -> None:
    """Add to how many messages were judged so on a day: one statement."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    statement = insert(MailTally).values(
        {
            MailTally.authority_id: authority_id,
            MailTally.on: on,
            MailTally.what: why.value,
            MailTally.messages: messages,
        }
    )
    total = MailTally.messages + statement.excluded.messages
    keys = [MailTally.authority_id, MailTally.on, MailTally.what]
    session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={MailTally.messages: total})
    )


def forget(session: Session, authority_id: int, *, before: datetime) -> int:
    """Delete some of the traces that no rolling day needs any more; return how many."""
    old = (
        sa.select(MailTrace.id)
        .where(MailTrace.authority_id == authority_id, MailTrace.at <= before)
        .order_by(MailTrace.at)
        .limit(FORGOTTEN_AT_ONCE)
    )
    result = session.execute(
        sa.delete(MailTrace)
        .where(MailTrace.authority_id == authority_id, MailTrace.id.in_(old))
        .execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))
