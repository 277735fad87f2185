"""Traces of mail to more than one school, and how many messages of each kind came on a day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.mail_directory.reached import Correspondent
from gatekeeping.mailgate.policy import Earlier, Why
from gatekeeping.mailgate.rule.comparing import Memory
from gatekeeping.mailgate.rule.likeness import alike_to
from gatekeeping.models.mailgate import MailTally, MailTrace

MOST_COMPARED: Final = 2_000
"""How many earlier messages one is compared with: the sender's own before the team's."""
CLOCKS: Final = timedelta(minutes=5)
"""How far the clocks of two gateways, or one that was put back, may be apart."""
FORGOTTEN_AT_ONCE: Final = 5_000
LAST_ID: Final = 2**62
LOCK: Final = 0x6D61696C
"""The first half of the lock's name; the authority's id is the other."""
TABLE: Final = cast("sa.Table", MailTrace.__table__)
# Made once: making and reading statements takes longer than what they do.
_ITSELF: Final = TABLE.alias()
BEFORE: Final = (
    sa.select(
        TABLE.c.id,
        sa.case((TABLE.c.id > sa.bindparam("newest"), TABLE.c.marks)).label("marks"),
    )
    .where(
        TABLE.c.authority_id == sa.bindparam("authority"),
        TABLE.c.counts.is_(True),
        TABLE.c.at > sa.bindparam("since"),
        TABLE.c.at <= sa.bindparam("until"),
        TABLE.c.id
        < sa.func.coalesce(
            sa.select(_ITSELF.c.id)
            .where(
                _ITSELF.c.authority_id == sa.bindparam("authority"),
                _ITSELF.c.token == sa.bindparam("token"),
            )
            .scalar_subquery(),
            LAST_ID,
        ),
        sa.or_(TABLE.c.sender == sa.bindparam("sender"), TABLE.c.team == sa.bindparam("team")),
    )
    .order_by(
        (TABLE.c.sender == sa.bindparam("sender")).desc(), TABLE.c.at.desc(), TABLE.c.id.desc()
    )
    .limit(sa.bindparam("most"))
)
WHOLE: Final = (
    sa.select(TABLE.c.id, TABLE.c.at, TABLE.c.sender, TABLE.c.urns, TABLE.c.marks)
    .where(
        TABLE.c.authority_id == sa.bindparam("authority"),
        TABLE.c.id.in_(sa.bindparam("ids", expanding=True)),
    )
    .order_by(TABLE.c.at.desc(), TABLE.c.id.desc())
)
_KEPT: Final = (
    "authority_id",
    "token",
    "sender",
    "team",
    "at",
    "urns",
    "marks",
    "counts",
    "case_id",
)
# As text: a statement with ON CONFLICT is read anew each time.
KEEP: Final = sa.text(
    f"INSERT INTO {TABLE.name} ({', '.join(_KEPT)})"  # noqa: S608 - names of ours
    f" VALUES ({', '.join(f':{name}' for name in _KEPT)}) ON CONFLICT DO NOTHING"
).bindparams(*(sa.bindparam(name, type_=TABLE.c[name].type) for name in _KEPT))
LOCK_BOTH: Final = (
    "SELECT set_config('lock_timeout', '20s', true),"  # first: it holds for the two that follow
    " pg_advisory_xact_lock(%s::bigint), pg_advisory_xact_lock(%s::bigint)"
)


@dataclass(frozen=True)
class Alike:
    """The earlier messages that are alike, newest first."""

    earlier: tuple[Earlier, ...]
    is_all: bool = True
    """False where there were more to compare with than ``MOST_COMPARED``."""


def lock(session: Session, authority_id: int) -> None:
    """Let nobody else report mail to this authority until this transaction ends.

    On SQLite only one transaction writes at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK, authority_id)))


def lock_mail_of(session: Session, authority_id: int, sender: Correspondent) -> None:
    """Let nobody else judge mail of this sender or their team until this transaction ends.

    So that of two halves of a message which come at once the second sees the first. From here on
    the transaction waits 20 seconds for a lock, at most. Costs nothing where it began with
    ``locks_of`` this sender.
    """
    locks = locks_of(authority_id, sender)
    if locks != session.info.get("locks") and session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(LOCK_BOTH, locks)


def locks_of(authority_id: int, sender: Correspondent) -> tuple[int, int]:
    """Return the locks that ``lock_mail_of`` takes, for a transaction that begins with them.

    The sender's comes before the team's, so that no two wait for each other.
    """
    names = f"sender {sender.address}", f"team {team_key(sender.team) or sender.address}"
    one, other = (_lock_number(f"{authority_id} {name}") for name in names)
    return one, other


def _lock_number(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def alike_before(
    session: Session,
    authority_id: int,
    sender: Correspondent,
    *,
    own: bytes,
    token: str,
    at: datetime,
    days: int,
    memory: Memory | None = None,
) -> Alike:
    """Return the messages of the days before that count and are alike to the marks ``own``.

    Of the same sender or the same team; later than so many days before ``at``, to the second, and
    not after it but for what clocks are apart. ``token`` is the message's own, which is never
    joined to itself. A message that is brought once more, because nobody could answer the first
    time, is judged as it was then: it may be with schools already, and what came in between did
    not come before it.

    One statement, another where something may be alike, and one more where ``memory`` forgot some.
    """
    team = team_key(sender.team)
    if not (sender.address or team):
        return Alike(())
    memory, whose = memory or Memory(), (authority_id, team or sender.address)
    which = {
        "authority": authority_id,
        "token": token,
        "sender": sender.address[:254] or None,
        "team": team or None,
        "since": at - timedelta(days=days),
        "until": at + CLOCKS,
        "newest": memory.newest(whose),
        "most": MOST_COMPARED + 1,
    }
    rows = session.connection().execute(BEFORE, which).tuples().all()
    compared = rows[:MOST_COMPARED]
    _learn(session, whose, compared, memory)
    found = _alike_of(session, whose, own, [trace_id for trace_id, _ in compared], memory)
    return Alike(found, is_all=len(rows) <= MOST_COMPARED)


def _learn(
    session: Session,
    whose: tuple[int, str],
    compared: Sequence[tuple[int, bytes | None]],
    memory: Memory,
) -> None:
    """Let the memory know the marks of all of these: the new ones, and what it forgot."""
    memory.learn(whose, [(trace_id, marks) for trace_id, marks in compared if marks is not None])
    if unknown := memory.unknown(whose, [trace_id for trace_id, _ in compared]):
        rows = session.connection().execute(WHOLE, {"authority": whose[0], "ids": unknown})
        memory.learn(whose, [(row.id, row.marks) for row in rows])


def _alike_of(
    session: Session, whose: tuple[int, str], own: bytes, ids: Sequence[int], memory: Memory
) -> tuple[Earlier, ...]:
    """Return those of these traces that are alike; nothing is asked where none can be."""
    possible = memory.possible(whose, own, ids)
    if not possible:
        return ()
    is_alike = alike_to(own)
    rows = session.connection().execute(WHOLE, {"authority": whose[0], "ids": possible})
    return tuple(
        Earlier(row.id, row.at, row.sender, frozenset(row.urns))
        for row in rows
        if is_alike(row.marks)
    )


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
    session.connection().execute(KEEP, row)


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
