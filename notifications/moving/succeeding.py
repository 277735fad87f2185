"""What is open at a school that closes goes on at its successor, or is closed: handlers.

What is done stays with the closed school: its archive. Each handler may run twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.events import PersonLeft, SchoolClosed, SchoolReopened, SchoolSucceeded
from directory.models import Membership, School
from foundation import audit
from foundation.bulk import batches, insert_all, update_all
from foundation.dates import day
from foundation.outbox import publish
from notifications.models import Delivery, DeliveryMove, DeliveryState
from notifications.models_mail import Mail, MailState
from notifications.moving.handing_on import HAD_IT, OPEN, Item, items, take_turns

SHUT = "The school closed"
"""How the history of an item begins that its school's closing closed: by that it opens again."""
Change = SchoolSucceeded | SchoolClosed | SchoolReopened


def follow_school(session: Session, event: SchoolSucceeded, at: datetime) -> None:
    """Take what is open to the successor, with whoever has it (of ``SchoolSucceeded``).

    Where the successor has the same notice already the item is closed instead; what was only
    closed there, as at a school that opens again, opens. What lies with somebody who did not come
    along goes to whom routing finds there.
    """
    authority_id = event.authority_id
    take_turns(session, authority_id, [event.gone_id, event.successor_id])
    gone = session.get_one(School, event.gone_id)
    lying = _open_items(session, authority_id, event.gone_id)
    had, shut = _there(session, authority_id, event.successor_id, lying)
    again = [item for item in lying if item.notice_id not in had and _key(item) in shut]
    closed = [item for item in lying if item.notice_id in had or _key(item) in shut]
    moved = [item for item in lying if item.notice_id not in had and _key(item) not in shut]
    for some in batches(moved):
        rows = [{"id": item.id, "school_id": event.successor_id} for item in some]
        update_all(session, Delivery, rows)
    for some in batches(again):
        opened = [{"id": shut[_key(item)], "state": item.state} for item in some]
        update_all(session, Delivery, opened)
    why = f"{gone.name} closed, and this school goes on in its place."
    _write_history(session, event, moved, why, at)
    _close(session, authority_id, closed)
    _write_history(session, event, closed, f"{gone.name} closed. {HAD_IT}", at)
    _leave_behind(session, authority_id, event.successor_id, [*moved, *again], at)
    _record(session, event, {"moved": len(moved), "closed": len(closed)}, at)
    session.expire_all()


def close_items(session: Session, event: SchoolClosed, at: datetime) -> None:
    """Close what is open at a school that closed without a successor (of ``SchoolClosed``)."""
    take_turns(session, event.authority_id, [event.school_id])
    school = session.get_one(School, event.school_id)
    lying = _open_items(session, event.authority_id, event.school_id)
    _close(session, event.authority_id, lying)
    on = f" on {day(school.closed_on)}" if school.closed_on else ""
    _write_history(session, event, lying, f"{SHUT}{on}.", at)
    _record(session, event, {"moved": 0, "closed": len(lying)}, at)
    session.expire_all()


def open_again(session: Session, event: SchoolReopened, at: datetime) -> None:
    """Open what the closing of a school closed (of ``SchoolReopened``).

    What lies with somebody who has no place there any more goes to whom routing finds: the
    school's own mailbox, and from there to its head as soon as one is named.
    """
    take_turns(session, event.authority_id, [event.school_id])
    last = (
        sa.select(sa.func.max(DeliveryMove.id))
        .where(DeliveryMove.delivery_id == Delivery.id)
        .correlate(Delivery)
        .scalar_subquery()
    )
    closing = sa.exists().where(DeliveryMove.id == last, DeliveryMove.why.startswith(SHUT))
    closed = Delivery.state == DeliveryState.CLOSED
    here = Delivery.school_id == event.school_id
    lying = items(session, event.authority_id, here, closed, closing)
    for state, condition in (
        (DeliveryState.READ, Delivery.read_at.is_not(None)),
        (DeliveryState.UNREAD, Delivery.read_at.is_(None)),
    ):
        for some in batches(lying):
            session.execute(
                sa.update(Delivery)
                .where(Delivery.id.in_([item.id for item in some]), closed, condition)
                .values(state=state)
                .execution_options(synchronize_session=False)
            )
    _write_history(session, event, lying, "The school is open after all.", at)
    _leave_behind(session, event.authority_id, event.school_id, lying, at)
    _record(session, event, {"opened": len(lying)}, at)
    session.expire_all()


