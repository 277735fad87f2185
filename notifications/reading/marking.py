"""What a reader does with an item: read it, be done with it, or not done after all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from categories.routing.reasons import Reason
from foundation.errors import Refusal
from notifications.models import Delivery, DeliveryState
from notifications.reading.inbox import Reader

SHARED = (Reason.OWNER, Reason.SHARES, Reason.COVER, Reason.ESCALATED)
"""Whose items are one job: the lead or who stands in, who shares it, a deputy who was told late."""
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Marked:
    """What was done to several items at once.

    ``before``: those that were done already, by a colleague who shares them or in another window.
    """

    done: list[int]
    before: int


class NotYourItemError(Refusal):
    """Only whoever an item reached may mark it."""

    sentence = "Only the person who got this can mark it as done."


class NotOpenError(Refusal):
    """It was closed, or became a colleague's, while its page stood open."""

    sentence = "This item was closed or given to somebody else meanwhile. Nothing was changed."


def is_recipients(delivery: Delivery, reader: Reader) -> bool:
    """Tell whether the item is the reader's own to read and to mark.

    What went to the school's own mailbox, because no headteacher was known, is the head's.
    """
    if delivery.school_id != reader.school_id:
        return False
    return delivery.person_id == reader.person_id or (delivery.person_id is None and reader.is_head)


def mark_read(session: Session, delivery: Delivery, *, reader: Reader, at: datetime) -> bool:
    """Note that the recipient opened the item; True when this was the first time.

    Somebody else's look, a head's at a colleague's item, changes nothing.
    """
    if delivery.state is not DeliveryState.UNREAD or not is_recipients(delivery, reader):
        return False
    return _move(session, delivery, DeliveryState.UNREAD, state=DeliveryState.READ, read_at=at)


def mark_done(session: Session, delivery: Delivery, *, reader: Reader, at: datetime) -> None:
    """Mark the item as done. Done twice keeps the first time.

    Raises NotYourItemError and NotOpenError.
    Whoever shares the job has it done with that: the same notice, for the same category, at the
    same school. A colleague who only gets it as well still has theirs.
    """
    _refuse_strangers(delivery, reader)
    _refuse_closed(delivery)
    if delivery.state is not DeliveryState.DONE:
        moved = _move(
            session,
            delivery,
            delivery.state,
            state=DeliveryState.DONE,
            read_at=delivery.read_at or at,
            done_at=at,
        )
        if moved and delivery.reason in SHARED:
            _move_shared(
                session,
                delivery,
                Delivery.state.in_((DeliveryState.UNREAD, DeliveryState.READ)),
                state=DeliveryState.DONE,
                done_at=at,
            )
        if not moved:
            _refuse_undone(delivery)


def mark_not_done(session: Session, delivery: Delivery, *, reader: Reader) -> None:
    """Put a done item back among the read ones. Raises NotYourItemError, NotOpenError.

    Where a job is shared it comes back for both, if both had it done in the same moment.
    """
    _refuse_strangers(delivery, reader)
    _refuse_closed(delivery)
    if delivery.state is DeliveryState.DONE:
        done_at = delivery.done_at
        moved = _move(session, delivery, DeliveryState.DONE, state=DeliveryState.READ, done_at=None)
        if moved and delivery.reason in SHARED:
            _move_shared(
                session,
                delivery,
                sa.and_(Delivery.state == DeliveryState.DONE, Delivery.done_at == done_at),
                state=sa.case((Delivery.read_at.is_(None), "unread"), else_="read"),
                done_at=None,
            )


def acknowledge(session: Session, delivery: Delivery, *, reader: Reader, at: datetime) -> None:
    """Note that the reader says they have read and understood it. Twice keeps the first time.

    It is read with that, not done. Raises NotYourItemError, NotOpenError.
    """
    _refuse_strangers(delivery, reader)
    session.execute(
        sa.update(Delivery)
        .where(
            *_still(delivery),
            Delivery.acknowledged_at.is_(None),
            Delivery.state != DeliveryState.CLOSED,
        )
        .values(acknowledged_at=at)
        .execution_options(synchronize_session=False)
    )
    mark_read(session, delivery, reader=reader, at=at)
    session.refresh(delivery, ["acknowledged_at"])
    if delivery.acknowledged_at is None:
        raise NotOpenError


