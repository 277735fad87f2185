"""Events that wait in the database until every handler has seen them.

``publish`` writes the event in the caller's own transaction, so it exists if and only if the
change that caused it does. ``relay`` claims one event at a time by a conditional update, runs its
handlers and marks it handled in one transaction: a handler's own writes happen exactly once.
Handlers are quick and touch only the database. Slow work (mail, letters, the search index) is a
row of its own table that a drain task empties.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation import clock
from foundation.bulk import batches, insert_all
from foundation.db import EVERY_AUTHORITY, Database, wake
from foundation.leases import is_free
from foundation.model import Base, Key

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
TRIES = 8


@dataclass(frozen=True)
class Event:
    """Something that happened, told in ids and plain values. Sub-classes add their own fields."""

    authority_id: int
    kinds: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, **extra: object) -> None:
        """Remember every kind of event by its name, so that a stored one can be read back."""
        super().__init_subclass__(**extra)
        Event.kinds[cls.__name__] = cls


Handler = Callable[[Session, Any, datetime], None]
"""Called with the session, the event and the moment at which it is handled."""
Handlers = Mapping[type[Event], Sequence[Handler]]


class OutboxEvent(Base):
    """An event as stored: waiting, claimed, handled, or given up after ``TRIES`` tries."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        sa.Index(
            "ix_outbox_event_waiting",
            "due_at",
            "id",
            sqlite_where=sa.text("handled_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("handled_at IS NULL AND failed_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    authority_id: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.Text)


def publish(session: Session, event: Event, *, at: datetime) -> None:
    """Store an event with the caller's transaction and wake the relay once it commits."""
    session.add(
        OutboxEvent(
            authority_id=event.authority_id,
            name=type(event).__name__,
            payload=asdict(event),
            created_at=at,
            due_at=at,
        )
    )
    wake(session, "relay")


def publish_all(session: Session, events: Sequence[Event], *, at: datetime) -> None:
    """Store many events at once, in their order."""
    for some in batches(events):
        insert_all(
            session,
            OutboxEvent,
            [
                {
                    "authority_id": event.authority_id,
                    "name": type(event).__name__,
                    "payload": asdict(event),
                    "created_at": at,
                    "due_at": at,
                }
                for event in some
            ],
        )
    if events:
        wake(session, "relay")


def relay(database: Database, handlers: Handlers, *, at: datetime, most: int = 200) -> int:
    """Handle up to ``most`` waiting events, oldest first; return how many were handled.

    An event whose handler raises is tried again later, with growing pauses, ``TRIES`` times;
    then it is marked as failed and shown by ``portal doctor``.
    """
    handled = 0
    for _ in range(most):
        claimed = _claim(database, at)
        if claimed is None:
            break
        event_id, authority_id = claimed
        try:
            with database.transaction(authority=authority_id) as session:
                _handle(session, event_id, handlers, at)
            handled += 1
        except Exception as fault:
            log.exception("event could not be handled", extra={"event_id": event_id})
            _put_back(database, event_id, at, fault)
    return handled


def _claim(database: Database, at: datetime) -> tuple[int, int] | None:
    table = OutboxEvent
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        free = is_free(table.claimed_until, at)
        due = sa.or_(table.due_at <= at, table.due_at > at + clock.AHEAD)
        waiting = (
            sa.select(table.id)
            .where(table.handled_at.is_(None), table.failed_at.is_(None), due, free)
            .order_by(table.due_at, table.id)
            .limit(1)
        )
        if database.is_postgresql:
            waiting = waiting.with_for_update(skip_locked=True)
        row = session.execute(
            sa.update(table)
            .where(table.id == waiting.scalar_subquery())
            .values(claimed_until=at + LEASE, tries=table.tries + 1)
            .returning(table.id, table.authority_id)
        ).first()
        return None if row is None else (row.id, row.authority_id)


def _handle(session: Session, event_id: int, handlers: Handlers, at: datetime) -> None:
    # Marking comes first: on PostgreSQL it locks the row, so that a second worker whose lease
    # logic went wrong waits here and then finds the event already handled.
    row = session.execute(
        sa.update(OutboxEvent)
        .where(OutboxEvent.id == event_id, OutboxEvent.handled_at.is_(None))
        .values(handled_at=at, claimed_until=None, last_error=None)
        .returning(OutboxEvent.name, OutboxEvent.payload)
    ).first()
    if row is None:
        return
    event = Event.kinds[row.name](**row.payload)
    for handler in handlers[type(event)]:
        handler(session, event, at)


def _put_back(database: Database, event_id: int, at: datetime, fault: Exception) -> None:
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        stored = session.get_one(OutboxEvent, event_id)
        stored.claimed_until = None
        stored.last_error = f"{type(fault).__name__}: {fault}"[:2000]
        if stored.tries >= TRIES:
            stored.failed_at = at
        else:
            stored.due_at = at + timedelta(seconds=min(2**stored.tries, 600))