def _open_items(session: Session, authority_id: int, school_id: int) -> list[Item]:
    here = Delivery.school_id == school_id
    return items(session, authority_id, here, Delivery.state.in_(OPEN))


Key = tuple[int, int | None, int | None]
"""Of which a school has one delivery: notice, reader, category; of its mailbox one a notice."""


def _key(item: Item | sa.Row[Any]) -> Key:
    category_id = item.category_id if item.person_id is not None else None
    return item.notice_id, item.person_id, category_id


def _there(
    session: Session, authority_id: int, school_id: int, lying: Sequence[Item]
) -> tuple[set[int], dict[Key, int]]:
    """Return which of the notices the school has, and the deliveries of the rest closed there."""
    had: set[int] = set()
    shut: dict[Key, int] = {}
    for some in batches({item.notice_id for item in lying}):
        rows = session.execute(
            sa.select(
                *(Delivery.id, Delivery.notice_id, Delivery.person_id),
                *(Delivery.category_id, Delivery.state),
            )
            .where(
                Delivery.authority_id == authority_id,
                Delivery.school_id == school_id,
                Delivery.notice_id.in_(some),
            )
            .order_by(Delivery.id)
        )
        for row in rows:
            if row.state is DeliveryState.CLOSED:
                shut[_key(row)] = row.id
            else:
                had.add(row.notice_id)
    return had, shut


def _close(session: Session, authority_id: int, closed: Sequence[Item]) -> None:
    """Close items, and do not send the mail that still waits for them."""
    for some in batches(closed):
        rows = [{"id": item.id, "state": DeliveryState.CLOSED} for item in some]
        update_all(session, Delivery, rows)
        session.execute(
            sa.delete(Mail)
            .where(
                Mail.authority_id == authority_id,
                Mail.delivery_id.in_([item.id for item in some]),
                Mail.state == MailState.QUEUED,
            )
            .execution_options(synchronize_session=False)
        )


def _write_history(
    session: Session,
    event: Change,
    concerned: Sequence[Item],
    why: str,
    at: datetime,
) -> None:
    from_id = event.gone_id if isinstance(event, SchoolSucceeded) else None
    rows = [
        {
            "authority_id": event.authority_id,
            "delivery_id": item.id,
            "from_person_id": item.person_id,
            "to_person_id": item.person_id,
            "from_school_id": from_id,
            "why": why[:300],
            "by_id": None,
            "at": at,
        }
        for item in concerned
    ]
    for some in batches(rows):
        insert_all(session, DeliveryMove, some)


def _leave_behind(
    session: Session, authority_id: int, school_id: int, lying: Sequence[Item], at: datetime
) -> None:
    """Say of readers without a place at the school that they left: their items move on."""
    readers = {item.person_id for item in lying if item.person_id is not None}
    there = set(
        session.scalars(
            sa.select(Membership.person_id)
            .where(
                Membership.authority_id == authority_id,
                Membership.school_id == school_id,
                Membership.ended_at.is_(None),
            )
            .order_by(Membership.id)
        )
    )
    for person_id in sorted(readers - there):
        publish(session, PersonLeft(authority_id, school_id, person_id), at=at)


def _record(session: Session, event: Change, counts: dict[str, int], at: datetime) -> None:
    if any(counts.values()):
        audit.record(
            session,
            authority_id=event.authority_id,
            action="deliveries.moved",
            subject="school",
            subject_id=event.gone_id if isinstance(event, SchoolSucceeded) else event.school_id,
            by=None,
            at=at,
            detail=counts,
        )