def mark_many_done(
    session: Session, ids: Collection[int], *, reader: Reader, at: datetime
) -> Marked:
    """Mark those of these items as done that are the reader's own and open: three statements.

    What is not theirs is passed over without a word. Shared jobs are done for all who share them.
    """
    asked = sorted(set(ids))[:MOST_AT_ONCE]
    own = (*own_of(reader), Delivery.id.in_(asked))
    done = session.scalars(
        sa.update(Delivery)
        .where(*own, Delivery.state.in_((DeliveryState.UNREAD, DeliveryState.READ)))
        .values(
            state=DeliveryState.DONE,
            read_at=sa.func.coalesce(Delivery.read_at, at),
            done_at=at,
        )
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    settled = session.scalar(
        sa.select(sa.func.count()).where(
            *own, Delivery.state == DeliveryState.DONE, Delivery.id.not_in(done)
        )
    )
    _move_all_shared(
        session,
        reader,
        done,
        Delivery.state.in_((DeliveryState.UNREAD, DeliveryState.READ)),
        state=DeliveryState.DONE,
        done_at=at,
    )
    session.expire_all()
    return Marked(sorted(done), settled or 0)


def mark_many_not_done(session: Session, ids: Collection[int], *, reader: Reader) -> int:
    """Put items back that were marked as done; return how many: as if nothing had happened.

    Where a job is shared it comes back for all who had it done in the same moment.
    """
    asked = sorted(set(ids))[:MOST_AT_ONCE]
    rows = session.execute(
        sa.select(Delivery.id, Delivery.done_at)
        .where(*own_of(reader), Delivery.id.in_(asked), Delivery.state == DeliveryState.DONE)
        .order_by(Delivery.id)
    ).all()
    back = sa.case((Delivery.read_at.is_(None), "unread"), else_="read")
    for moment in sorted({row.done_at for row in rows}):  # what was done at once is one moment
        those = [row.id for row in rows if row.done_at == moment]
        session.execute(
            sa.update(Delivery)
            .where(*own_of(reader), Delivery.id.in_(those))
            .values(state=DeliveryState.READ, done_at=None)
            .execution_options(synchronize_session=False)
        )
        same = sa.and_(Delivery.state == DeliveryState.DONE, Delivery.done_at == moment)
        _move_all_shared(session, reader, those, same, state=back, done_at=None)
    session.expire_all()
    return len(rows)


def own_of(reader: Reader) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions on deliveries that hold for what ``is_recipients`` says is theirs."""
    mine = Delivery.person_id == reader.person_id
    return (
        Delivery.authority_id == reader.authority_id,
        Delivery.school_id == reader.school_id,
        sa.or_(mine, Delivery.person_id.is_(None)) if reader.is_head else mine,
    )


def _refuse_strangers(delivery: Delivery, reader: Reader) -> None:
    if not is_recipients(delivery, reader):
        raise NotYourItemError


def _refuse_undone(delivery: Delivery) -> None:
    if delivery.state is not DeliveryState.DONE:
        raise NotOpenError


def _refuse_closed(delivery: Delivery) -> None:
    if delivery.state is DeliveryState.CLOSED:
        raise NotOpenError


def _still(delivery: Delivery) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of the row as it was read: a colleague may have it by now."""
    return (
        Delivery.authority_id == delivery.authority_id,
        Delivery.id == delivery.id,
        Delivery.person_id.is_not_distinct_from(delivery.person_id),
    )


def _move_shared(
    session: Session, delivery: Delivery, which: sa.ColumnElement[bool], **values: object
) -> None:
    """Do the same to the items of those who share the job with this one's reader."""
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.authority_id == delivery.authority_id,
            Delivery.notice_id == delivery.notice_id,
            Delivery.school_id == delivery.school_id,
            Delivery.category_id == delivery.category_id,
            Delivery.id != delivery.id,
            Delivery.reason.in_(SHARED),
            which,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _move_all_shared(
    session: Session,
    reader: Reader,
    ids: Collection[int],
    which: sa.ColumnElement[bool],
    **values: object,
) -> None:
    """Do the same to the items of those who share the jobs of these: one statement."""
    if not ids:
        return
    own = aliased(Delivery)
    shared = (
        sa.select(own.id)
        .where(
            own.id.in_(ids),
            own.notice_id == Delivery.notice_id,
            own.category_id == Delivery.category_id,
            own.reason.in_(SHARED),
        )
        .correlate(Delivery)
        .exists()
    )
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.authority_id == reader.authority_id,
            Delivery.school_id == reader.school_id,
            Delivery.notice_id.in_(sa.select(own.notice_id).where(own.id.in_(ids))),
            Delivery.id.not_in(ids),
            Delivery.reason.in_(SHARED),
            shared,
            which,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _move(session: Session, delivery: Delivery, before: DeliveryState, **values: object) -> bool:
    # Conditional, so that two tabs that do the same keep the first one's times.
    moved = session.execute(
        sa.update(Delivery)
        .where(*_still(delivery), Delivery.state == before)
        .values(**values)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(delivery, ["state", "read_at", "done_at"])
    return moved is not None
